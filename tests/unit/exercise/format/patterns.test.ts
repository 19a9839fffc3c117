import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCheck } from '../../../../src-main/exercise/checks/read-check'
import { print } from '../../../../src-main/exercise/checks/print'
import { tellFileProblem } from '../../../../src-main/exercise/format/front-matter'
import { decodePatterns } from '../../../../src-main/exercise/format/patterns'

const FILE = `# Shared by exercises
death-of-a: midplane.controller-killed where controller = a
late-write: >
  drive.write
  by b after takeover.fenced
`

describe('shared patterns', () => {
  it('stand for what they are, with what is added to them', () => {
    const patterns = decodePatterns('patterns.yaml', FILE)
    if (!patterns.ok) throw new Error(patterns.error.map(tellFileProblem).join('\n'))
    const check = readCheck('no @late-write to drive-0 where block = 3 and some @death-of-a before takeover.fenced', {
      patterns: patterns.value,
      questions: [],
    })
    if (!check.ok) throw new Error(check.error.map(({ message }) => message).join('\n'))
    expect(print(check.value.expression)).toBe(
      'no drive.write by b to drive-0 where block = 3 after takeover.fenced and ' +
        'some midplane.controller-killed where controller = a before takeover.fenced',
    )
  })

  it('join their own condition with one that is added', () => {
    const patterns = decodePatterns('patterns.yaml', FILE)
    if (!patterns.ok) throw new Error('wrong')
    const check = readCheck('no @death-of-a where time > 5 ms', { patterns: patterns.value, questions: [] })
    expect(check.ok && print(check.value.expression)).toBe('no midplane.controller-killed where (controller = a and time > 5 ms)')
  })

  it.each([
    ['a: drive.wrte', 'patterns.yaml:1: "a": There is no kind of event "drive.wrte". Did you mean drive.write?'],
    ['a: drive.write\nB: drive.read', 'patterns.yaml:2: "B" must be a name in small letters'],
    ['a: 3', '"a" must be a pattern of events, as text.'],
    ['- drive.write', 'There are no patterns here'],
    ['a: "@b"\nb: drive.write', 'No shared pattern is named @b.'],
  ])('%j', (text, message) => {
    const patterns = decodePatterns('patterns.yaml', text)
    expect(patterns.ok ? '' : patterns.error.map(tellFileProblem).join('\n')).toContain(message)
  })
})

it('those that ship make sense', () => {
  const file = fileURLToPath(new URL('../../../../exercises/patterns.yaml', import.meta.url))
  const patterns = decodePatterns(file, readFileSync(file, 'utf8'))
  expect(patterns.ok ? [] : patterns.error.map(tellFileProblem)).toEqual([])
})
