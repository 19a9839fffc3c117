import type { Classroom } from '../../src-main/contract/classroom'
import type { ExerciseDesk } from '../../src-main/contract/exercise-desk'
import { parseJson } from '../../src-main/contract/json'
import type { LabApi } from '../../src-main/contract/lab-api'
import { LAB_SOCKET_CLOSE, type LabSocketMessage } from '../../src-main/contract/lab-socket'
import { LIMITS } from '../../src-main/contract/limits'
import type { SimulationPush } from '../../src-main/contract/simulation'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { TraceEvent } from '../../src-main/contract/trace'
import type { LabConnection, LinkState } from './connection'
import { download } from './download'

/** What is used of a WebSocket, so that a test can hand in its own. */
export type SocketLike = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>

export interface LabSocketOptions {
  readonly url: string
  readonly token: string
  readonly open: (url: string) => SocketLike
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: Error) => void
}

const RETRY_MS = 1000
/** The bound on pending calls. A page with more has lost its lab. */
const MAX_CALLS = LIMITS.labCallsUnderWay

/** LabApi over one WebSocket, opened again when it breaks. */
export function openLabSocket(options: LabSocketOptions): LabConnection & { useToken(token: string): void } {
  const waiting = new Map<number, Waiting>()
  const snapshotListeners = new Set<(snapshot: LabSnapshot) => void>()
  const eventListeners = new Set<(events: readonly TraceEvent[]) => void>()
  const simulationListeners = new Set<(push: SimulationPush) => void>()
  const exerciseListeners = new Set<(desk: ExerciseDesk) => void>()
  const classroomListeners = new Set<(classroom: Classroom) => void>()
  const stateListeners = new Set<(state: LinkState) => void>()
  let { token } = options
  let state: LinkState = 'connecting'
  let socket: SocketLike | undefined
  let nextId = 1

  function change(next: LinkState): void {
    if (state === next) return
    state = next
    for (const listener of stateListeners) listener(next)
  }

  function open(): void {
    const opened = options.open(options.url)
    socket = opened
    opened.onopen = () => opened.send(JSON.stringify({ token }))
    opened.onmessage = (message: MessageEvent) => {
      const json = parseJson(String(message.data))
      if (json.ok) receive(json.value as LabSocketMessage)
    }
    opened.onclose = (event: CloseEvent) => closed(event.code)
  }

  function closed(code: number): void {
    for (const call of waiting.values()) call.reject(new Error('The connection to the lab was lost.'))
    waiting.clear()
    if (code === LAB_SOCKET_CLOSE.wrongToken) return change('refused')
    // That nobody answers afterwards is no news: it was closed.
    if (state !== 'closed') change(code === LAB_SOCKET_CLOSE.labClosed ? 'closed' : 'lost')
    setTimeout(open, RETRY_MS)
  }

  function receive(message: LabSocketMessage): void {
    if ('welcome' in message) return change('open')
    if ('push' in message) return push(message)
    const call = waiting.get(message.id)
    if (call === undefined) return
    waiting.delete(message.id)
    if ('error' in message) call.reject(new Error(message.error))
    else call.resolve(message.result)
  }

  function push(message: Extract<LabSocketMessage, { push: string }>): void {
    if (message.push === 'snapshot') for (const listener of snapshotListeners) listener(message.value)
    else if (message.push === 'events') for (const listener of eventListeners) listener(message.value)
    else if (message.push === 'simulation') for (const listener of simulationListeners) listener(message.value)
    else if (message.push === 'exercises') for (const listener of exerciseListeners) listener(message.value)
    else for (const listener of classroomListeners) listener(message.value)
  }

  function call(method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (state !== 'open' || socket === undefined || waiting.size >= MAX_CALLS)
        return reject(new Error('There is no connection to the lab.'))
      const id = nextId++
      waiting.set(id, { resolve, reject })
      socket.send(JSON.stringify({ id, method, args }))
    })
  }

  // The server checks what it is sent; this side takes its answers as LabApi says they are.
  const api: LabApi = {
    snapshot: () => call('snapshot', []) as ReturnType<LabApi['snapshot']>,
    access: () => call('access', []) as ReturnType<LabApi['access']>,
    serviceTable: () => call('serviceTable', []) as ReturnType<LabApi['serviceTable']>,
    recentEvents: (limit) => call('recentEvents', [limit]) as ReturnType<LabApi['recentEvents']>,
    command: (name, parameters) => call('command', [name, parameters]) as ReturnType<LabApi['command']>,
    requestService: (to, request) => call('requestService', [to, request]) as ReturnType<LabApi['requestService']>,
    onSnapshot: (listener) => subscribe(snapshotListeners, listener),
    onEvents: (listener) => subscribe(eventListeners, listener),
    simulation: () => call('simulation', []) as ReturnType<LabApi['simulation']>,
    recordings: () => call('recordings', []) as ReturnType<LabApi['recordings']>,
    simulate: (order) => call('simulate', [order]) as ReturnType<LabApi['simulate']>,
    giveRecording: (piece) => call('giveRecording', [piece]) as ReturnType<LabApi['giveRecording']>,
    exportRun: (order) => call('exportRun', [order]) as ReturnType<LabApi['exportRun']>,
    onSimulation: (listener) => subscribe(simulationListeners, listener),
    exercises: () => call('exercises', []) as ReturnType<LabApi['exercises']>,
    exercise: (order) => call('exercise', [order]) as ReturnType<LabApi['exercise']>,
    onExercises: (listener) => subscribe(exerciseListeners, listener),
    classroom: () => call('classroom', []) as ReturnType<LabApi['classroom']>,
    teach: (order) => call('teach', [order]) as ReturnType<LabApi['teach']>,
    onClassroom: (listener) => subscribe(classroomListeners, listener),
  }

  /** Where it is still tried, or open, it is for the next time. */
  function useToken(next: string): void {
    token = next
    if (state !== 'refused') return
    change('connecting')
    open()
  }

  open()
  return {
    api,
    kind: 'browser',
    linkState: () => state,
    onLinkState: (listener) => subscribe(stateListeners, listener),
    saveFile: (file) => Promise.resolve(download(file)),
    useToken,
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
