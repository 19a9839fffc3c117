import * as v from 'valibot'
import { LAB_COMMANDS, type LabApi, type LabCommandName } from './lab-api'
import { classroomOrderSchema, type Classroom } from './classroom'
import { controllerIdSchema } from './controller-id'
import { givenPieceSchema } from './given-recording'
import { exerciseOrderSchema, type ExerciseDesk } from './exercise-desk'
import { exportOrderSchema } from './run-export'
import { serviceRequestSchema } from './service-request'
import { simulationOrderSchema, type SimulationPush } from './simulation'
import type { LabSnapshot } from './snapshot'
import type { TraceEvent } from './trace'

/**
 * The window's way to the lab in a browser: one WebSocket, JSON text messages.
 * The page finds the token in its URL's fragment (`#token=...`), which no server and no Referer header ever sees. It
 * sends `LabSocketHello` first; until the server has answered `{"welcome":true}` nothing else is accepted. From then on
 * the page calls, the server answers by `id`, and pushes snapshots and events without being asked.
 */
export const LAB_SOCKET_PATH = '/api/lab/socket'

/** WebSocket close codes (4000-4999 are the application's). */
export const LAB_SOCKET_CLOSE = { wrongToken: 4401, badMessage: 4400, labClosed: 4410 } as const

export const labSocketHelloSchema = v.strictObject({ token: v.pipe(v.string(), v.maxLength(256)) })
export type LabSocketHello = v.InferInput<typeof labSocketHelloSchema>

const commandName = v.picklist(Object.keys(LAB_COMMANDS) as LabCommandName[])
const callId = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** One member for each method of LabApi that can be called. The parameters of `command` are decoded with LAB_COMMANDS. */
export const labSocketCallSchema = v.variant('method', [
  v.strictObject({ id: callId, method: v.literal('snapshot'), args: v.strictTuple([]) }),
  v.strictObject({ id: callId, method: v.literal('access'), args: v.strictTuple([]) }),
  v.strictObject({ id: callId, method: v.literal('serviceTable'), args: v.strictTuple([]) }),
  v.strictObject({
    id: callId,
    method: v.literal('recentEvents'),
    args: v.strictTuple([v.pipe(v.number(), v.safeInteger(), v.minValue(0))]),
  }),
  v.strictObject({ id: callId, method: v.literal('command'), args: v.strictTuple([commandName, v.unknown()]) }),
  v.strictObject({ id: callId, method: v.literal('requestService'), args: v.strictTuple([controllerIdSchema, serviceRequestSchema]) }),
  v.strictObject({ id: callId, method: v.literal('simulation'), args: v.strictTuple([]) }),
  v.strictObject({ id: callId, method: v.literal('recordings'), args: v.strictTuple([]) }),
  v.strictObject({ id: callId, method: v.literal('simulate'), args: v.strictTuple([simulationOrderSchema]) }),
  v.strictObject({ id: callId, method: v.literal('giveRecording'), args: v.strictTuple([givenPieceSchema]) }),
  v.strictObject({ id: callId, method: v.literal('exportRun'), args: v.strictTuple([exportOrderSchema]) }),
  v.strictObject({ id: callId, method: v.literal('exercises'), args: v.strictTuple([]) }),
  v.strictObject({ id: callId, method: v.literal('exercise'), args: v.strictTuple([exerciseOrderSchema]) }),
  v.strictObject({ id: callId, method: v.literal('classroom'), args: v.strictTuple([]) }),
  v.strictObject({ id: callId, method: v.literal('teach'), args: v.strictTuple([classroomOrderSchema]) }),
])
export type LabSocketCall = v.InferOutput<typeof labSocketCallSchema>

/** What the server sends. `result` is what the method of LabApi resolves to; `error` is the sentence it rejected with. */
export type LabSocketMessage =
  | { readonly welcome: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly push: 'snapshot'; readonly value: LabSnapshot }
  | { readonly push: 'events'; readonly value: readonly TraceEvent[] }
  | { readonly push: 'simulation'; readonly value: SimulationPush }
  | { readonly push: 'exercises'; readonly value: ExerciseDesk }
  | { readonly push: 'classroom'; readonly value: Classroom }

/** One call, carried out: the same for every host of the window. */
export function callLab(api: LabApi, call: LabSocketCall): Promise<unknown> {
  switch (call.method) {
    case 'snapshot':
      return api.snapshot()
    case 'access':
      return api.access()
    case 'serviceTable':
      return api.serviceTable()
    case 'recentEvents':
      return api.recentEvents(call.args[0])
    case 'command':
      // `command` decodes what it is given.
      return api.command(call.args[0], call.args[1] as Parameters<LabApi['command']>[1])
    case 'requestService':
      return api.requestService(call.args[0], call.args[1])
    case 'simulation':
      return api.simulation()
    case 'recordings':
      return api.recordings()
    case 'simulate':
      return api.simulate(call.args[0])
    case 'giveRecording':
      return api.giveRecording(call.args[0])
    case 'exportRun':
      return api.exportRun(call.args[0])
    case 'exercises':
      return api.exercises()
    case 'exercise':
      return api.exercise(call.args[0])
    case 'classroom':
      return api.classroom()
    case 'teach':
      return api.teach(call.args[0])
  }
}
