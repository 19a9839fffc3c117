import { describe, expect, it } from 'vitest'
import type { TakeoverRecord } from '../../../src-main/contract/snapshot'
import { outageReasons, takeoverAxis } from '../../../src-renderer/model/takeover-axis'

function takeover(
  totalMs: number,
  outage?: readonly [fromMs: number, toMs: number],
  reason: TakeoverRecord['reason'] = 'crash',
): TakeoverRecord {
  const record = { number: 1, survivor: 'b', dead: 'a', reason, startedAtMs: 1000, phases: [], totalMs, volumes: [0] } as const
  if (outage === undefined) return record
  const [fromMs, toMs] = outage
  return { ...record, hostOutage: { lun: 0, startedAtMs: 1000 + fromMs, durationMs: toMs - fromMs, isOver: true } }
}

const wait = (fromMs: number, toMs: number) => ({ lun: 0, fromMs, toMs, isOver: true })
const kindsOf = (record: TakeoverRecord) => outageReasons(record).map(({ kind, ms }) => `${kind} ${ms}`)

describe('the axis of a takeover', () => {
  it('has the outage of the host where it was, which for a cut is around the fence', () => {
    const cut = takeover(830, [770, 830.5], 'interconnect')
    expect(takeoverAxis(cut)).toEqual({ fromMs: 0, spanMs: 830.5, host: { fromMs: 770, toMs: 830.5 }, waits: [wait(770, 830.5)] })
    expect(kindsOf(cut)).toEqual(['around-fence 770'])
  })

  it('begins before the failure if the host did, and ends with what ends last', () => {
    expect(takeoverAxis(takeover(26, [-4, 31]))).toEqual({ fromMs: -4, spanMs: 35, host: { fromMs: -4, toMs: 31 }, waits: [wait(-4, 31)] })
    expect(takeoverAxis(takeover(26))).toEqual({ fromMs: 0, spanMs: 26, host: undefined, waits: [] })
  })

  it('has the wait of each LUN, with room for the one that begins first and the one that ends last', () => {
    const hostOutage = { lun: 1, startedAtMs: 1002, durationMs: 40, isOver: true }
    const hostWaits = [{ lun: 0, startedAtMs: 995, durationMs: 12, isOver: true }, hostOutage]
    expect(takeoverAxis({ ...takeover(26), hostOutage, hostWaits })).toEqual({
      fromMs: -5,
      spanMs: 47,
      host: { fromMs: 2, toMs: 42 },
      waits: [wait(-5, 7), { ...wait(2, 42), lun: 1 }],
    })
  })

  it('explains each difference between the two, and no more', () => {
    expect(kindsOf(takeover(26, [-4, 31]))).toEqual(['waited-before 4', 'back-later 5'])
    expect(kindsOf(takeover(26, [6, 20]))).toEqual(['began-later 6', 'answered-early 6'])
    expect(kindsOf(takeover(26, [0.5, 26.4]))).toEqual([])
    expect(kindsOf(takeover(26))).toEqual([])
  })

  it('says of a cut whose longest wait was long before the fence nothing of the fence', () => {
    const detect = { phase: 'detect', endedAtMs: 1800, durationMs: 800 } as const
    const cut = { ...takeover(830, [47, 177], 'interconnect'), phases: [detect] }
    expect(kindsOf(cut)).toEqual(['before-fence 47'])
    expect(kindsOf({ ...cut, ...takeover(830, [770, 840], 'interconnect'), phases: [detect] })).toEqual([
      'around-fence 770',
      'back-later 10',
    ])
  })

  it('says that the host still had no answer where it has none, or had none before the next fault', () => {
    const { hostOutage, ...record } = takeover(26, [0, 4890])
    expect(kindsOf({ ...record, ...(hostOutage && { hostOutage: { ...hostOutage, isOver: false } }) })).toEqual(['no-answer 4864'])
  })

  it('speaks of a planned one as of a halt', () => {
    expect(kindsOf(takeover(26, [-4, 26], 'planned'))).toEqual(['waited-before-halt 4'])
    expect(kindsOf(takeover(26, [6, 26], 'planned'))).toEqual(['began-after-halt 6'])
  })
})
