import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openLabSocket, type SocketLike } from '../../../src-renderer/bridge/socket'
import { LAB_SOCKET_CLOSE } from '../../../src-main/contract/lab-socket'

function pretendedSockets() {
  const sockets: (SocketLike & { sent: string[] })[] = []
  const open = (): SocketLike => {
    const socket = {
      sent: [] as string[],
      send: (text: string) => void socket.sent.push(text),
      close: () => undefined,
      onopen: null,
      onmessage: null,
      onclose: null,
    } as SocketLike & { sent: string[] }
    sockets.push(socket)
    return socket
  }
  const newest = () => {
    const socket = sockets.at(-1)
    if (socket === undefined) throw new Error('no socket was opened')
    return {
      socket,
      opens: () => socket.onopen?.call(socket as unknown as WebSocket, new Event('open')),
      says: (message: unknown) => socket.onmessage?.call(socket as unknown as WebSocket, { data: JSON.stringify(message) } as MessageEvent),
      closes: (code: number) => socket.onclose?.call(socket as unknown as WebSocket, { code } as CloseEvent),
    }
  }
  return { open, newest, sockets }
}

describe('the WebSocket to the lab', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('says its token first and is open when the lab has answered', () => {
    const { open, newest } = pretendedSockets()
    const connection = openLabSocket({ url: 'ws://lab', token: 'secret', open })
    newest().opens()
    expect(newest().socket.sent).toEqual(['{"token":"secret"}'])
    expect(connection.linkState()).toBe('connecting')
    newest().says({ welcome: true })
    expect(connection.linkState()).toBe('open')
  })

  it('matches answers to calls, whatever their order, and rejects with the sentence of the lab', async () => {
    const { open, newest } = pretendedSockets()
    const { api } = openLabSocket({ url: 'ws://lab', token: '', open })
    newest().says({ welcome: true })
    const first = api.recentEvents(10)
    const second = api.snapshot()
    const [one, two] = newest().socket.sent.map((text) => JSON.parse(text) as { id: number; method: string; args: unknown[] })
    expect(one).toMatchObject({ method: 'recentEvents', args: [10] })
    newest().says({ id: two?.id, error: 'not now' })
    newest().says({ id: one?.id, result: [] })
    await expect(second).rejects.toThrow('not now')
    await expect(first).resolves.toEqual([])
  })

  it('gives pushes to their listeners until they end the subscription', () => {
    const { open, newest } = pretendedSockets()
    const { api } = openLabSocket({ url: 'ws://lab', token: '', open })
    const seen: unknown[] = []
    const end = api.onEvents((events) => void seen.push(events))
    newest().says({ push: 'events', value: [1] })
    end()
    newest().says({ push: 'events', value: [2] })
    expect(seen).toEqual([[1]])
  })

  it('rejects what was under way when it breaks, and opens again', async () => {
    const { open, newest, sockets } = pretendedSockets()
    const connection = openLabSocket({ url: 'ws://lab', token: '', open })
    newest().says({ welcome: true })
    const call = connection.api.snapshot()
    newest().closes(1006)
    await expect(call).rejects.toThrow('lost')
    expect(connection.linkState()).toBe('lost')
    vi.advanceTimersByTime(1000)
    expect(sockets).toHaveLength(2)
  })

  it('says that the lab was closed until it is open again', () => {
    const { open, newest, sockets } = pretendedSockets()
    const connection = openLabSocket({ url: 'ws://lab', token: '', open })
    newest().says({ welcome: true })
    newest().closes(LAB_SOCKET_CLOSE.labClosed)
    vi.advanceTimersByTime(1000)
    newest().closes(1006)
    expect(connection.linkState()).toBe('closed')
    vi.advanceTimersByTime(1000)
    expect(sockets).toHaveLength(3)
    newest().says({ welcome: true })
    newest().closes(1006)
    expect(connection.linkState()).toBe('lost')
  })

  it('does not try again with a token that was refused', () => {
    const { open, newest, sockets } = pretendedSockets()
    const connection = openLabSocket({ url: 'ws://lab', token: 'wrong', open })
    newest().closes(LAB_SOCKET_CLOSE.wrongToken)
    vi.advanceTimersByTime(60_000)
    expect(connection.linkState()).toBe('refused')
    expect(sockets).toHaveLength(1)
  })

  it('tries again with another token, and then keeps to that', () => {
    const { open, newest, sockets } = pretendedSockets()
    const connection = openLabSocket({ url: 'ws://lab', token: 'of before', open })
    newest().closes(LAB_SOCKET_CLOSE.wrongToken)
    connection.useToken('new')
    expect(sockets).toHaveLength(2)
    newest().opens()
    expect(newest().socket.sent).toEqual(['{"token":"new"}'])
    newest().says({ welcome: true })
    expect(connection.linkState()).toBe('open')
    newest().closes(1006)
    connection.useToken('newer')
    expect(sockets).toHaveLength(2)
    vi.advanceTimersByTime(1000)
    newest().opens()
    expect(newest().socket.sent).toEqual(['{"token":"newer"}'])
  })

  it('rejects calls while it is not open', async () => {
    const { open } = pretendedSockets()
    await expect(openLabSocket({ url: 'ws://lab', token: '', open }).api.access()).rejects.toThrow('no connection')
  })
})
