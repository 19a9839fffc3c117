import { randomInt } from 'node:crypto'
import { MessageChannel } from 'node:worker_threads'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../contract/controller-id'
import type { ControllerAddresses, ControllerToMidplane } from '../contract/midplane'
import type { ControllerEnd } from '../contract/snapshot'
import type { TraceId, TraceKind } from '../contract/trace'
import type { TracePort } from '../core/ports'
import { ClaimTable } from '../platform/claims'
import type { DriveFile } from '../platform/drive-files'
import { InterconnectState } from '../platform/interconnect'
import { ControllerSlot, type ControllerStart } from './controller-slot'
import type { Batteries } from './batteries'
import type { LabSpawn } from './lab'
import { Watchdog } from './watchdog'

export interface MidplaneOptions {
  readonly spawn: LabSpawn
  readonly clockOriginNs: bigint
  readonly targetName: string
  readonly token: string
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly arrayId: string
  readonly drives: readonly DriveFile[]
  /** DriveFaultTable's memory. */
  readonly driveFaults: SharedArrayBuffer
  /** NetworkFaultTable's memory. */
  readonly networkFaults: SharedArrayBuffer
  readonly batteries: Pick<Batteries, 'controllerStarts' | 'controllerEnded'>
  readonly nvramFiles: Readonly<Record<ControllerId, string>>
  readonly traceRings: Readonly<Record<ControllerId, { readonly memory: SharedArrayBuffer; readonly writer: number }>>
  /** Of each controller's flight recorder; undefined: there is none. */
  readonly flightRings?: Readonly<Record<ControllerId, SharedArrayBuffer>> | undefined
  readonly trace: TracePort
  /** Something that the snapshot shows is different now. */
  readonly changed: () => void
}

/** How long a controller that was told to stop may take before its thread is ended. */
const STOP_WITHIN_MS = 3000

/** What both controllers plug into: their places, the reset lines, the claims on the drives and the interconnect. */
export class Midplane {
  readonly interconnect: InterconnectState
  readonly slots: Readonly<Record<ControllerId, ControllerSlot>>
  readonly #options: MidplaneOptions
  readonly #claimsMemory = ClaimTable.createMemory()
  readonly #interconnectMemory = InterconnectState.createMemory()
  readonly #claims = new ClaimTable(this.#claimsMemory, 'a')
  readonly #whenStopped = new Map<ControllerId, () => void>()
  /** The event because of which a controller is about to end. */
  readonly #endCauses = new Map<ControllerId, TraceId>()
  /** Where it is known what a controller's end is, besides that it is gone. */
  readonly #ends = new Map<ControllerId, ControllerEnd>()
  readonly #watchdog: Watchdog
  #isClosing = false

  constructor(options: MidplaneOptions) {
    this.#options = options
    this.interconnect = new InterconnectState(this.#interconnectMemory)
    this.slots = { a: this.#makeSlot('a'), b: this.#makeSlot('b') }
    this.#watchdog = new Watchdog(this.slots, (id, silentMs) => this.#endHang(id, silentMs))
  }

  #makeSlot(id: ControllerId): ControllerSlot {
    return new ControllerSlot(id, (options) => this.#options.spawn.controller(options), {
      begun: () => this.#tellPresence(id),
      message: (message) => this.#receive(id, message),
      ended: (failure) => this.#ended(id, failure),
    })
  }

