import { describe, expect, it } from 'vitest'
import type { Outage } from '../../../src-main/contract/host'
import type { TakeoverRecord } from '../../../src-main/contract/snapshot'
import { chartMarks, isChartEmpty } from '../../../src-renderer/components/workload/chart'

const record = { number: 3, survivor: 'b', dead: 'a', reason: 'crash', startedAtMs: 1000, phases: [], totalMs: 26, volumes: [0] } as const
const hostOutage: Outage = { lun: 0, startedAtMs: 1001, durationMs: 97, isOver: true }
const takeover: TakeoverRecord = { ...record, hostOutage }

describe('the marks of the chart', () => {
  it('are the outages of takeovers, or the takeovers themselves where none was measured', () => {
    expect(chartMarks([record], undefined)).toEqual([{ startedAtMs: 1000, durationMs: 26, takeover: 3 }])
    expect(chartMarks([takeover], { ...hostOutage, cause: { kind: 'crash', controller: 'a' } })).toEqual([
      { startedAtMs: 1001, durationMs: 97, takeover: 3 },
    ])
  })

  it('are also an outage that no takeover ended, as long as it is, but no usual wait', () => {
    const both: Outage = { lun: 1, startedAtMs: 1401, durationMs: 6475, isOver: false }
    expect(chartMarks([takeover], both)).toEqual([
      { startedAtMs: 1001, durationMs: 97, takeover: 3 },
      { startedAtMs: 1401, durationMs: 6475, takeover: undefined },
    ])
    expect(chartMarks([], { ...both, durationMs: 40 })).toEqual([])
  })

  it('keep it moving as long as one is in sight', () => {
    const quiet = { timeS: [100], answersPerSecond: [0], p50Ms: [null], p99Ms: [null] }
    const marks = chartMarks([], { lun: 0, startedAtMs: 10_000, durationMs: 20_000, isOver: true })
    expect(isChartEmpty(quiet, marks)).toBe(true)
    expect(isChartEmpty({ ...quiet, timeS: [80] }, marks)).toBe(false)
  })
})
