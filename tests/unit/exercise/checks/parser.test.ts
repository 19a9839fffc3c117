import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readExpression } from '../../../../src-main/exercise/checks/parser'
import { print } from '../../../../src-main/exercise/checks/print'
import { readCheck } from '../../../../src-main/exercise/checks/read-check'
import { anyExpression } from '../../../support/check-arbitraries'
import { NO_CONTEXT } from '../../../support/evidence'

/** The expression without where its parts stand. */
function bare(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'at' ? undefined : inner)))
}

describe('the text of an expression', () => {
  it('reads as the same expression', () => {
    fc.assert(
      fc.property(anyExpression, (expression) => {
        const text = print(expression)
        const read = readExpression(text)
        if (!read.ok && /longer than|levels deep/.test(read.error.message)) return
        expect(read.ok ? bare(read.value) : `${read.error.message} in ${text}`).toEqual(bare(expression))
      }),
      { numRuns: 2000 },
    )
  })

  it('of any kind is read or refused, and never throws', () => {
    const words = [
      'no',
      'some',
      'drive.write',
      'where',
      '(',
      ')',
      '=',
      'lun',
      '3',
      'ms',
      'before',
      'every',
      'has',
      'is',
      '"x"',
      'and',
      ',',
      '[',
      '.',
      'as',
    ]
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...words), { maxLength: 20 }).map((all) => all.join(' ')),
        ),
        (text) => {
          const read = readCheck(text, NO_CONTEXT)
          if (!read.ok) for (const { at, message } of read.error) expect(at >= 0 && at <= text.length && message.length > 0).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('what binds how tightly', () => {
  it.each([
    ['no violation or no act and no drive.failed', 'no violation or no act and no drive.failed'],
    ['(no violation or no act) and no drive.failed', '(no violation or no act) and no drive.failed'],
    ['not no violation and no act', 'not no violation and no act'],
    ['no drive.write where block = 3 and no act', 'no drive.write where block = 3 and no act'],
    ['no drive.write where (block = 3 and blockCount = 1 block)', 'no drive.write where (block = 3 and blockCount = 1 blocks)'],
    ['no drive.write before takeover.fenced after drive.failed', 'no drive.write before takeover.fenced after drive.failed'],
    ['no drive.write before (takeover.fenced after drive.failed)', 'no drive.write before (takeover.fenced after drive.failed)'],
    ['ledger.lost = 0', 'ledger.lost = 0'],
    [
      'every drive.write as one is followed by drive.read where block = one.block within 2 s',
      'every drive.write as one is followed by drive.read where block = one.block within 2000 ms',
    ],
  ])('%s', (text, printed) => {
    const read = readExpression(text)
    expect(read.ok ? print(read.value) : read.error.message).toBe(printed)
  })
})
