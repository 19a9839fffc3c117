import type { Prng } from '../../base/prng'
import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { TraceKind } from '../../contract/trace'
import type { Workload } from '../../contract/workload'
import { LabHost } from '../../core/host/lab-host'
import type { LossReason } from '../../core/host/verdict'
import type { VerificationResult } from '../../core/host/verification'
import type { TracePort } from '../../core/ports'
import type { BlockCheck } from '../checkers/block-check'
import type { Violations } from '../checkers/checker'
import type { TraceLog } from '../trace-log'
import type { World } from '../world'
import { LEDGER_BLOCKS } from './ground'

export const LEDGER_CHECKER = 'ledger'

interface LostBlock {
  readonly lun: number
  readonly block: number
  readonly reason: LossReason
}

/** Few, because each goes through all of iSCSI. */
const REQUESTS_PER_SECOND = [10, 40] as const
const REQUEST_BYTES = 4096
const COMMAND_KINDS: ReadonlySet<TraceKind> = new Set<TraceKind>(['host.command', 'host.response', 'host.retry'])

/**
 * The lab's own host beside the simulated ones, with iSCSI, multipath, and a ledger of acknowledged writes, none of which may be
 * lost. Nobody else uses the first blocks of each volume. But they share rows with blocks that others use, and what a world does
 * to a row is excused here, too, as the kind of loss that it causes.
 */
export class LedgerHost {
  readonly #host: LabHost
  readonly #violations: Violations
  readonly #blocks: BlockCheck
  readonly #workload: Workload
  /** By LUN. */
  readonly #contentIds: ReadonlyMap<number, number>
  #excused = 0
  #isBusy = false

  constructor(parts: {
    readonly world: World
    readonly state: ArrayState
    readonly random: Prng
    readonly violations: Violations
    readonly blocks: BlockCheck
    /** Drawn if left out. */
    readonly workload?: Workload
    /** Takes its events. Left out: its commands are not part of the run, and only viewers see them. */
    readonly trace?: TracePort
  }) {
    const { world, state, random, violations, blocks } = parts
    this.#violations = violations
    this.#blocks = blocks
    this.#contentIds = new Map(state.configuration.luns.map(({ lun, volumeId }) => [lun, volumeId]))
    this.#workload = parts.workload ?? {
      requestsPerSecond: random.pick(REQUESTS_PER_SECOND),
      readShare: random.pick([0.2, 0.5]),
      blockBytes: REQUEST_BYTES,
      regionBytes: LEDGER_BLOCKS * BLOCK_BYTES,
      luns: state.configuration.luns.map(({ lun }) => lun),
    }
    this.#host = new LabHost(
      { clock: world.clock, network: world.network.network(), trace: parts.trace ?? hostTrace(world.trace), random: random.fork() },
      {
        initiatorName: 'iqn.2026-11.lab.takeover:ledger-host',
        isidQualifier: 1,
        portals: CONTROLLER_IDS.map((controller) => ({ controller, ...world.network.addressOf(controller) })),
        targetName: undefined,
      },
    )
    world.trace.onEvent(({ kind, data }) => {
      if (kind === 'host.block-lost') this.#lost(data as unknown as LostBlock)
    })
  }

  #lost({ lun, block, reason }: LostBlock): void {
    if (this.#isExcused({ lun, block, reason })) this.#excused++
    else this.#violations.add(LEDGER_CHECKER, `the write of block ${block} of LUN ${lun} was acknowledged and is lost: ${reason}`, 'host')
  }

  /** Bytes that were changed behind the controllers' back make no other stamp, and a lost row has no stamp at all. */
  #isExcused({ lun, block, reason }: LostBlock): boolean {
    const contentId = this.#contentIds.get(lun)
    if (contentId === undefined) return false
    if (reason === 'unreadable') return this.#blocks.mayBeLost({ contentId, firstBlock: block, blockCount: 1 })
    // The write that went astray may be one of this host's own, so its stamp is in the wrong place.
    if (this.#blocks.isStale(contentId, block)) return true
    if ((reason !== 'torn' && reason !== 'foreign') || !this.#blocks.isTainted(contentId, block)) return false
    this.#blocks.corruptBlocksServed++
    return true
  }

  /** Has requests, or a verification, that are not done. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  start(): void {
    this.#host.open()
    this.startWorkload()
  }

  /** Of a host that has started. */
  startWorkload(): void {
    this.#host.startWorkload(this.#workload)
  }

  get host(): LabHost {
    return this.#host
  }

  /** Sends nothing new. */
  stop(): void {
    this.#isBusy = true
    this.#host.stopWorkload(() => (this.#isBusy = false))
  }

  /** Once it has stopped and both controllers serve: reads back all that it knows. */
  verify(): void {
    this.#isBusy = true
    this.#host.verify((result) => {
      this.#isBusy = false
      this.#judge(result)
    })
  }

  #judge({ checkedBlocks }: VerificationResult): void {
    const { lost, blocks } = this.#host.report().ledger
    if (checkedBlocks < blocks)
      this.#violations.add(LEDGER_CHECKER, `of ${blocks} blocks that the host wrote, ${checkedBlocks} can be read back`, 'host')
    const missing = lost - this.#excused
    if (missing > 0) this.#violations.add(LEDGER_CHECKER, `${missing} blocks are not what they were acknowledged to be`, 'host')
  }
}

/** Its individual commands are not part of the run. Only viewers see them. */
function hostTrace(log: TraceLog): TracePort {
  const port = log.port()
  return {
    admit: () => log.isLookedOn,
    record: (event) => (COMMAND_KINDS.has(event.kind) ? log.aside(event) : port.record(event)),
  }
}
