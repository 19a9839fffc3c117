import { describe, expect, it } from 'vitest'
import { LunOutages } from '../../../../src-main/core/host/lun-outages'
import { OutageMeter } from '../../../../src-main/core/host/outage-meter'
import { RateMeter } from '../../../../src-main/core/host/rate-meter'

describe('the outage meter', () => {
  it('measures silence only while somebody waits', () => {
    const meter = new OutageMeter()
    meter.requested(0)
    meter.answered(5)
    meter.requested(1000)
    meter.requested(1002)
    meter.answered(1010)
    meter.answered(1040)
    expect(meter.longestSince(0, 5000)).toEqual({ startedAtMs: 1010, endedAtMs: 1040, isOver: true })
    expect(meter.unansweredMs(5000)).toBe(0)
  })

  it('counts up while nobody is answered, and an answer that is not good ends nothing', () => {
    const meter = new OutageMeter()
    meter.requested(100)
    meter.requested(200)
    expect(meter.longestSince(0, 350)).toEqual({ startedAtMs: 100, endedAtMs: 350, isOver: false })
    meter.abandoned(400)
    expect(meter.unansweredMs(5100)).toBe(5000)
    meter.answered(5200)
    expect(meter.longestSince(0, 9000)).toEqual({ startedAtMs: 100, endedAtMs: 5200, isOver: true })
  })

  it('ends when nobody waits any more', () => {
    const meter = new OutageMeter()
    meter.requested(100)
    meter.abandoned(400)
    meter.requested(1000)
    expect(meter.longestSince(0, 1010)).toMatchObject({ startedAtMs: 100, endedAtMs: 400, isOver: true })
    expect(meter.unansweredMs(1010)).toBe(10)
  })

  it('does not count a wait from before the last answer, though the command was due earlier', () => {
    const meter = new OutageMeter()
    meter.requested(0)
    meter.answered(100)
    meter.requested(60)
    meter.answered(130)
    expect(meter.longestSince(101, 200)).toMatchObject({ startedAtMs: 100, endedAtMs: 130 })
  })

  it('tells the longest since any moment, also one that began before', () => {
    const meter = new OutageMeter()
    for (const [from, to] of [
      [0, 50],
      [100, 400],
      [500, 520],
      [600, 700],
      [800, 810],
    ] as const) {
      meter.requested(from)
      meter.answered(to)
    }
    const longestSince = (ms: number) => meter.longestSince(ms, 1000)?.startedAtMs
    expect([0, 400, 401, 700, 701, 811].map(longestSince)).toEqual([100, 100, 600, 600, 800, undefined])
  })

  it('keeps the newest where ever shorter ones fill its memory', () => {
    const meter = new OutageMeter()
    for (let i = 0; i < 200; i++) {
      meter.requested(i * 1000)
      meter.answered(i * 1000 + 500 - i)
    }
    expect(meter.longestSince(0, 1e6)).toMatchObject({ startedAtMs: 0 })
    expect(meter.longestSince(199_000, 1e6)).toMatchObject({ startedAtMs: 199_000 })
  })

  it('tells the longest of few after more that are as long as each other than there is room for', () => {
    const meter = new OutageMeter()
    const outage = (from: number, to: number) => {
      meter.requested(from)
      meter.answered(to)
    }
    for (let i = 0; i < 100; i++) outage(i * 100, i * 100 + 10)
    outage(10_000, 10_005)
    outage(10_100, 10_103)
    expect(meter.longestSince(10_000, 1e6)).toMatchObject({ startedAtMs: 10_000, endedAtMs: 10_005 })
  })

  it('finds the outage of a takeover of which it is told later, and no other', () => {
    const meter = new OutageMeter()
    const lastOutage = (nowMs: number) => {
      const outage = meter.ofTakeover(nowMs)
      return outage && outage.endedAtMs - outage.startedAtMs
    }
    meter.requested(0)
    meter.answered(900)
    meter.requested(1000)
    meter.answered(1010)
    meter.requested(2000)
    meter.answered(2200)
    expect(lastOutage(2300)).toBeUndefined()
    meter.takeoverOver({ startedAtMs: 1990, servingAtMs: 2100 }, 2300)
    expect(lastOutage(2300)).toBe(200)
    meter.requested(2400)
    meter.answered(2700)
    expect(lastOutage(2700)).toBe(300)
    meter.takeoverOver({ startedAtMs: 2650, servingAtMs: 2690 }, 2700)
    expect(lastOutage(2700)).toBe(300)
    meter.requested(3600)
    meter.requested(3600)
    expect(lastOutage(4200)).toBe(600)
    meter.answered(4300)
    meter.answered(9000)
    expect(lastOutage(9000)).toBe(700)
    meter.takeoverOver({ startedAtMs: 9020, servingAtMs: 9020 }, 9020)
    expect(lastOutage(9020)).toBeUndefined()
  })
})

