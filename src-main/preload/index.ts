/** The window's only door: the functions of LabApi by name. No channel, no event object, nothing of Electron gets through. */
import { contextBridge, ipcRenderer } from 'electron'
import type { LabApi } from '../contract/lab-api'
import { LAB_CALL_CHANNEL, LAB_PUSH_CHANNEL, type LabCallOutcome } from '../contract/lab-ipc'
import type { LabSocketCall, LabSocketMessage } from '../contract/lab-socket'
import type { SimulationPush } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'

type Push = Extract<LabSocketMessage, { push: string }>

const snapshotListeners = new Set<(snapshot: LabSnapshot) => void>()
const eventListeners = new Set<(events: readonly TraceEvent[]) => void>()
const simulationListeners = new Set<(push: SimulationPush) => void>()

ipcRenderer.on(LAB_PUSH_CHANNEL, (_event, message: Push) => {
  if (message.push === 'snapshot') for (const listener of snapshotListeners) listener(message.value)
  else if (message.push === 'events') for (const listener of eventListeners) listener(message.value)
  else for (const listener of simulationListeners) listener(message.value)
})

async function call(method: LabSocketCall['method'], args: readonly unknown[]): Promise<unknown> {
  const outcome = (await ipcRenderer.invoke(LAB_CALL_CHANNEL, { id: 0, method, args })) as LabCallOutcome
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.result
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

// The main process checks what it is sent; its answers are what LabApi says they are.
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
  onSimulation: (listener) => subscribe(simulationListeners, listener),
}

contextBridge.exposeInMainWorld('lab', api)
