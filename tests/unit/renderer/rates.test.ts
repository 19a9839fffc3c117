import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { useRateStore } from '../../../src-renderer/stores/rates'
import { createFakeLab } from '../../support/fake-lab'

const picture = await createFakeLab().api.snapshot()
const { rates, commands, ...others } = present(picture.host, 'a host')

beforeEach(() => setActivePinia(createPinia()))

function at(timeMs: number, answered: number): LabSnapshot {
  const host = { ...others, commands: { ...commands, answered }, rates: { ...rates, latencyP50Ms: 0.5, latencyP99Ms: 4 } }
  return { ...picture, timeMs, host }
}

describe('the recent past of rates', () => {
  it('has what was answered between two samples, by the time between them', () => {
    const { series, sample } = useRateStore()
    for (const [timeMs, answered] of [
      [1000, 100],
      [1100, 150],
      [1250, 350],
    ] as const)
      sample(at(timeMs, answered))
    expect(series).toEqual({ timeS: [1.25], answersPerSecond: [1000], p50Ms: [0.5], p99Ms: [4] })
  })

  it('has no latency of a time without an answer, also where the host began to count anew', () => {
    const { series, sample } = useRateStore()
    for (const [timeMs, answered] of [
      [1000, 100],
      [1200, 100],
      [1400, 3],
    ] as const)
      sample(at(timeMs, answered))
    expect(series).toEqual({ timeS: [1.2, 1.4], answersPerSecond: [0, 0], p50Ms: [null, null], p99Ms: [null, null] })
  })

  it('counts only what the workload asked for, not what is read back for the ledger', () => {
    const { series, sample } = useRateStore()
    const reading = (timeMs: number, answered: number): LabSnapshot => {
      const now = at(timeMs, answered * 4)
      return { ...now, host: { ...present(now.host, 'a host'), workload: { ...others.workload, answered } } }
    }
    sample(reading(1000, 100))
    sample(reading(1200, 140))
    expect(series).toMatchObject({ answersPerSecond: [200] })
  })

  it('begins anew with another run of a lab, whose clock begins anew', () => {
    const { series, sample } = useRateStore()
    for (const timeMs of [1000, 1200, 1400]) sample(at(timeMs, timeMs))
    sample(at(50, 10))
    sample(at(300, 60))
    expect(series).toMatchObject({ timeS: [0.3], answersPerSecond: [200] })
  })

  it('is two minutes long at most', () => {
    const { series, sample } = useRateStore()
    for (let timeMs = 200; timeMs <= 200_000; timeMs += 200) sample(at(timeMs, timeMs))
    for (const values of Object.values(series)) expect(values).toHaveLength(600)
    expect(series.timeS.at(0)).toBeCloseTo(80.2)
  })
})