  /** Starts controllers whose slots are empty. Controllers that start together know of each other from the beginning. */
  start(...ids: readonly ControllerId[]): void {
    this.#watchdog.start()
    for (const id of ids) {
      const slot = this.slots[id]
      this.#options.batteries.controllerStarts(id)
      slot.start(this.#setup(id, slot.incarnation + 1))
      this.#record('midplane.controller-started', id, { incarnation: slot.incarnation })
    }
    for (const id of CONTROLLER_IDS) this.#tellPresence(id)
    this.#connect()
    this.#options.changed()
  }

  /**
   * To a controller, of the other one. One that starts is told that it is alone only when its program runs: the message would wait for
   * that, and be old if the other is started meanwhile. It would claim all, without the log of the other.
   */
  #tellPresence(id: ControllerId): void {
    const { isPresent, incarnation } = this.slots[peerOf(id)]
    if (!isPresent && this.slots[id].state === 'starting') return
    this.slots[id].send({ type: 'peer-presence', present: isPresent, incarnation, end: this.#ends.get(peerOf(id)) })
  }

  /** A new cable between the two, if both are there. */
  #connect(): void {
    const { a, b } = this.slots
    if (a.isPresent && b.isPresent) {
      const { port1, port2 } = new MessageChannel()
      a.send({ type: 'interconnect', port: port1 }, [port1])
      b.send({ type: 'interconnect', port: port2 }, [port2])
    }
    this.#tellLine()
  }

  #tellLine(): void {
    for (const id of CONTROLLER_IDS) this.slots[id].send({ type: 'interconnect-line', state: this.interconnect.isCut ? 'down' : 'up' })
  }

  /** The fault `kill`: the controller ends wherever it is. */
  kill(id: ControllerId): void {
    this.#endCauses.set(id, this.#record('midplane.controller-killed', id))
    this.slots[id].terminate('down')
    this.#options.changed()
  }

  /** The fault `hang`: the controller's thread stops, and keeps everything it holds. */
  hang(id: ControllerId): void {
    this.#record('midplane.controller-hung', id)
    this.slots[id].send({ type: 'hang' })
    this.slots[id].state = 'hung'
    this.#options.changed()
  }

  /** The fault `panic`: the controller dies with an uncaught error in the middle of a turn. */
  panic(id: ControllerId): void {
    this.#endCauses.set(id, this.#record('midplane.panic-asked', id))
    this.slots[id].send({ type: 'panic' })
    this.#options.changed()
  }

  /** Ends it, if it is there, and starts it. */
  restart(id: ControllerId): void {
    const { isPresent, isEnding, state } = this.slots[id]
    if (isPresent && !isEnding && !this.#ends.has(id)) this.#ends.set(id, state === 'hung' ? 'hang' : 'restart')
    this.slots[id].terminate('resetting', () => {
      if (!this.#isClosing && !this.slots[id].isPresent) this.start(id)
    })
    this.#options.changed()
  }

  cutInterconnect(): void {
    this.interconnect.setCut(true)
    this.#tellLine()
    this.#options.trace.record({ place: 'midplane', kind: 'midplane.interconnect-cut', to: 'interconnect' })
    this.#options.changed()
  }

  /** Each message takes so much longer. 0: none does. */
  slowInterconnect(extraLatencyMs: number): void {
    this.interconnect.setExtraLatencyMs(extraLatencyMs)
    this.#options.trace.record({
      place: 'midplane',
      kind: 'midplane.interconnect-slowed',
      to: 'interconnect',
      data: { extraLatencyMs },
    })
    this.#options.changed()
  }

  /** A plug or an address is not as it was. */
  networkChanged(): void {
    for (const id of CONTROLLER_IDS) this.slots[id].send({ type: 'network-changed' })
  }

  mendInterconnect(): void {
    this.interconnect.setCut(false)
    this.#tellLine()
    this.#options.trace.record({ place: 'midplane', kind: 'midplane.interconnect-mended', to: 'interconnect' })
    this.#options.changed()
  }

