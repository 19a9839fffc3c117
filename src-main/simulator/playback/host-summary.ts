import { BLOCK_BYTES, MIB } from '../../base/units'
import { CONTROLLER_IDS, portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { HostPath, HostRates, HostReport, OutagesSince } from '../../contract/host'
import { LunOutages } from '../../core/host/lun-outages'
import type { OutageMeter } from '../../core/host/outage-meter'
import type { TakeoverSpan } from '../../core/host/takeover-outage'
import { BLOCK_CHECKER } from '../checkers/block-check'
import { LEDGER_CHECKER } from '../hosts/ledger-host'
import type { HostVolume } from '../hosts/ground'
import type { HostWatcher, Operation, TryWatcher } from '../hosts/virtual-host'
import type { HostTrace } from './host-trace'
import type { WorldRun } from '../run/run-world'

const NO_RATES: HostRates = { readsPerSecond: 0, writesPerSecond: 0, bytesPerSecond: 0, latencyP50Ms: 0, latencyP99Ms: 0 }

interface Answer {
  readonly kind: 'read' | 'write' | 'flush'
  readonly bytes: number
  readonly latencyMs: number
}

/** Reports all simulated hosts as one, in the form of the lab's own host, and traces what they send. */
export class HostSummary implements HostWatcher {
  readonly #nowMs: () => number
  readonly #trace: HostTrace
  #sent = 0
  #answered = 0
  #givenUp = 0
  #retried = 0
  #acknowledged = 0
  #unknown = 0
  #second = 0
  #answersOfSecond: Answer[] = []
  #rates = NO_RATES
  readonly #outages = new LunOutages()

  constructor(nowMs: () => number, trace: HostTrace) {
    this.#nowMs = nowMs
    this.#trace = trace
  }

  commandSent(operation: Operation, portal: ControllerId, again: boolean): TryWatcher | undefined {
    if (again) this.#retried++
    else {
      this.#sent++
      this.#outagesOf(operation).requested(this.#nowMs())
    }
    return this.#trace.commandSent(operation, portal, again)
  }

  commandAnswered(operation: Operation): void {
    const nowMs = this.#nowMs()
    const { kind, blockCount, beganAtMs = nowMs } = operation
    this.#trace.commandAnswered(operation)
    this.#answered++
    if (kind === 'write') this.#acknowledged++
    this.#outagesOf(operation).answered(nowMs)
    this.#endSecond()
    this.#answersOfSecond.push({ kind, bytes: kind === 'flush' ? 0 : blockCount * BLOCK_BYTES, latencyMs: nowMs - beganAtMs })
  }

  commandGivenUp(operation: Operation): void {
    this.#trace.commandGivenUp(operation)
    this.#givenUp++
    this.#outagesOf(operation).abandoned(this.#nowMs())
    if (operation.kind === 'write') this.#unknown++
  }

  countOutagesFrom(since: OutagesSince): void {
    this.#outages.countFrom(since, this.#nowMs())
  }

  takeoverOver(takeover: TakeoverSpan): void {
    this.#outages.takeoverOver(takeover, this.#nowMs())
  }

  report(run: WorldRun, operations: number): HostReport {
    this.#endSecond()
    const { hosts, spots, swarm } = run
    this.#outages.sendTo(hosts.some(({ isBusy }) => isBusy) ? spots.map(({ volume }) => meteredOf(volume)) : [])
    const [{ readShare } = { readShare: 0 }] = swarm.hosts
    return {
      initiatorName: hosts.map(({ name }) => name).join(', '),
      paths: CONTROLLER_IDS.map((controller) => pathOf(run, controller)),
      workload: {
        running: hosts.some(({ isBusy }) => isBusy),
        settings: {
          requestsPerSecond: Math.max(1, Math.round((operations * 1000) / swarm.durationMs)),
          readShare,
          blockBytes: BLOCK_BYTES,
          regionBytes: MIB,
          luns: 'all',
        },
      },
      ledger: {
        acknowledged: this.#acknowledged,
        retried: this.#retried,
        unknown: this.#unknown,
        lost: run.result().violations.filter(({ checker }) => checker === BLOCK_CHECKER || checker === LEDGER_CHECKER).length,
        blocks: spots.reduce((sum, { blockCount }) => sum + blockCount, 0),
        verifying: false,
        checkedBlocks: 0,
      },
      rates: this.#rates,
      ...this.#outages.report(this.#nowMs()),
      commands: { sent: this.#sent, answered: this.#answered, underWay: this.#underWay, queued: 0 },
    }
  }

  #outagesOf({ volume }: Operation): OutageMeter {
    return this.#outages.meterOf(meteredOf(volume))
  }

  get #underWay(): number {
    return this.#sent - this.#answered - this.#givenUp
  }

  /** Computes the rates of the last full second once another one has begun. */
  #endSecond(): void {
    const second = Math.floor(this.#nowMs() / 1000)
    if (second === this.#second) return
    this.#rates = second === this.#second + 1 ? ratesOf(this.#answersOfSecond) : NO_RATES
    this.#second = second
    this.#answersOfSecond = []
  }
}

function meteredOf({ contentId, lun }: HostVolume): { readonly identifier: string; readonly lun: number } {
  return { identifier: String(contentId), lun }
}

function ratesOf(answers: readonly Answer[]): HostRates {
  const latencies = answers.map(({ latencyMs }) => latencyMs).sort((one, other) => one - other)
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    readsPerSecond: answers.filter(({ kind }) => kind === 'read').length,
    writesPerSecond: answers.filter(({ kind }) => kind === 'write').length,
    bytesPerSecond: answers.reduce((sum, { bytes }) => sum + bytes, 0),
    latencyP50Ms: at(0.5),
    latencyP99Ms: at(0.99),
  }
}

function pathOf({ world, hosts, spots }: WorldRun, controller: ControllerId): HostPath {
  const address = world.network.addressOf(controller)
  const directory = world.serverOf(controller)?.controller.directory
  const isUp = hosts.some((host) => host.isConnectedTo(controller))
  const luns = [...new Set(spots.map(({ volume }) => volume.lun))].flatMap((lun) => {
    const accessState = isUp ? directory?.find(lun)?.accessState(portalGroupOf(controller)) : undefined
    return accessState === undefined ? [] : [{ lun, accessState, inUse: accessState === 'active-optimized' }]
  })
  return { controller, address: `${address.host}:${address.port}`, state: isUp ? 'up' : 'down', luns }
}
