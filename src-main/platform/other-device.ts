import { createServer, type Server, type Socket } from 'node:net'
import { LIMITS } from '../contract/limits'
import type { SocketAddress } from '../contract/midplane'
import { listenOn } from './listener'

/** What it says to everybody who says something: neither iSCSI nor HTTP. */
const ANSWER = '220 another device: this is not a storage controller\r\n'
/** After this time it tries again to have an address that is in use. */
const AGAIN_MS = 50

export interface OtherDevice {
  close(): Promise<void>
}

/**
 * A device that has nothing to do with the lab, with an address that belongs to a controller. It accepts connections, reads what is sent
 * to it, says one line that means nothing to a host or a manager, and hangs up.
 */
export function startOtherDevice(address: SocketAddress): OtherDevice {
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let isClosed = false

  function receive(socket: Socket): void {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    socket.setTimeout(LIMITS.closeWithinMs, () => socket.destroy())
    socket.once('data', () => socket.end(ANSWER))
    socket.resume()
    if (sockets.size > LIMITS.portalConnections) [...sockets][0]?.destroy()
  }

  function take(): void {
    if (isClosed) return
    const taken = createServer(receive)
    server = taken
    listenOn(taken, address, (error) => {
      if (isClosed) taken.close()
      else if (error !== undefined) setTimeout(take, AGAIN_MS)
    })
  }
  take()

  return {
    close() {
      isClosed = true
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => {
        if (server === undefined) resolve()
        else server.close(() => resolve())
      })
    },
  }
}
