import * as v from 'valibot'
import { LIMITS } from './limits'

/**
 * The lab host's open-loop workload: requests arrive at `requestsPerSecond` whether or not earlier ones are answered.
 * The region is a share of each mapped volume, from its first block.
 */
export const workloadSchema = v.strictObject({
  requestsPerSecond: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LIMITS.workloadRequestsPerSecond)),
  /** 0: writes only, 1: reads only. */
  readShare: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  blockBytes: v.picklist([512, 4096, 8192, 16_384, 65_536, 131_072]),
  /** Bytes at the start of each volume that the workload touches; bounded by the volume. */
  regionBytes: v.pipe(v.number(), v.integer(), v.minValue(131_072), v.maxValue(LIMITS.workloadRegionBytes)),
  luns: v.union([v.literal('all'), v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))]),
})
export type Workload = v.InferOutput<typeof workloadSchema>

export const DEFAULT_WORKLOAD: Workload = {
  requestsPerSecond: 200,
  readShare: 0.5,
  blockBytes: 4096,
  regionBytes: 16 * 1024 * 1024,
  luns: 'all',
}
