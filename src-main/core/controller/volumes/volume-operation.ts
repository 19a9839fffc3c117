import { BLOCK_BYTES } from '../../../base/units'
import type { VolumeOperationKind } from '../../../contract/interconnect'
import type { CommandTask, VolumeFault, VolumeOutcome } from '../../scsi/device'
import type { TraceTag } from '../../ports'

/** One operation of a volume on its way through this controller. */
export interface VolumeOperation {
  readonly operation: VolumeOperationKind
  /** Blocks of the volume. */
  readonly firstBlock: number
  readonly blockCount: number
  /** What is written. `compare-and-write`: as many blocks to compare with first, and then what is written. */
  readonly data: readonly Uint8Array[]
  readonly forceUnitAccess: boolean
  /** The host's task, for a write that arrived here. */
  readonly task: CommandTask | undefined
  readonly trace: TraceTag | undefined
  /** `peer`: it arrived at the other controller, which forwarded it. */
  readonly origin: 'host' | 'peer'
  readonly arrivedAtMs: number
  /** Times it was sent to a controller that turned out not to own the volume. */
  misdirected: number
  /** A compare and write that has found its blocks as expected. */
  mayHaveWritten?: boolean
  readonly finish: (outcome: OperationOutcome) => void
}

/** `not-owner` is reported only to the peer. */
export type OperationOutcome =
  { readonly ok: true; readonly value: readonly Uint8Array[] } | { readonly ok: false; readonly fault: VolumeFault | 'not-owner' }

/** Whether it changes blocks. */
export function changesBlocks({ operation }: Pick<VolumeOperation, 'operation'>): boolean {
  return operation !== 'read' && operation !== 'flush'
}

/** The outcome as a host may see it. */
export function hostOutcome(outcome: OperationOutcome): VolumeOutcome<readonly Uint8Array[]> {
  if (outcome.ok) return outcome
  return { ok: false, fault: outcome.fault === 'not-owner' ? 'transitioning' : outcome.fault }
}

/** Of all volumes of one controller. */
export class IoCounters {
  reads = 0
  writes = 0
  readBytes = 0
  writtenBytes = 0
  forwarded = 0
  forwardedIn = 0
  refusedWrites = 0

  /** Counts host I/O that succeeded. */
  count(io: Pick<VolumeOperation, 'operation' | 'blockCount'>): void {
    if (io.operation === 'read') {
      this.reads++
      this.readBytes += io.blockCount * BLOCK_BYTES
    } else if (io.operation !== 'flush') {
      this.writes++
      this.writtenBytes += io.blockCount * BLOCK_BYTES
    }
  }
}
