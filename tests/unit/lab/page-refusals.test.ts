import { describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { LIMITS } from '../../../src-main/contract/limits'
import { PageRefusals } from '../../../src-main/lab/page-refusals'

function bench() {
  const noted: Omit<TraceEvent, 'id' | 'timeMs'>[] = []
  let nowMs = 1000
  const record = (event: Omit<TraceEvent, 'id' | 'timeMs'>) => noted.push(event)
  return {
    refusals: new PageRefusals({ trace: { record }, nowMs: () => nowMs }),
    noted,
    pass: (ms: number) => (nowMs += ms),
  }
}

const WRONG = 'The token is wrong.'

describe('What the page refuses', () => {
  it('is noted like a wrong token at a management address', () => {
    const { refusals, noted } = bench()
    refusals.note('127.0.0.1:50412', WRONG)
    expect(noted).toEqual([
      { place: 'midplane', kind: 'security.noted', data: { what: 'token-refused', who: '', remote: '127.0.0.1:50412', text: WRONG } },
    ])
  })

  it('is an event again after a while, which says how often it was meanwhile', () => {
    const { refusals, noted, pass } = bench()
    for (let port = 1; port <= 10_000; port++) refusals.note(`127.0.0.1:${port}`, WRONG)
    expect(noted).toHaveLength(1)
    refusals.note('127.0.0.1:1', 'The Origin header names another site.')
    expect(noted).toHaveLength(2)
    pass(LIMITS.securityEventAgainMs - 1)
    refusals.note('127.0.0.1:1', WRONG)
    expect(noted).toHaveLength(2)
    pass(1)
    refusals.note('127.0.0.1:2', WRONG)
    expect(noted.at(-1)?.data).toMatchObject({ remote: '127.0.0.1:2', text: WRONG, untoldBefore: 10_000 })
    pass(LIMITS.securityEventAgainMs)
    refusals.note('127.0.0.1:2', WRONG)
    expect(noted.at(-1)?.data).not.toHaveProperty('untoldBefore')
  })

  it('is bounded in the sentences that are told apart', () => {
    const { refusals, noted } = bench()
    for (let kind = 0; kind < 1000; kind++) refusals.note('127.0.0.1:1', `sentence ${kind}`)
    expect(noted).toHaveLength(LIMITS.securityEntriesPerKind)
  })
})
