import { createConnection, createServer, type Server } from 'node:net'
import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { ControllerAddresses } from '../contract/midplane'
import type { ConnectionHandler, ConnectionPort, NetworkPort, PortalPort } from '../core/ports'
import { listenOn } from './listener'
import { createManagementServer, type ManagementServer, type ServiceHandler } from './management-http'
import type { Reactor } from './reactor'
import { wrapSocket, type TcpConnection } from './tcp-connection'

export interface TcpPortalOptions {
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly token: string
  readonly reactor: Reactor
  /** An iSCSI connection came in by the portal of `of`. */
  readonly accept: (of: ControllerId, connection: ConnectionPort) => ConnectionHandler
  readonly service: ServiceHandler
}

interface OpenAddresses {
  readonly portal: Server
  readonly connections: Set<TcpConnection>
  readonly management: ManagementServer
}

/** Both addresses of a controller open and close together. */
export function createTcpPortals(options: TcpPortalOptions): PortalPort {
  const { addresses, reactor } = options
  const open = new Map<ControllerId, OpenAddresses>()

  return {
    open(of, done) {
      const finish = (error: string | undefined) => reactor.turn(() => done(error))
      if (open.has(of)) {
        setImmediate(finish, undefined)
        return
      }
      const opened = makeServers(of, options)
      open.set(of, opened)
      listenBoth(opened, addresses[of], (error) => {
        // It was closed meanwhile, and the caller who closed it knows.
        if (error !== undefined && open.get(of) === opened) {
          open.delete(of)
          closeServers(opened, () => finish(error))
        } else {
          finish(error)
        }
      })
    },
    close(of, done) {
      const opened = open.get(of)
      open.delete(of)
      if (opened === undefined) setImmediate(() => reactor.turn(done))
      else closeServers(opened, () => reactor.turn(done))
    },
  }
}

function makeServers(of: ControllerId, options: TcpPortalOptions): OpenAddresses {
  const { reactor, accept, service, token, addresses } = options
  const connections = new Set<TcpConnection>()
  const portal = createServer({ noDelay: true }, (socket) => {
    const connection = wrapSocket(socket, reactor)
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
  return { portal, connections, management: createManagementServer({ of, token, address: addresses[of].management, reactor, service }) }
}

function listenBoth(opened: OpenAddresses, addresses: ControllerAddresses, done: (error: string | undefined) => void): void {
  listenOn(opened.portal, addresses.portal, (portalError) => {
    if (portalError !== undefined) done(portalError)
    else listenOn(opened.management.server, addresses.management, done)
  })
}

function closeServers({ portal, connections, management }: OpenAddresses, done: () => void): void {
  let left = 2
  const closed = () => {
    left--
    if (left === 0) done()
  }
  portal.close(closed)
  for (const connection of connections) connection.destroy()
  management.close(closed)
}

const CONNECT_TIMEOUT_MS = 5000

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
