import type { NvramReport } from '../../../contract/snapshot'

/**
 * - `off`: nothing is acknowledged here: not serving yet, or not any more
 * - `alone`: the claim that shuts the peer's NVRAM out stands on the drives, so nothing has to be mirrored
 * - `mirrored`: nothing is acknowledged before the peer has it too
 * - `suspended`: the peer was lost, and its NVRAM would still count: nothing is acknowledged
 */
export type CacheMode = 'off' | 'alone' | 'mirrored' | 'suspended'

/** How an operator sees the mirror. */
export function mirrorReportOf(mode: CacheMode, isInStep: boolean): NvramReport['mirror'] {
  const mirrors: Readonly<Record<CacheMode, NvramReport['mirror']>> = { off: 'off', alone: 'away', mirrored: isInStep ? 'in-step' : 'resyncing', suspended: 'away' }
  return mirrors[mode]
}