describe('the outages of all LUNs', () => {
  const VOLUMES = [
    { identifier: 'x', lun: 0 },
    { identifier: 'y', lun: 1 },
  ] as const

  it('takes that of the worst LUN for the array, and says which LUNs are measured', () => {
    const outages = new LunOutages()
    const [x, y] = VOLUMES.map((volume) => outages.meterOf(volume))
    outages.sendTo(VOLUMES)
    x?.requested(0)
    x?.answered(10)
    y?.requested(5)
    expect(outages.report(305).outages).toEqual({
      since: { atMs: 0, reason: 'start' },
      longest: { lun: 1, startedAtMs: 5, durationMs: 300, isOver: false },
      luns: [
        { lun: 0, measured: true, unansweredMs: 0, longest: { lun: 0, startedAtMs: 0, durationMs: 10, isOver: true } },
        { lun: 1, measured: true, unansweredMs: 300, longest: { lun: 1, startedAtMs: 5, durationMs: 300, isOver: false } },
      ],
    })
    outages.sendTo([])
    expect(outages.report(305).outages.luns.map(({ measured }) => measured)).toEqual([false, true])
  })

  it('of a volume that got another LUN are reported for that one', () => {
    const outages = new LunOutages()
    outages.meterOf(VOLUMES[0]).requested(0)
    outages.meterOf({ ...VOLUMES[0], lun: 7 }).answered(10)
    expect(outages.report(20).outages.longest).toEqual({ lun: 7, startedAtMs: 0, durationMs: 10, isOver: true })
  })

  it('counts from a fault on without cutting what goes on', () => {
    const outages = new LunOutages()
    const meter = outages.meterOf(VOLUMES[0])
    meter.requested(0)
    meter.answered(700)
    meter.requested(990)
    outages.countFrom({ atMs: 1000, reason: 'fault' }, 1010)
    expect(outages.report(1040).outages.longest).toMatchObject({ startedAtMs: 990, durationMs: 50 })
    meter.answered(1100)
    expect(outages.report(2000).outages.longest).toMatchObject({ startedAtMs: 990, durationMs: 110 })
    outages.countFrom({ atMs: 2000, reason: 'reset' }, 2000)
    expect(outages.report(2000).outages.longest).toBeUndefined()
  })
})

describe('what each LUN waited around a takeover', () => {
  it('is told for all of them, the longest apart, and not for one that nobody asked', () => {
    const outages = new LunOutages()
    const [second, first] = [1, 0].map((lun) => outages.meterOf({ identifier: `v${lun}`, lun }))
    outages.meterOf({ identifier: 'v2', lun: 2 })
    first?.requested(1001)
    second?.requested(1010)
    outages.takeoverOver({ startedAtMs: 1000, servingAtMs: 1030 }, 1032)
    first?.answered(1040)
    const { takeoverOutage, takeoverWaits } = outages.report(1090)
    expect(takeoverWaits).toEqual([
      { lun: 0, startedAtMs: 1001, durationMs: 39, isOver: true },
      { lun: 1, startedAtMs: 1010, durationMs: 80, isOver: false },
    ])
    expect(takeoverOutage).toEqual(takeoverWaits?.[1])
  })
})

