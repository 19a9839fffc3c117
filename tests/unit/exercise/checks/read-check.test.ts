import { describe, expect, it } from 'vitest'
import { readCheck, readTrigger } from '../../../../src-main/exercise/checks/read-check'
import type { Question } from '../../../../src-main/exercise/checks/question'
import { NO_CONTEXT } from '../../../support/evidence'

const questions: readonly Question[] = [
  {
    id: 'when',
    text: 'When?',
    line: 1,
    kind: 'choice',
    options: [
      { id: 'soon', text: 'Soon', when: undefined },
      { id: 'late', text: 'Late', when: undefined },
    ],
  },
  { id: 'long', text: 'How long?', line: 1, kind: 'number', unit: 'ms', from: 0, to: 1000, actual: undefined, tolerance: 10 },
  { id: 'why', text: 'Why?', line: 1, kind: 'text' },
]

function problem(text: string): string {
  const read = readCheck(text, { ...NO_CONTEXT, questions })
  if (read.ok) throw new Error(`${text} makes sense`)
  return read.error.map(({ at, message }) => `${at}: ${message}`).join(' ')
}

describe('what makes no sense in a check', () => {
  it.each([
    ['drvie.write before takeover.fenced', '0: There is no event "drvie.write". Did you mean drive.write?'],
    ['no drive.wrte', '3: There is no kind of event "drive.wrte". Did you mean drive.write?'],
    ['no drive.write where lum = 0', '21: There is nothing named "lum" here.'],
    ['no drive.flush where block = 3', 'There is nothing named "block" here.'],
    ['no drive.* where block = 3', 'Only some of these events say their block, such as drive.read.'],
    ['gap(lun 0) < 500', 'Write the unit of a time: 500 ms.'],
    ['gap(lun 0) < 8 blocks', 'These can never be equal: one is a time'],
    ['gap(0) < 5 ms', 'gap takes a LUN such as lun 0.'],
    ['gab(lun 0) < 5 ms', 'There is no function "gab". Did you mean gap?'],
    ['count(drive.write)', 'This is a number, and something that is true or false is needed.'],
    ['count(3) = 1', 'count takes a pattern of events'],
    ['count(drive.write, drive.read) = 1', 'count takes 1 argument, and here are 2.'],
    ['owner-of("alpha") = "a"', 'A controller is written without quotes'],
    ['cache-policy = "write-trough"', 'It can never be "write-trough". Did you mean write-through?'],
    ['prediction("when") = "never"', 'It can never be "never". There are: soon, late.'],
    ['prediction("wen") = "soon"', 'Nothing is asked with the id "wen". Did you mean when?'],
    ['right("why")', 'Only a person can say'],
    ['prediction("long") = 30', 'Write the unit of a time'],
    ['ledger.lots = 0', 'has no lots'],
    ['request("r1").answered-buy = a', 'A service request has no answered-buy.'],
    ['no host.command by a', 'No controller does this.'],
    ['no drive.write by drive-0', 'After "by" there has to be a controller'],
    ['no drive.write under-way-at takeover.fenced', 'A drive.write is over at once.'],
    ['no drive.write within 3 of takeover.fenced', 'After "within" there has to be a time'],
    ['takeover.fenced before 3 ms', 'This is a time such as 500 ms, and an event is needed.'],
    ['no drive.write as block', '"block" means something already'],
    ['it is before takeover.fenced', 'There is no event here that "it" could mean'],
    ['first drive.write', 'This is an event, and something that is true or false is needed.'],
    ['no @death', 'No shared pattern is named @death.'],
    ['takeover.detected where reason = "cras"', 'It can never be "cras". Did you mean crash?'],
    ['interconnect in ["up", "down"]', 'It can never be "down".'],
  ])('%s', (text, message) => {
    expect(problem(text)).toContain(message)
  })
})

describe('what cannot be read', () => {
  it.each([
    ['gap(lun 0) < ', 'the end cannot stand here'],
    ['gap(lun 0) < 5 ms ms', '"ms" cannot stand here.'],
    ['(no drive.write', 'a ")" is missing'],
    ['no drive.write where block = 3 where blockCount > 2 blocks', 'A pattern has one "where"'],
    ["owner-of('alpha') = a", 'Write text in double quotes'],
    ['gap(lun 0) < 5 ms && no violation', 'Write "and" and "or" as words.'],
    ['owner-of("alpha', 'This text has no end'],
    ['no drive.write within 3 ms takeover.fenced', 'one of the words "of", "after" and "before" is missing'],
    [`${'('.repeat(100)}no violation${')'.repeat(100)}`, 'nested more than'],
    ['x'.repeat(5000), 'longer than'],
    ['', 'the end cannot stand here'],
  ])('%s', (text, message) => {
    expect(problem(text)).toContain(message)
  })
})

describe('what can never be true, or always is', () => {
  it.each([
    ['count(drive.write) < 0', 'This can never be true: count(drive.write) is never < 0.'],
    ['count(drive.write) >= 0', 'This is always true'],
    ['gap(lun 0) < 0 ms', 'This can never be true'],
    ['count(drive.write) = 1.5', 'a count is a whole number'],
    ['1 = 1', 'asks nothing of the run'],
    ['true', 'asks nothing of the run'],
    ['no violation and some violation', 'stands here both ways'],
    ['no violation or not no violation', 'This is always true'],
    ['gap(lun 0) < 5 ms and gap(lun 0) > 10 ms', 'there is no gap(lun 0) that fits all of this'],
    ['owner-of("alpha") = a and owner-of("alpha") = b', 'owner-of("alpha") is not a and b at once'],
    ['some drive.write where (block = 3 and block = 4)', 'This can never be true'],
    ['some drive.write where (block > 3 and block < 3)', 'This can never be true'],
  ])('%s', (text, message) => {
    expect(problem(text)).toContain(message)
  })
})

describe('triggers', () => {
  it.each([
    'takeover.fenced by b where dead = a',
    'midplane.controller-killed',
    'drive.write to drive-0 where (block > 8 and blockCount = 1 blocks)',
  ])('%s', (text) => {
    expect(readTrigger(text, NO_CONTEXT).ok).toBe(true)
  })

  it.each(['takeover.fenced before takeover.claimed', 'drive.write to drives-of("alpha")', 'drive.write where count(drive.read) > 1'])(
    'cannot be decided at once: %s',
    (text) => {
      const read = readTrigger(text, NO_CONTEXT)
      expect(read.ok ? '' : read.error[0]?.message).toContain('as soon as the event happens')
    },
  )
})
