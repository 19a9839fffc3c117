import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { LunOutageReport, Outage } from '../../../src-main/contract/host'
import type { TakeoverRecord } from '../../../src-main/contract/snapshot'
import { isBeforeFault, outageHeadline, unansweredLuns } from '../../../src-renderer/model/outage'
import { createFakeLab } from '../../support/fake-lab'

const outage: Outage = { lun: 0, startedAtMs: 100, durationMs: 300, isOver: true }

async function hostWith(luns: readonly LunOutageReport[], longest?: Outage) {
  const host = present((await createFakeLab().api.snapshot()).host, 'host')
  return { ...host, outages: { since: { atMs: 0, reason: 'start' as const }, luns, ...(longest === undefined ? {} : { longest }) } }
}

describe('the outage headline', () => {
  it('measures nothing without a host, or where nothing is sent, and keeps what was measured before', async () => {
    expect(outageHeadline(undefined)).toEqual({ isMeasuring: false, longest: undefined, usualMs: undefined, luns: [], unanswered: [] })
    const host = await hostWith([{ lun: 0, measured: false, unansweredMs: 0, longest: outage }], outage)
    expect(outageHeadline(host)).toMatchObject({ isMeasuring: false, longest: { durationMs: 300 } })
  })

  it('names LUNs that do not answer now, the worst first, but not those that only take a usual time', async () => {
    const host = await hostWith([
      { lun: 0, measured: true, unansweredMs: 900 },
      { lun: 1, measured: true, unansweredMs: 15 },
      { lun: 2, measured: true, unansweredMs: 1900 },
      { lun: 3, measured: false, unansweredMs: 5000 },
    ])
    expect(unansweredLuns(host).map(({ lun }) => lun)).toEqual([2, 0])
  })

  it('does not call a usual wait an outage, but one that has a cause or is long', async () => {
    const luns = [{ lun: 0, measured: true, unansweredMs: 0 }]
    const headlineOf = async (longest: Outage) => {
      const { longest: shown, usualMs } = outageHeadline(await hostWith(luns, longest))
      return [shown?.durationMs, usualMs]
    }
    expect(await headlineOf({ ...outage, durationMs: 38 })).toEqual([undefined, 38])
    expect(await headlineOf({ ...outage, durationMs: 38, cause: { kind: 'crash', controller: 'a' } })).toEqual([38, undefined])
    expect(await headlineOf({ ...outage, durationMs: 200 })).toEqual([200, undefined])
  })

  it('has nothing to do with a takeover that was over when the fault struck', async () => {
    const host = await hostWith([])
    const sinceFault = (atMs: number) => ({ ...host, outages: { ...host.outages, since: { atMs, reason: 'fault' as const } } })
    const crash = { survivor: 'b', dead: 'a', reason: 'crash', phases: [], volumes: [0] } as const
    const takeover: TakeoverRecord = { ...crash, number: 1, startedAtMs: 1000, totalMs: 26 }
    expect(isBeforeFault(takeover, sinceFault(1001))).toBe(false)
    expect(isBeforeFault(takeover, sinceFault(1400))).toBe(true)
    expect(isBeforeFault(takeover, host)).toBe(false)
  })

  it('shows a LUN once, though another volume had it before', async () => {
    const host = await hostWith([
      { lun: 0, measured: false, unansweredMs: 0, longest: outage },
      { lun: 0, measured: true, unansweredMs: 3 },
    ])
    expect(outageHeadline(host).luns).toEqual([{ lun: 0, measured: true, unansweredMs: 3 }])
  })
})
