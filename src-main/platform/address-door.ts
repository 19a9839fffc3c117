import type { Server } from 'node:net'
import type { SocketAddress } from '../contract/midplane'
import { listenOn } from './listener'

/** Something that listens, with what has come in by it. */
export interface Listening {
  readonly server: Server
  /** Stops listening and cuts what has come in. */
  close(done: () => void): void
}

export interface AddressDoor {
  /** Listens. If nobody could reach it, it has the address all the same, and listens as soon as somebody can. The error is a sentence. */
  open(done: (error: string | undefined) => void): void
  close(done: () => void): void
  /** The network may have changed. */
  follow(): void
}

/** After this time an address that was free to have and is in use is tried again. */
const AGAIN_MS = 200

/**
 * One address of a controller on a network that may not reach it. While its plug is out, or another device has its address, nothing
 * listens there for the controller and its connections are cut, as it would find it. It keeps the address, and is back by itself.
 */
export function createAddressDoor(options: {
  readonly address: SocketAddress
  readonly make: () => Listening
  readonly isReachable: () => boolean
}): AddressDoor {
  const { address, make, isReachable } = options
  let isWanted = false
  let listening: Listening | undefined
  let again: NodeJS.Timeout | undefined

  function listen(done: (error: string | undefined) => void): void {
    const made = make()
    listening = made
    listenOn(made.server, address, (error) => {
      // It was closed meanwhile, and whoever closed it knows.
      if (listening !== made) return made.close(() => done(error))
      if (error !== undefined) listening = undefined
      done(error)
    })
  }

  function stopListening(done: () => void): void {
    clearTimeout(again)
    const made = listening
    listening = undefined
    if (made === undefined) done()
    else made.close(done)
  }

  function follow(): void {
    clearTimeout(again)
    if (!isWanted) return
    if (!isReachable()) return stopListening(() => undefined)
    if (listening !== undefined) return
    listen((error) => {
      if (error !== undefined && isWanted) again = setTimeout(follow, AGAIN_MS)
    })
  }

  return {
    open(done) {
      isWanted = true
      if (!isReachable()) return done(undefined)
      listen((error) => {
        if (error !== undefined && listening === undefined && isReachable()) isWanted = false
        // Cut off before it was open: then it has the address, and waits.
        done(isWanted && !isReachable() ? undefined : error)
      })
    },
    close(done) {
      isWanted = false
      stopListening(done)
    },
    follow,
  }
}
