/** The simulation of a lab that runs as a process of its own, as the page orders and gets it. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { present } from '../../src-main/base/assert'
import type { Result } from '../../src-main/base/result'
import type { GivenPiece } from '../../src-main/contract/given-recording'
import type { LabError } from '../../src-main/contract/lab-error'
import { LAB_SOCKET_PATH, type LabSocketMessage } from '../../src-main/contract/lab-socket'
import type { RecordingShelf } from '../../src-main/contract/recording'
import type {
  SimulationOrder,
  SimulationOutline,
  SimulationPush,
  SimulationState,
  SimulationView,
} from '../../src-main/contract/simulation'
import type { ReadyLine } from './lab-process'

export interface SimulationClient {
  readonly pushes: readonly SimulationPush[]
  /** Of the newest push. */
  readonly outline: SimulationOutline
  order(order: SimulationOrder): Promise<Result<null, LabError>>
  view(): Promise<SimulationView>
  recordings(): Promise<RecordingShelf>
  give(piece: GivenPiece): Promise<Result<null, LabError>>
  /** The first state from now on, or the newest one, for which `holds` is true. */
  until(what: string, holds: (state: SimulationState) => boolean, timeoutMs?: number): Promise<SimulationState>
  close(): void
}

export async function simulationClient({ http, token }: ReadyLine): Promise<SimulationClient> {
  const socket = new WebSocket(`${http.replace('http', 'ws')}${LAB_SOCKET_PATH}`, { origin: http })
  const pushes: SimulationPush[] = []
  const calls = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>()
  let lastCall = 0
  let arrived: (state: SimulationState) => void = () => undefined
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as LabSocketMessage
    if ('welcome' in message) return
    if ('result' in message) calls.get(message.id)?.resolve(message.result)
    else if ('error' in message) calls.get(message.id)?.reject(new Error(message.error))
    else if (message.push === 'simulation') {
      pushes.push(message.value)
      if (message.value.type === 'state') arrived(message.value.state)
    }
  })
  await once(socket, 'open')
  const welcome = once(socket, 'message')
  socket.send(JSON.stringify({ token }))
  await welcome

  function call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++lastCall
    return new Promise((resolve, reject) => {
      calls.set(id, { resolve, reject })
      socket.send(JSON.stringify({ id, method, args }))
    })
  }

  return {
    pushes,
    get outline() {
      return present(
        pushes.findLast(({ type }) => type === 'outline') as Extract<SimulationPush, { readonly type: 'outline' }> | undefined,
        'outline',
      ).outline
    },
    order: (order) => call('simulate', order) as Promise<Result<null, LabError>>,
    recordings: () => call('recordings') as Promise<RecordingShelf>,
    give: (piece) => call('giveRecording', piece) as Promise<Result<null, LabError>>,
    view: () => call('simulation') as Promise<SimulationView>,
    async until(what, holds, timeoutMs = 60_000) {
      const newest = pushes.findLast(({ type }) => type === 'state') as Extract<SimulationPush, { readonly type: 'state' }> | undefined
      if (newest !== undefined && holds(newest.state)) return newest.state
      return new Promise((resolve, reject) => {
        const timeout = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs)
        arrived = (state) => {
          if (!holds(state)) return
          clearTimeout(timeout)
          resolve(state)
        }
      })
    },
    close: () => socket.close(),
  }
}