describe('the outage of a takeover and the next fault', () => {
  function takenOver() {
    const outages = new LunOutages()
    const meter = outages.meterOf({ identifier: 'x', lun: 0 })
    outages.countFrom({ atMs: 1000, reason: 'fault' }, 1002)
    meter.requested(1001)
    outages.takeoverOver({ startedAtMs: 1000, servingAtMs: 1030 }, 1032)
    return { outages, meter, found: (nowMs: number) => outages.report(nowMs).takeoverOutage }
  }
  const fault = (atMs: number) => ({ atMs, reason: 'fault' }) as const

  it('leaves what began with the next fault to that one, though the news of it is late', () => {
    const { outages, meter, found } = takenOver()
    meter.answered(1098)
    meter.requested(1398)
    meter.answered(1399)
    meter.requested(1401)
    expect(found(1450)).toMatchObject({ startedAtMs: 1001, durationMs: 97 })
    expect(found(1600)).toMatchObject({ startedAtMs: 1401 })
    outages.countFrom(fault(1400), 1600)
    expect(found(1600)).toEqual({ lun: 0, startedAtMs: 1001, durationMs: 97, isOver: true })
    meter.answered(6000)
    expect(found(6001)).toEqual({ lun: 0, startedAtMs: 1001, durationMs: 97, isOver: true })
  })

  it('forgets what has ended meanwhile, and the rest of what had just begun', () => {
    const { outages, meter, found } = takenOver()
    meter.answered(1098)
    meter.requested(1395)
    meter.answered(2395)
    expect(found(2400)).toMatchObject({ durationMs: 1000 })
    outages.countFrom(fault(1400), 2400)
    expect(found(2400)).toMatchObject({ startedAtMs: 1001, durationMs: 97, isOver: true })
  })

  it('tells an outage up to the next fault, and not as over, if the host had no answer in between', () => {
    const { outages, meter, found } = takenOver()
    outages.countFrom(fault(1200), 1230)
    expect(found(1300)).toEqual({ lun: 0, startedAtMs: 1001, durationMs: 199, isOver: false })
    meter.answered(5000)
    expect(found(5001)).toEqual({ lun: 0, startedAtMs: 1001, durationMs: 199, isOver: false })
  })

  it('takes no fault for the next one that struck before the takeover was over, and hears of the next one before', () => {
    const { outages, meter, found } = takenOver()
    outages.countFrom(fault(1029), 1035)
    meter.answered(1098)
    expect(found(1100)).toMatchObject({ durationMs: 97, isOver: true })
    meter.requested(8000)
    outages.countFrom(fault(8041), 8043)
    outages.takeoverOver({ startedAtMs: 8000, servingAtMs: 8030 }, 8044)
    meter.answered(9000)
    expect(found(9001)).toMatchObject({ startedAtMs: 8000, durationMs: 41, isOver: false })
  })
})

describe('the rate meter', () => {
  it('reports the last full second', () => {
    const meter = new RateMeter()
    for (let i = 0; i < 100; i++)
      meter.answered({ nowMs: 1000 + i, operation: i % 4 === 0 ? 'write' : 'read', bytes: 4096, latencyMs: i < 98 ? 1 : 100 })
    expect(meter.rates(1500).readsPerSecond).toBe(0)
    const rates = meter.rates(2100)
    expect(rates).toMatchObject({ readsPerSecond: 75, writesPerSecond: 25, bytesPerSecond: 409_600 })
    expect(rates.latencyP50Ms).toBeGreaterThan(0.9)
    expect(rates.latencyP50Ms).toBeLessThan(1.1)
    expect(rates.latencyP99Ms).toBeGreaterThan(90)
    expect(rates.latencyP99Ms).toBeLessThan(110)
    expect(meter.rates(3100).readsPerSecond).toBe(0)
  })

  it('reports nothing after a second without an answer', () => {
    const meter = new RateMeter()
    meter.answered({ nowMs: 1000, operation: 'read', bytes: 4096, latencyMs: 1 })
    expect(meter.rates(2500).readsPerSecond).toBe(1)
    meter.answered({ nowMs: 2600, operation: 'read', bytes: 4096, latencyMs: 1 })
    expect(meter.rates(4100).readsPerSecond).toBe(0)
  })

  it('takes any latency', () => {
    const meter = new RateMeter()
    for (const latencyMs of [0, 1e-9, 1e12]) meter.answered({ nowMs: 0, operation: 'read', bytes: 0, latencyMs })
    expect(meter.rates(1000).readsPerSecond).toBe(3)
  })
})
