/** The window's only door: the functions of DesktopApi by name. No channel, no event object, nothing of Electron gets through. */
import { contextBridge, ipcRenderer } from 'electron'
import type { Classroom } from '../contract/classroom'
import type { ExerciseDesk } from '../contract/exercise-desk'
import type { LabApi } from '../contract/lab-api'
import type { Language } from '../contract/language'
import {
  LAB_CALL_CHANNEL,
  LAB_LANGUAGE_CHANNEL,
  LAB_PUSH_CHANNEL,
  LAB_SAVE_CHANNEL,
  LAB_TRAINER_CHANNEL,
  type DesktopApi,
  type LabCallOutcome,
} from '../contract/lab-ipc'
import type { LabSocketCall, LabSocketMessage } from '../contract/lab-socket'
import type { SavedFile, SaveOutcome } from '../contract/saved-file'
import type { SimulationPush } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'

type Push = Extract<LabSocketMessage, { push: string }>

const snapshotListeners = new Set<(snapshot: LabSnapshot) => void>()
const eventListeners = new Set<(events: readonly TraceEvent[]) => void>()
const simulationListeners = new Set<(push: SimulationPush) => void>()
const exerciseListeners = new Set<(desk: ExerciseDesk) => void>()
const classroomListeners = new Set<(classroom: Classroom) => void>()

ipcRenderer.on(LAB_PUSH_CHANNEL, (_event, message: Push) => {
  if (message.push === 'snapshot') for (const listener of snapshotListeners) listener(message.value)
  else if (message.push === 'events') for (const listener of eventListeners) listener(message.value)
  else if (message.push === 'simulation') for (const listener of simulationListeners) listener(message.value)
  else if (message.push === 'exercises') for (const listener of exerciseListeners) listener(message.value)
  else for (const listener of classroomListeners) listener(message.value)
})

function call(method: LabSocketCall['method'], args: readonly unknown[]): Promise<unknown> {
  return invoke(LAB_CALL_CHANNEL, { id: 0, method, args })
}

function save({ name, bytes }: SavedFile): Promise<SaveOutcome> {
  return invoke(LAB_SAVE_CHANNEL, { name, bytes }) as Promise<SaveOutcome>
}

function sayLanguage(language: Language): Promise<null> {
  return invoke(LAB_LANGUAGE_CHANNEL, language) as Promise<null>
}

function openTrainer(): Promise<null> {
  return invoke(LAB_TRAINER_CHANNEL, null) as Promise<null>
}

async function invoke(channel: string, payload: unknown): Promise<unknown> {
  const outcome = (await ipcRenderer.invoke(channel, payload)) as LabCallOutcome
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.result
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

// The main process checks what it is sent; its answers are what LabApi says they are.
const api: DesktopApi = {
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
  saveFile: (file) => save(file),
  useLanguage: (language) => sayLanguage(language),
  openTrainer: () => openTrainer(),
}

contextBridge.exposeInMainWorld('lab', api)
