import { describe, expect, it } from 'vitest'
import { GapMeter } from '../../../../src-main/core/host/gap-meter'
import { RateMeter } from '../../../../src-main/core/host/rate-meter'

describe('the gap meter', () => {
  it('measures silence only while somebody waits', () => {
    const meter = new GapMeter()
    meter.requested(0)
    meter.answered(5)
    meter.requested(1000)
    meter.requested(1002)
    meter.answered(1010)
    meter.answered(1040)
    expect(meter.longestGapMs(5000)).toBe(30)
  })

  it('counts a gap that is not over', () => {
    const meter = new GapMeter()
    meter.requested(100)
    expect(meter.longestGapMs(350)).toBe(250)
    meter.abandoned(400)
    expect(meter.longestGapMs(1000)).toBe(300)
  })

  it('begins anew with a workload', () => {
    const meter = new GapMeter()
    meter.requested(0)
    meter.requested(0)
    meter.answered(500)
    meter.restart(600)
    meter.answered(620)
    expect(meter.longestGapMs(620)).toBe(20)
  })

  it('finds the outage of a takeover of which it is told later, and no other', () => {
    const meter = new GapMeter()
    meter.requested(0)
    meter.answered(900)
    meter.requested(1000)
    meter.answered(1010)
    meter.requested(2000)
    meter.answered(2200)
    expect(meter.lastOutageMs(2300)).toBe(0)
    meter.takeoverStarted(1990, 2300)
    expect(meter.lastOutageMs(2300)).toBe(200)
    meter.requested(2400)
    meter.answered(2700)
    expect(meter.lastOutageMs(2700)).toBe(300)
    meter.takeoverStarted(2650, 2700)
    expect(meter.lastOutageMs(2700)).toBe(300)
    meter.requested(3600)
    meter.requested(3600)
    expect(meter.lastOutageMs(4200)).toBe(600)
    meter.answered(4300)
    meter.answered(9000)
    expect(meter.lastOutageMs(9000)).toBe(700)
    meter.takeoverStarted(9020, 9020)
    expect(meter.lastOutageMs(9020)).toBe(0)
  })

  it('forgets what is older than a minute', () => {
    const meter = new GapMeter()
    meter.requested(0)
    meter.answered(500)
    meter.takeoverStarted(0, 70_000)
    expect(meter.lastOutageMs(70_000)).toBe(0)
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

  it('takes any latency', () => {
    const meter = new RateMeter()
    for (const latencyMs of [0, 1e-9, 1e12]) meter.answered({ nowMs: 0, operation: 'read', bytes: 0, latencyMs })
    expect(meter.rates(1000).readsPerSecond).toBe(3)
  })
})
