import { assert, present } from '../../base/assert'
import { BLOCK_BYTES } from '../../base/units'
import type { HostPath as PathReport } from '../../contract/host'
import { LIMITS } from '../../contract/limits'
import { ioRequestName, type Place, type TraceId } from '../../contract/trace'
import type { Timer } from '../ports'
import type { ScsiOutcome, ScsiRequest } from '../iscsi/initiator/scsi-request'
import { readCdb, writeCdb } from '../scsi/initiator-cdbs'
import { judgeOutcome, type CommandVerdict, type FailureReason } from './command-verdict'
import type { HostPath } from './host-path'
import { RETRY_MS, type HostVolume, type Route } from './host-volume'
import { PathSet, type PathSetOptions } from './path-set'

/** One read or write of a volume, whichever path it takes. */
export interface IoRequest {
  readonly volume: HostVolume
  readonly operation: 'read' | 'write'
  readonly firstBlock: number
  readonly blockCount: number
  /** Of a write; must not change until the end. */
  readonly dataOut?: Uint8Array
}

export type IoOutcome = { readonly ok: true; readonly dataIn: Uint8Array } | { readonly ok: false; readonly reason: FailureReason }

export interface MultipathHandler {
  /** Volumes came, went or changed size. */
  volumesChanged(): void
  pathUp(): void
  pathDown(): void
}

export interface MultipathCounts {
  readonly sent: number
  readonly answered: number
  readonly underWay: number
  /** Of those under way: waiting for a path that can take them. */
  readonly held: number
  /** Sent again since a path was lost. */
  readonly retried: number
}

/** All that may be under way or waiting for a path. */
const MAX_IO_UNDER_WAY = LIMITS.hostCommands
/** How long a command waits for a path that works. */
const NO_PATH_MS = 30_000
/** Commands of one session, with room left for the path's own control commands. */
const MAX_SESSION_TASKS = 2 * LIMITS.commandWindow - 16
/** Unit attentions that one command meets before it waits, too. */
const MAX_RETRIES_AT_ONCE = LIMITS.hostRetriesAtOnce

interface IoCommand {
  readonly request: IoRequest
  readonly done: (outcome: IoOutcome) => void
  readonly startedMs: number
  readonly traced: boolean
  attempts: number
  /** The newest event of its story. */
  cause: TraceId | undefined
}

/** All paths of the host as one. A command uses the best path there is, and fails only if none comes back in time. */
export class Multipath {
  readonly #options: PathSetOptions
  readonly #paths: PathSet
  /** Commands that no path can take now, the oldest first. */
  readonly #held = new Set<IoCommand>()
  #heldTimer: Timer | undefined
  #closing = false
  #underWay = 0
  #sent = 0
  #answered = 0
  #retried = 0

