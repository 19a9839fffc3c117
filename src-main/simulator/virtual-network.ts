import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ClockPort, ConnectionHandler, ConnectionPort, NetworkPort, PortalPort } from '../core/ports'
import type { Incarnation } from './incarnation'
import { OrderedDelay } from './ordered-delay'
import { SendQueue, type SlowTaking } from './send-queue'

const LISTEN_MS = 0.3
const HOP_MS = 0.05
/** The delay before a listener ends, so that its last answers get out. */
const LAST_ANSWERS_MS = 2 * HOP_MS

/** A connection without iSCSI, which does for itself what the target does for its sessions. */
export interface PlainConnection {
  /** Begins nothing more, and calls `done` when nothing that arrived by it is under way. */
  quiesce(done: () => void): void
  /** Ended by the listener, or by the network. */
  ended(by: 'target' | 'network'): void
}

interface Listener {
  readonly incarnation: Incarnation
  readonly connections: Set<Connection>
  plain: readonly PlainConnection[]
}

type Accept = (connection: ConnectionPort, portal: ControllerId) => ConnectionHandler

/** The addresses of both controllers, who listens on them, and the connections of hosts. */
export class VirtualNetwork {
  /** Extra delay of every hop to or from a portal. */
  readonly extraDelayMs: Record<ControllerId, number> = { a: 0, b: 0 }
  readonly #clock: ClockPort
  /** Undefined: hosts take everything at once. */
  readonly #taking: SlowTaking | undefined
  readonly #listeners: Record<ControllerId, Listener | undefined> = { a: undefined, b: undefined }
  readonly #accept = new Map<Incarnation, Accept>()

  constructor(clock: ClockPort, taking?: SlowTaking) {
    this.#clock = clock
    this.#taking = taking
  }

  /** Who answers at a controller's address. */
  listenerOf(portal: ControllerId): Incarnation | undefined {
    return this.#listeners[portal]?.incarnation
  }

  addressOf(portal: ControllerId): { readonly host: string; readonly port: number } {
    return { host: `portal-${portal}`, port: 3260 }
  }

  /** Connects to the current listener, for hosts that speak no iSCSI. */
  attach(portal: ControllerId, connection: PlainConnection): void {
    const listener = this.#listeners[portal]
    if (listener !== undefined) listener.plain = [...listener.plain, connection]
  }

  /** Ends all connections through a portal, for both sides. The listener keeps listening. */
  resetConnections(portal: ControllerId): void {
    const listener = this.#listeners[portal]
    if (listener !== undefined) endConnections(listener, 'network')
  }

  /** `accept` takes the connections that come to this incarnation. */
  portals(incarnation: Incarnation, accept: Accept): PortalPort {
    this.#accept.set(incarnation, accept)
    incarnation.onExit(() => {
      for (const of of CONTROLLER_IDS) this.#endListener(of, incarnation)
    })
    return {
      open: (of, done) => {
        incarnation.after(LISTEN_MS, () => {
          const standing = this.#listeners[of]
          if (standing !== undefined && standing.incarnation !== incarnation) {
            done('the address is in use')
            return
          }
          this.#listeners[of] ??= { incarnation, connections: new Set(), plain: [] }
          done(undefined)
        })
      },
      close: (of, done) => {
        this.#quiesce(of, incarnation, () =>
          incarnation.after(LAST_ANSWERS_MS, () => {
            this.#endListener(of, incarnation)
            done()
          }),
        )
      },
    }
  }

  /** For hosts, which never die here. */
  network(): NetworkPort {
    return {
      connect: ({ host }, outcome) => {
        this.#clock.after(HOP_MS, () => {
          const portal = CONTROLLER_IDS.find((id) => host === this.addressOf(id).host)
          const listener = portal === undefined ? undefined : this.#listeners[portal]
          if (portal === undefined || listener === undefined || !listener.incarnation.isAlive) {
            outcome.failed('connection refused')
            return
          }
          this.#connect(portal, listener, outcome)
        })
      },
    }
  }

  #connect(portal: ControllerId, listener: Listener, outcome: Parameters<NetworkPort['connect']>[1]): void {
    const { incarnation } = listener
    const way = { clock: this.#clock, hopMs: () => HOP_MS + this.extraDelayMs[portal], taking: this.#taking }
    const connection = new Connection(way, incarnation, () => listener.connections.delete(connection))
    listener.connections.add(connection)
    const accept = this.#accept.get(incarnation)
    incarnation.deliver(() => {
      if (accept !== undefined) connection.target.handler = accept(connection.target, portal)
    })
    connection.host.handler = outcome.opened(connection.host)
  }

  #quiesce(of: ControllerId, incarnation: Incarnation, done: () => void): void {
    const listener = this.#listeners[of]
    const plain = listener?.incarnation === incarnation ? listener.plain : []
    let left = plain.length
    if (left === 0) done()
    const ended = (): void => {
      left--
      if (left === 0) done()
    }
    for (const connection of plain) connection.quiesce(ended)
  }

  #endListener(of: ControllerId, incarnation: Incarnation): void {
    const listener = this.#listeners[of]
    if (listener?.incarnation !== incarnation) return
    this.#listeners[of] = undefined
    endConnections(listener, 'target')
  }
}

