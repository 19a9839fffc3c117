import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { LabSnapshot } from '../../src-main/contract/snapshot'

/** Five samples a second for two minutes. */
const SAMPLE_MS = 200
const SAMPLES = 600

export interface RateSeries {
  /** Seconds on the trace clock, ascending. */
  readonly timeS: number[]
  /** Answers per second, measured between two snapshots, so that an outage shows as long as it was. */
  readonly answersPerSecond: number[]
  readonly p50Ms: (number | null)[]
  readonly p99Ms: (number | null)[]
}

/** The recent past of the host's rates. The arrays change in place; `version` says when. */
export const useRateStore = defineStore('rates', () => {
  const version = shallowRef(0)
  const series: RateSeries = { timeS: [], answersPerSecond: [], p50Ms: [], p99Ms: [] }
  let lastTimeMs = Number.NEGATIVE_INFINITY
  let lastAnswered = 0

  function sample(snapshot: LabSnapshot): void {
    const { host, timeMs } = snapshot
    if (host === undefined) return
    // What is read back for the ledger is no request of the workload.
    const answeredSoFar = host.workload.answered ?? host.commands.answered
    if (timeMs < lastTimeMs) clear()
    if (timeMs - lastTimeMs < SAMPLE_MS) return
    if (Number.isFinite(lastTimeMs)) {
      const answered = Math.max(0, answeredSoFar - lastAnswered)
      const quiet = answered === 0
      push(
        timeMs / 1000,
        (answered * 1000) / (timeMs - lastTimeMs),
        quiet ? null : host.rates.latencyP50Ms,
        quiet ? null : host.rates.latencyP99Ms,
      )
    }
    lastTimeMs = timeMs
    lastAnswered = answeredSoFar
  }

  function push(timeS: number, answersPerSecond: number, p50Ms: number | null, p99Ms: number | null): void {
    series.timeS.push(timeS)
    series.answersPerSecond.push(answersPerSecond)
    series.p50Ms.push(p50Ms)
    series.p99Ms.push(p99Ms)
    if (series.timeS.length > SAMPLES)
      for (const values of [series.timeS, series.answersPerSecond, series.p50Ms, series.p99Ms]) values.shift()
    version.value++
  }

  function clear(): void {
    for (const values of [series.timeS, series.answersPerSecond, series.p50Ms, series.p99Ms]) values.length = 0
    lastTimeMs = Number.NEGATIVE_INFINITY
  }

  return { version, series, sample }
})