  constructor(options: PathSetOptions, handler: MultipathHandler) {
    this.#options = options
    this.#paths = new PathSet(options, {
      volumesChanged: () => handler.volumesChanged(),
      volumeGone: (identifier) => this.#failHeld('volume-gone', (command) => command.request.volume.identifier === identifier),
      pathUp: () => handler.pathUp(),
      pathDown: () => handler.pathDown(),
      routesChanged: () => this.#sendHeld(),
    })
  }

  open(): void {
    this.#paths.open()
  }

  /** Commands that are held fail before this returns; `done` is called when all paths have logged out. */
  close(done: () => void): void {
    this.#closing = true
    this.#heldTimer?.cancel()
    this.#paths.close(done)
    this.#failHeld('no-path', () => true)
  }

  /** By LUN. */
  volumes(): readonly HostVolume[] {
    return this.#paths.volumes()
  }

  get isFull(): boolean {
    return this.#underWay >= MAX_IO_UNDER_WAY
  }

  get counts(): MultipathCounts {
    return { sent: this.#sent, answered: this.#answered, underWay: this.#underWay, held: this.#held.size, retried: this.#retried }
  }

  report(): readonly PathReport[] {
    return this.#paths.report()
  }

  /** `done` is never called before this returns. The multipath must not be full. */
  submit(request: IoRequest, done: (outcome: IoOutcome) => void): void {
    assert(!this.isFull && !this.#closing, `a command with ${this.#underWay} under way`)
    this.#underWay++
    this.#sent++
    const startedMs = this.#options.clock.nowMs()
    this.#dispatch({ request, done, startedMs, traced: this.#options.trace.admit(), attempts: 0, cause: undefined })
  }

  #dispatch(command: IoCommand): void {
    const route = this.#routeFor(command)
    if (route) this.#send(command, route)
    else this.#hold(command)
  }

  /** Chooses the path for a command, which the caller must then use. */
  #routeFor(command: IoCommand): Route | undefined {
    const volume = this.#paths.find(command.request.volume.identifier)
    const route = volume?.choose(hasRoom)
    return route && volume?.admit(this.#options.clock.nowMs()) ? route : undefined
  }

  #send(command: IoCommand, { path, lun: { lun } }: Route): void {
    const session = present(path.session, 'the session of a route')
    command.attempts++
    const sentMs = this.#options.clock.nowMs()
    const tag = session.execute(scsiRequestOf(command.request, lun), (outcome) => {
      if (command.traced) this.#traceResponse(command, outcome, { path, tag, sentMs })
      this.#settle(command, judgeOutcome(outcome), path, lun)
    })
    if (command.traced) this.#traceCommand(command, path, { tag, lun })
  }

  #settle(command: IoCommand, verdict: CommandVerdict, path: HostPath, lun: number): void {
    const volume = this.#paths.find(command.request.volume.identifier)
    if (isNotNow(command, verdict)) volume?.pause(this.#options.clock.nowMs())
    else volume?.resume()
    if (verdict.kind === 'good') {
      this.#finish(
        command,
        isWhole(command.request, verdict.dataIn) ? { ok: true, dataIn: verdict.dataIn } : { ok: false, reason: 'refused' },
      )
    } else {
      if (verdict.look !== undefined) path.look(verdict.look, lun)
      if (verdict.kind === 'failed') this.#finish(command, { ok: false, reason: verdict.reason })
      else this.#retry(command, verdict, path)
    }
    this.#sendHeld()
  }

  #retry(command: IoCommand, verdict: CommandVerdict & { readonly kind: 'retry' }, path: HostPath): void {
    if (verdict.when === 'elsewhere') {
      this.#retried++
      if (command.traced) this.#traceRetry(command, path, verdict.reason)
    }
    const isOverdue = this.#options.clock.nowMs() - command.startedMs >= NO_PATH_MS
    if (this.#closing || isOverdue) this.#finish(command, { ok: false, reason: 'no-path' })
    else this.#dispatch(command)
  }

  #finish(command: IoCommand, outcome: IoOutcome): void {
    this.#underWay--
    if (outcome.ok) this.#answered++
    command.done(outcome)
  }

  #hold(command: IoCommand): void {
    this.#held.add(command)
    this.#heldTimer ??= this.#options.clock.after(RETRY_MS, () => this.#lookAtHeld())
  }

  #lookAtHeld(): void {
    this.#heldTimer = undefined
    const overdueMs = this.#options.clock.nowMs() - NO_PATH_MS
    this.#failHeld('no-path', (command) => command.startedMs <= overdueMs)
    this.#sendHeld()
    if (this.#held.size > 0) this.#heldTimer ??= this.#options.clock.after(RETRY_MS, () => this.#lookAtHeld())
  }

  /** Sends what waits, as far as there are paths with room and volumes that take it. */
  #sendHeld(): void {
    if (this.#held.size === 0 || this.#closing) return
    for (const command of this.#held) {
      if (!this.#paths.paths.some(hasRoom)) return
      const route = this.#routeFor(command)
      if (!route) continue
      this.#held.delete(command)
      this.#send(command, route)
    }
  }

  #failHeld(reason: FailureReason, which: (command: IoCommand) => boolean): void {
    for (const command of [...this.#held]) {
      if (!which(command)) continue
      this.#held.delete(command)
      this.#finish(command, { ok: false, reason })
    }
  }

  #traceCommand(command: IoCommand, path: HostPath, sent: { readonly tag: number; readonly lun: number }): void {
    const { operation, firstBlock, blockCount } = command.request
    command.cause = this.#options.trace.record({
      place: 'host',
      to: portalOf(path),
      kind: 'host.command',
      request: ioRequestName(path.isidQualifier, sent.tag),
      cause: command.cause,
      data: { operation, lun: sent.lun, firstBlock, blockCount },
    })
  }

  #traceResponse(
    command: IoCommand,
    outcome: ScsiOutcome,
    sent: { readonly path: HostPath; readonly tag: number; readonly sentMs: number },
  ): void {
    const status = outcome.kind === 'answered' ? outcome.status : outcome.kind
    command.cause = this.#options.trace.record({
      place: 'host',
      kind: 'host.response',
      request: ioRequestName(sent.path.isidQualifier, sent.tag),
      cause: command.cause,
      data: { portal: sent.path.controller, status, latencyMs: this.#options.clock.nowMs() - sent.sentMs },
    })
  }

  #traceRetry(command: IoCommand, path: HostPath, reason: string): void {
    const { operation, firstBlock, volume } = command.request
    const data = { portal: path.controller, operation, lun: volume.lun, firstBlock, reason }
    command.cause = this.#options.trace.record({ place: 'host', kind: 'host.retry', cause: command.cause, data })
  }
}

function hasRoom(path: HostPath): boolean {
  return path.session !== undefined && path.session.tasks < MAX_SESSION_TASKS
}

function isNotNow(command: IoCommand, verdict: CommandVerdict): boolean {
  return verdict.kind === 'retry' && (verdict.when === 'later' || command.attempts > MAX_RETRIES_AT_ONCE)
}

/** Otherwise a short read with good status would pass for missing blocks. */
function isWhole(request: IoRequest, dataIn: Uint8Array): boolean {
  return dataIn.length === (request.operation === 'read' ? request.blockCount * BLOCK_BYTES : 0)
}

function portalOf(path: HostPath): Place {
  return `portal-${path.controller}`
}

function scsiRequestOf(request: IoRequest, lun: number): ScsiRequest {
  const { operation, firstBlock, blockCount, dataOut } = request
  if (operation === 'read') return { lun, cdb: readCdb({ firstBlock, blockCount }), dataInBytes: blockCount * BLOCK_BYTES }
  assert(dataOut?.length === blockCount * BLOCK_BYTES, `a write of ${blockCount} blocks with ${dataOut?.length} bytes`)
  return { lun, cdb: writeCdb({ firstBlock, blockCount }), dataOut }
}
