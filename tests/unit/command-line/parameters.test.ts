import { describe, expect, it } from 'vitest'
import { commandParameters, commandUsage, isLabCommand, serviceParameters } from '../../../src-main/command-line/parameters'
import { LAB_COMMANDS, type LabCommandName } from '../../../src-main/contract/lab-api'
import { findRequest } from '../../../src-main/core/management/requests'
import { present } from '../../../src-main/base/assert'

function service(name: string, ...words: string[]) {
  const given = serviceParameters(present(findRequest(name), name), words)
  return given.ok ? given.value : given.error
}

function command(name: LabCommandName, ...words: string[]) {
  const given = commandParameters(name, words)
  return given.ok ? given.value : given.error
}

describe('parameters of a service request', () => {
  it('have the types that the table says', () => {
    expect(service('create-volume', 'name=123', 'group=r5', 'megabytes=16', 'preferredOwner=b')).toEqual({
      name: '123',
      group: 'r5',
      megabytes: 16,
      preferredOwner: 'b',
    })
    expect(service('set-automatic-giveback', 'enabled=true')).toBeTypeOf('object')
  })

  it('are left to the controller where they make no sense: it says why', () => {
    expect(service('create-volume', 'megabytes=much')).toEqual({ megabytes: 'much' })
    expect(service('rename-array', 'name=a=b c')).toEqual({ name: 'a=b c' })
  })

  it.each([
    [['volume'], '"volume" is no parameter: write KEY=VALUE.'],
    [['=x'], '"=x" is no parameter: write KEY=VALUE.'],
    [['volume=x', 'volume=y'], '"volume" is given twice.'],
    [['size=1'], 'There is no parameter "size". move-volume takes volume, to.'],
    [['__proto__=1'], 'There is no parameter "__proto__". move-volume takes volume, to.'],
  ])('are refused: %j', (words, sentence) => {
    expect(service('move-volume', ...words)).toBe(sentence)
  })
})

describe('parameters of a lab command', () => {
  it('begin with what it is done to', () => {
    expect(command('kill', 'A')).toEqual({ controller: 'a' })
    expect(command('pull-drive', '3')).toEqual({ drive: 3 })
    expect(command('slow-drive', '3', 'extraLatencyMs=40')).toEqual({ drive: 3, extraLatencyMs: 40 })
    expect(command('make-whole', 'replaceDrives=true')).toEqual({ replaceDrives: true })
    expect(command('cut-interconnect')).toEqual({})
    expect(command('start-workload', 'workload={"requestsPerSecond":50}')).toEqual({ workload: { requestsPerSecond: 50 } })
  })

  it.each([
    ['cut-interconnect', ['now'], '"cut-interconnect" takes nothing, not "now".'],
    ['kill', ['a', 'b'], '"b" is no parameter: write KEY=VALUE.'],
    ['kill', ['drive=1'], '"kill" has no "drive". It takes controller.'],
    ['kill', ['a', 'controller=b'], '"controller" is given twice.'],
  ] as const)('are refused: %s %j', (name, words, sentence) => {
    expect(command(name, ...words)).toBe(sentence)
  })

  it('are told for each command', () => {
    for (const name of Object.keys(LAB_COMMANDS).filter(isLabCommand)) expect(commandUsage(name).split(' ')[0]).toBe(name)
    expect(commandUsage('slow-drive')).toBe('slow-drive DRIVE extraLatencyMs=...')
    expect(isLabCommand('constructor')).toBe(false)
  })
})
