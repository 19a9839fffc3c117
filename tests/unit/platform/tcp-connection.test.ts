import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { ConnectionTap } from '../../../src-main/platform/flight/connection-tap'
import { Reactor } from '../../../src-main/platform/reactor'
import { wrapSocket } from '../../../src-main/platform/tcp-connection'

/** A socket that nobody is behind: what it sends is kept. */
function open() {
  const written: string[] = []
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _, done) {
      written.push(chunk.toString())
      done()
    },
  })
  const socket = Object.assign(stream, { setNoDelay: () => socket }) as unknown as Socket
  const seen: string[] = []
  const tap: ConnectionTap = {
    received: (bytes) => seen.push(`received ${Buffer.from(bytes).toString()}`),
    sent: (chunks) => seen.push(`sent ${chunks.map((chunk) => Buffer.from(chunk).toString()).join()}`),
    closed: () => seen.push('closed'),
  }
  const reactor = new Reactor()
  const { port } = wrapSocket(socket, reactor, tap)
  const send = (...texts: string[]) => port.send(texts.map((text) => Buffer.from(text)))
  return { socket, reactor, written, seen, port, send }
}

describe('a connection that is recorded', () => {
  it('tells what it sends when that leaves: at the end of the turn, all at once', () => {
    const { reactor, written, seen, send } = open()
    reactor.turn(() => {
      send('one', 'two')
      send('three')
      expect(seen).toEqual([])
    })
    expect(seen).toEqual(['sent one,two,three'])
    expect(written.join('')).toBe('onetwothree')
  })

  it('tells nothing of what never left, because the other side has gone', async () => {
    const { socket, reactor, written, seen, send } = open()
    const gone = new Promise((resolve) => socket.once('close', resolve))
    reactor.turn(() => {
      socket.emit('data', Buffer.from('command'))
      send('answer')
      socket.emit('close')
    })
    socket.destroy()
    await gone
    expect(seen.slice(0, 2)).toEqual(['received command', 'closed'])
    expect(written).toEqual([])
  })
})
