import { describe, expect, it } from 'vitest'
import { HELP, isCommandLine, readArguments, VERBS } from '../../../src-main/command-line/arguments'

function read(...args: string[]) {
  const given = readArguments(args)
  return given.ok ? given.value : given.error
}

describe('arguments', () => {
  it('are a verb, its words, and options anywhere', () => {
    expect(read('--to', 'b', 'service', 'move-volume', '--lab', '/lab', 'volume=alpha', '--json')).toMatchObject({
      verb: 'service',
      words: ['move-volume', 'volume=alpha'],
      to: 'b',
      lab: '/lab',
      json: true,
      id: undefined,
    })
  })

  it('have what is usual where nothing is said', () => {
    expect(read('wait', 'whole')).toMatchObject({ timeoutMs: 60_000, to: 'a', json: false, lab: undefined })
    expect(read('events')).toMatchObject({ timeoutMs: Number.POSITIVE_INFINITY, recent: 0 })
  })

  it.each([
    [['frobnicate'], 'There is no command "frobnicate".'],
    [['status', '--to', 'b'], '"status" has no option --to.'],
    [['volumes', '--to', 'c'], '--to must be a or b, not "c".'],
    [['wait', 'whole', '--timeout', '0'], '--timeout must be a number of seconds from above 0 to 86400, not "0".'],
    [['wait', 'whole', '--timeout', 'soon'], '--timeout must be a number of seconds from above 0 to 86400, not "soon".'],
    [['events', '--recent', '-1'], expect.stringContaining('--recent')],
    [['events', '--recent', '10001'], '--recent must be a whole number from 0 to 10000, not "10001".'],
    [['status', '--nonsense'], expect.stringContaining("Unknown option '--nonsense'")],
  ])('refuses %j with a sentence', (args, sentence) => {
    expect(read(...args)).toEqual(sentence)
  })

  it('ask for help with none, with the word, and with the option; of one request its own', () => {
    for (const args of [[], ['help'], ['--help'], ['status', '--help'], ['service', '--help']])
      expect(read(...args)).toMatchObject({ verb: 'help' })
    expect(read('service', 'move-volume', '--help')).toMatchObject({ verb: 'service', words: ['move-volume', '--help'] })
  })

  it('are kept as they are while they are being typed', () => {
    expect(read('complete', 'service', '--to')).toMatchObject({ verb: 'complete', words: ['service', '--to'] })
    expect(read('complete', '--lab', '/lab', 'do', '--json', 'ki')).toMatchObject({ verb: 'complete', words: ['do', 'ki'], lab: '/lab' })
  })

  it('are told from those of the program that runs a lab', () => {
    expect(isCommandLine(['status', '--lab', '/lab'])).toBe(true)
    expect(isCommandLine(['--lab', 'status'])).toBe(false)
    expect(isCommandLine([])).toBe(false)
  })

  it('are all in the help', () => {
    for (const verb of VERBS.filter((word) => word !== 'complete' && word !== 'help')) expect(HELP).toMatch(new RegExp(`\\b${verb}\\b`))
  })
})
