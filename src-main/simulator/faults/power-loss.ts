import { nameOfCause, type AimCause } from './aims'
import type { Fault } from './fault'
import { killApplication } from './kills'

/** These need what the drives hold to be right, whether anybody flushed it or not. */
const DO_NOT_GO_WITH_IT: ReadonlySet<string> = new Set([
  'latent-error',
  'latent-error-beside',
  'drive-failure',
  'rebuild-drive',
  'drive-failure-and-crash',
  'two-drives',
  'two-drives-and-crash',
  'drive-put-back',
  'drive-cut',
  'drive-swapped',
  'silent-corruption',
  'misdirected-write',
  'corrupt-superblock',
  'unreadable-superblocks',
  'flush-failure',
  'short-of-room',
  'nvram-lost',
  'nvram-rotten',
])

/**
 * The power of the whole machine fails: both controllers end, and each drive loses part of what it took and nobody flushed. NVRAM
 * keeps what it has. Hosts may rely on what they flushed. Parity of the rest may be wrong (docs/data-safety.md, What remains), so
 * in such a world no drive fails or is rebuilt.
 */
export const powerLoss: Fault = {
  name: 'power-loss',
  strike({ world, hit, losePower }) {
    killApplication({ world, hit })
    losePower()
  },
}

export function goesWithPowerLoss(cause: AimCause): boolean {
  return !DO_NOT_GO_WITH_IT.has(nameOfCause(cause))
}