function endConnections(listener: Listener, by: 'target' | 'network'): void {
  const { connections, plain } = listener
  listener.plain = []
  for (const connection of [...connections]) connection.reset()
  for (const connection of plain) connection.ended(by)
}

interface Way {
  readonly clock: ClockPort
  readonly hopMs: () => number
  readonly taking: SlowTaking | undefined
}

/** Both ends of one connection: bytes arrive in order after a hop. */
class Connection {
  readonly host: End
  readonly target: End
  readonly #ended: () => void

  constructor({ clock, hopMs, taking }: Way, incarnation: Incarnation, ended: () => void) {
    this.#ended = ended
    const hostward = new OrderedDelay(clock, hopMs)
    const targetward = new OrderedDelay(clock, hopMs)
    const toHost = (event: () => void): void => hostward.carry(event)
    const toTarget = (event: () => void): void => targetward.carry(() => incarnation.deliver(event))
    this.host = new End(
      'target',
      () => this.target,
      toTarget,
      () => this.#end(),
    )
    this.target = new End(
      'host',
      () => this.host,
      toHost,
      () => this.#end(),
    )
    if (taking === undefined) return
    const drained = (): void => incarnation.deliver(() => this.target.isClosed || this.target.handler?.onDrained())
    this.target.queue = new SendQueue({ clock, taking, drained })
  }

  /** The target's side is gone. */
  reset(): void {
    this.target.isClosed = true
    this.host.farClosed()
    this.#end()
  }

  #end(): void {
    this.#ended()
  }
}

class End implements ConnectionPort {
  readonly remote: string
  handler: ConnectionHandler | undefined
  /** Undefined: all is taken at once. */
  queue: SendQueue | undefined
  isClosed = false
  #isPaused = false
  readonly #waiting: Uint8Array[] = []
  readonly #far: () => End
  readonly #carry: (event: () => void) => void
  readonly #ended: () => void

  constructor(remote: string, far: () => End, carry: (event: () => void) => void, ended: () => void) {
    this.remote = remote
    this.#far = far
    this.#carry = carry
    this.#ended = ended
  }

  get queuedBytes(): number {
    return this.queue?.bytes ?? 0
  }

  send(chunks: readonly Uint8Array[]): void {
    if (this.isClosed) return
    const copies = chunks.map((chunk) => chunk.slice())
    this.#put(
      copies.reduce((sum, { length }) => sum + length, 0),
      () => this.#far().arrive(copies),
    )
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    if (this.#waiting.length > 0) this.#carryToSelf(() => this.#giveWaiting())
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#put(0, () => this.#far().farClosed())
    this.#ended()
  }

  /** It arrives a hop after it was taken. */
  #put(byteCount: number, event: () => void): void {
    if (this.queue === undefined) this.#carry(event)
    else this.queue.put(byteCount, () => this.#carry(event))
  }

  arrive(chunks: readonly Uint8Array[]): void {
    if (this.isClosed) return
    for (const chunk of chunks) {
      // What comes while older bytes wait must wait behind them.
      if (this.#isPaused || this.#waiting.length > 0) this.#waiting.push(chunk)
      else this.handler?.onData(chunk)
    }
  }

  #giveWaiting(): void {
    for (;;) {
      if (this.#isPaused || this.isClosed) return
      const chunk = this.#waiting.shift()
      if (chunk === undefined) return
      this.handler?.onData(chunk)
    }
  }

  farClosed(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#carryToSelf(() => this.handler?.onClosed())
  }

  #carryToSelf(event: () => void): void {
    const far = this.#far()
    far.#carry(event)
  }
}