  /** Lets both finish what they do, then ends them. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#watchdog.stop()
    await Promise.all(CONTROLLER_IDS.map((id) => this.#stop(id)))
  }

  #stop(id: ControllerId): Promise<void> {
    const slot = this.slots[id]
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timeout)
        slot.terminate('down', resolve)
      }
      const timeout = setTimeout(end, slot.state === 'running' ? STOP_WITHIN_MS : 0)
      this.#whenStopped.set(id, end)
      slot.send({ type: 'stop' })
    })
  }

  #setup(id: ControllerId, incarnation: number): ControllerStart {
    const { clockOriginNs, targetName, token, addresses, arrayId, drives } = this.#options
    const { driveFaults, networkFaults, nvramFiles, traceRings, flightRings } = this.#options
    return {
      id,
      incarnation,
      clockOriginNs,
      seed: randomInt(2 ** 47),
      targetName,
      token,
      addresses,
      arrayId,
      drives,
      nvramFile: nvramFiles[id],
      claims: this.#claimsMemory,
      driveFaults,
      networkFaults,
      interconnect: this.#interconnectMemory,
      trace: traceRings[id],
      flight: flightRings?.[id],
    }
  }

  #receive(id: ControllerId, message: ControllerToMidplane): void {
    switch (message.type) {
      case 'report':
        this.#watchdog.signOfLife(id)
        break
      case 'fence-peer':
        this.#fence(id, message.callId)
        break
      case 'halt-peer':
        if (this.slots[id].isEnding) break
        this.slots[peerOf(id)].terminate('down', () => this.slots[id].send({ type: 'peer-halted', callId: message.callId }))
        break
      case 'request-restart':
        if (this.slots[id].isEnding) break
        this.#endCauses.set(
          message.controller,
          this.#record('midplane.reset-requested', message.controller, { by: id, reason: message.reason }),
        )
        this.restart(message.controller)
        break
      case 'stopped':
        this.#whenStopped.get(id)?.()
        break
    }
    this.#options.changed()
  }

  /**
   * Only this function grants the reset lines, one request at a time. If both controllers ask for each other's line, the
   * second one is already being reset. A controller that is being killed gets no reset line either: it would take its peer
   * with it. The answer is sent only when the peer's thread has ended.
   */
  #fence(id: ControllerId, callId: number): void {
    const peer = peerOf(id)
    const { trace } = this.#options
    const requested = trace.record({
      place: `controller-${id}`,
      kind: 'midplane.reset-requested',
      to: 'midplane',
      data: { controller: peer },
    })
    if (this.slots[id].isEnding || !this.slots[id].isPresent) {
      trace.record({
        place: 'midplane',
        kind: 'midplane.reset-refused',
        cause: requested,
        to: `controller-${id}`,
        data: { controller: peer },
      })
      this.slots[id].send({ type: 'fence-outcome', callId, outcome: 'refused' })
      return
    }
    const granted = trace.record({
      place: 'midplane',
      kind: 'midplane.reset-granted',
      cause: requested,
      to: `controller-${peer}`,
      data: { controller: peer },
    })
    this.#endCauses.set(peer, granted)
    this.slots[peer].terminate('resetting', () => this.slots[id].send({ type: 'fence-outcome', callId, outcome: 'fenced' }))
  }

  #endHang(id: ControllerId, silentMs: number): void {
    this.#endCauses.set(id, this.#record('midplane.watchdog-fired', id, { silentMs }))
    this.#ends.set(id, 'hang')
    this.restart(id)
  }

  #ended(id: ControllerId, failure: string | undefined): void {
    this.#claims.controllerEnded(id)
    this.#record('midplane.controller-exited', id, failure === undefined ? undefined : { message: failure }, this.#endCauses.get(id))
    this.#endCauses.delete(id)
    this.#options.batteries.controllerEnded(id)
    this.#tellPresence(peerOf(id))
    this.#ends.delete(id)
    this.#options.changed()
  }

  #record(kind: MidplaneKind, id: ControllerId, data?: Readonly<Record<string, string | number>>, cause?: TraceId): TraceId {
    return this.#options.trace.record({ place: 'midplane', kind, cause, to: `controller-${id}`, data: { controller: id, ...data } })
  }
}

type MidplaneKind = Extract<TraceKind, `midplane.${string}`>
