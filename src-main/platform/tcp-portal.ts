import { createConnection, createServer } from 'node:net'
import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { ControllerAddresses } from '../contract/midplane'
import { ADDRESS_KINDS, type AddressKind } from '../contract/pair-faults'
import type { ConnectionHandler, ConnectionPort, NetworkPort, PortalPort } from '../core/ports'
import { createAddressDoor, type AddressDoor, type Listening } from './address-door'
import { tapConnection } from './flight/connection-tap'
import type { FlightLog } from './flight/flight-log'
import { createManagementServer, type ServiceHandler } from './management-http'
import type { NetworkFaultTable } from './network-fault-table'
import type { Reactor } from './reactor'
import { wrapSocket, type TcpConnection } from './tcp-connection'

export interface TcpPortalOptions {
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly token: string
  readonly reactor: Reactor
  /** An iSCSI connection came in by the portal of `of`. */
  readonly accept: (of: ControllerId, connection: ConnectionPort) => ConnectionHandler
  readonly service: ServiceHandler
  readonly flight?: FlightLog | undefined
  /** What the network does not let through; undefined: it lets all through. */
  /** Another device has taken an address that this controller has open. Told once for each theft. */
  readonly stolen?: ((of: ControllerId, kind: AddressKind) => void) | undefined
  readonly network?: Pick<NetworkFaultTable, 'isUnplugged' | 'isStolen'> | undefined
}

export interface TcpPortals extends PortalPort {
  /** A plug was pulled or put back, or an address has been stolen or given back. */
  networkChanged(): void
}

/** Both addresses of a controller open and close together. */
export function createTcpPortals(options: TcpPortalOptions): TcpPortals {
  const { reactor } = options
  const open = new Map<ControllerId, readonly AddressDoor[]>()
  const toldStolen = new Set<string>()

  function lookForThieves(): void {
    for (const of of open.keys()) {
      for (const kind of ADDRESS_KINDS) {
        const isStolen = options.network?.isStolen(of, kind) === true
        if (isStolen && !toldStolen.has(`${kind}-${of}`)) reactor.turn(() => options.stolen?.(of, kind))
        toldStolen[isStolen ? 'add' : 'delete'](`${kind}-${of}`)
      }
    }
  }

  return {
    open(of, done) {
      const finish = (error: string | undefined) => reactor.turn(() => done(error))
      if (open.has(of)) {
        setImmediate(finish, undefined)
        return
      }
      const doors = ADDRESS_KINDS.map((kind) => makeDoor(of, kind, options))
      open.set(of, doors)
      setImmediate(lookForThieves)
      openAll(doors, (error) => {
        // It was closed meanwhile, and the caller who closed it knows.
        if (error !== undefined && open.get(of) === doors) {
          open.delete(of)
          closeAll(doors, () => finish(error))
        } else {
          finish(error)
        }
      })
    },
    close(of, done) {
      const doors = open.get(of)
      open.delete(of)
      if (doors === undefined) setImmediate(() => reactor.turn(done))
      else closeAll(doors, () => reactor.turn(done))
    },
    networkChanged() {
      for (const doors of open.values()) for (const door of doors) door.follow()
      lookForThieves()
    },
  }
}

function makeDoor(of: ControllerId, kind: AddressKind, options: TcpPortalOptions): AddressDoor {
  const { addresses, service, network } = options
  return createAddressDoor({
    address: addresses[of][kind],
    make: () => (kind === 'portal' ? makePortal(of, options) : makeManagement(of, options)),
    isReachable: () => network === undefined || !(network.isUnplugged(service.self, kind) || network.isStolen(of, kind)),
  })
}

function makePortal(of: ControllerId, { reactor, accept, flight }: TcpPortalOptions): Listening {
  const connections = new Set<TcpConnection>()
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = wrapSocket(socket, reactor, flight && tapConnection(flight, `portal-${of}`, socket))
    connections.add(connection)
    socket.once('close', () => connections.delete(connection))
    // The core bounds the others: those with a session and those that log in.
    if (connections.size > LIMITS.portalConnections) {
      const oldest = [...connections].find(({ isEnding }) => isEnding) ?? connection
      connections.delete(oldest)
      oldest.destroy()
    }
    reactor.turn(() => connection.attach(accept(of, connection.port)))
  })
  return {
    server,
    close(done) {
      server.close(() => done())
      for (const connection of connections) connection.destroy()
    },
  }
}

function makeManagement(of: ControllerId, { reactor, service, token, addresses, flight }: TcpPortalOptions): Listening {
  return createManagementServer({ of, token, address: addresses[of].management, reactor, service, flight })
}

/** One after the other. */
function openAll([first, ...others]: readonly AddressDoor[], done: (error: string | undefined) => void): void {
  if (first === undefined) return done(undefined)
  first.open((error) => {
    if (error !== undefined) done(error)
    else openAll(others, done)
  })
}

function closeAll(doors: readonly AddressDoor[], done: () => void): void {
  let left = doors.length
  const closed = () => {
    left--
    if (left === 0) done()
  }
  for (const door of doors) door.close(closed)
}

const CONNECT_TIMEOUT_MS = LIMITS.connectWithinMs

/** Outgoing connections of the lab's own host. */
export function createTcpNetwork(reactor: Reactor): NetworkPort {
  return {
    connect(address, outcome) {
      const socket = createConnection({ host: address.host, port: address.port, noDelay: true })
      const onError = (error: Error) => {
        socket.destroy()
        reactor.turn(() => outcome.failed(error.message))
      }
      socket.setTimeout(CONNECT_TIMEOUT_MS, () => onError(new Error(`no answer within ${CONNECT_TIMEOUT_MS / 1000} s`)))
      socket.once('error', onError)
      socket.once('connect', () => {
        socket.setTimeout(0)
        socket.removeListener('error', onError)
        const connection = wrapSocket(socket, reactor)
        reactor.turn(() => connection.attach(outcome.opened(connection.port)))
      })
    },
  }
}
