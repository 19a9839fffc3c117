import type { Prng } from '../../base/prng'
import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { TraceKind } from '../../contract/trace'
import type { Workload } from '../../contract/workload'
import { LabHost } from '../../core/host/lab-host'
import type { VerificationResult } from '../../core/host/verification'
import type { TracePort } from '../../core/ports'
import type { Violations } from '../checkers/checker'
import type { TraceLog } from '../trace-log'
import type { World } from '../world'
import { LEDGER_BLOCKS } from './ground'

export const LEDGER_CHECKER = 'ledger'

/** Few, because each goes through all of iSCSI. */
const REQUESTS_PER_SECOND = [10, 40] as const
const REQUEST_BYTES = 4096
const COMMAND_KINDS: ReadonlySet<TraceKind> = new Set<TraceKind>(['host.command', 'host.response', 'host.retry'])

/**
 * The lab's own host beside the simulated ones, with iSCSI, multipath, and a ledger of acknowledged writes, none of which may be
 * lost. Nobody else uses the first blocks of each volume.
 */
export class LedgerHost {
  readonly #host: LabHost
  readonly #violations: Violations
  readonly #workload: Workload
  #isBusy = false

  constructor(parts: { readonly world: World; readonly state: ArrayState; readonly random: Prng; readonly violations: Violations }) {
    const { world, state, random, violations } = parts
    this.#violations = violations
    this.#workload = {
      requestsPerSecond: random.pick(REQUESTS_PER_SECOND),
      readShare: random.pick([0.2, 0.5]),
      blockBytes: REQUEST_BYTES,
      regionBytes: LEDGER_BLOCKS * BLOCK_BYTES,
      luns: state.configuration.luns.map(({ lun }) => lun),
    }
    this.#host = new LabHost(
      { clock: world.clock, network: world.network.network(), trace: hostTrace(world.trace), random: random.fork() },
      {
        initiatorName: 'iqn.2026-11.lab.takeover:ledger-host',
        isidQualifier: 1,
        portals: CONTROLLER_IDS.map((controller) => ({ controller, ...world.network.addressOf(controller) })),
        targetName: undefined,
      },
    )
    world.trace.onEvent(({ kind, data }) => {
      if (kind === 'host.block-lost')
        violations.add(
          LEDGER_CHECKER,
          `the write of block ${String(data?.['block'])} of LUN ${String(data?.['lun'])} was acknowledged and is lost: ` +
            String(data?.['reason']),
          'host',
        )
    })
  }

  /** Has requests, or a verification, that are not done. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  start(): void {
    this.#host.open()
    this.#host.startWorkload(this.#workload)
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
    if (lost > 0) this.#violations.add(LEDGER_CHECKER, `${lost} blocks are not what they were acknowledged to be`, 'host')
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
