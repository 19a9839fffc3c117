import { ok, type Result } from '../../base/result'
import type { ArrayState } from '../../contract/array-state'
import type { ControllerId } from '../../contract/controller-id'
import type { Json, JsonObject } from '../../contract/json'
import type { ServiceError, ServiceRequestDescription, ServiceRequestKind } from '../../contract/service-request'
import type { TraceId } from '../../contract/trace'
import { decodeParameters, describeParameters, type ParametersOf, type ParameterTable } from './parameters'
import type { RequestParts } from './request-parts'

export type Outcome<T> = Result<T, ServiceError>

/** Values from outside that a pure change of the state may need. */
export interface ChangeParts {
  readonly self: ControllerId
  readonly requestId: string
  /** Its worker is running, even if it is silent. */
  isPresent(controller: ControllerId): boolean
  /** 16 hex digits, never used before. */
  newSerial(): string
  /** The epoch that the midplane holds for a claim slot. */
  claimEpoch(slot: number): number
}

/** What an operation is about, known before anything is done. */
export interface OperationPlan {
  /** The controller that is restarted, halted, or gets volumes. */
  readonly controller: ControllerId
  /** Where `volumes` move. */
  readonly to: ControllerId | undefined
  readonly volumes: readonly number[]
  /** Its volumes stay where they are until it is done. */
  readonly critical?: boolean | undefined
}

export interface Action {
  readonly result: JsonObject
  /**
   * The rest of the operation, after an answer that says it is running. It may take down the controller that sends the answer,
   * so it runs once the answer has had time to leave. If it never calls `ended`, the array state shows the end.
   */
  readonly goesOn?: ((ended: (outcome: Outcome<undefined>) => void) => void) | undefined
}

/** What the parts of a management request are called with. */
export interface ActionCall<P> {
  readonly parts: RequestParts
  readonly params: P
  readonly origin: Origin
  readonly plan: OperationPlan
}

/** How a request came to the controller that serves it. */
export interface Origin {
  readonly receivedBy: ControllerId
  readonly cause: TraceId | undefined
}

/** A new array state, and the result of the request. */
export interface Changed {
  readonly state: ArrayState
  readonly result: Json
}

/**
 * What must be done before the state may change. `done` gets what ends it, which is called after the commit, whether that was made or
 * refused.
 */
export type Before = (
  call: { readonly state: ArrayState; readonly parts: RequestParts; readonly origin: Origin },
  done: (outcome: Outcome<() => void>) => void,
) => void

/** A request whose parameters are decoded. */
export type PreparedRequest =
  /** Looks, and changes nothing. */
  | { readonly how: 'look'; readonly look: (parts: RequestParts) => Outcome<Json> }
  /** Changes the array state, in one commit with its own result. */
  | { readonly how: 'change'; readonly change: (state: ArrayState, parts: ChangeParts) => Outcome<Changed>; readonly before?: Before }
  /** Does something that takes time. Only `server` can do it, whatever the dispatch scheme says. */
  | {
      readonly how: 'act'
      readonly server: ControllerId | undefined
      /** Whether it can be done now, and what it will do. Runs before anything begins. */
      readonly plan: (parts: RequestParts, origin: Origin) => Outcome<OperationPlan>
      readonly act: (call: Omit<ActionCall<never>, 'params'>, done: (outcome: Outcome<Action>) => void) => void
    }

export interface ServiceRequestDefinition extends ServiceRequestDescription {
  prepare(params: JsonObject): Outcome<PreparedRequest>
}

interface Head<P extends ParameterTable> {
  readonly name: string
  readonly summary: string
  readonly parameters: P
}

export function monitoringRequest<P extends ParameterTable>(
  head: Head<P> & { readonly look: (parts: RequestParts, params: ParametersOf<P>) => Outcome<Json> },
): ServiceRequestDefinition {
  return define('monitoring', head, (params) => ({ how: 'look', look: (parts) => head.look(parts, params) }))
}

export function configurationRequest<P extends ParameterTable>(
  head: Head<P> & {
    readonly change: (state: ArrayState, params: ParametersOf<P>, parts: ChangeParts) => Outcome<Changed>
    readonly before?: (params: ParametersOf<P>, ...rest: Parameters<Before>) => void
  },
): ServiceRequestDefinition {
  const { before } = head
  return define('configuration', head, (params) => ({
    how: 'change',
    change: (state, parts) => head.change(state, params, parts),
    ...(before !== undefined && { before: (...rest) => before(params, ...rest) }),
  }))
}

export function managementRequest<P extends ParameterTable>(
  head: Head<P> & {
    readonly server?: (params: ParametersOf<P>) => ControllerId
    readonly plan: (call: Omit<ActionCall<ParametersOf<P>>, 'plan'>) => Outcome<OperationPlan>
    readonly act: (call: ActionCall<ParametersOf<P>>, done: (outcome: Outcome<Action>) => void) => void
  },
): ServiceRequestDefinition {
  return define('management', head, (params) => ({
    how: 'act',
    server: head.server?.(params),
    plan: (parts, origin) => head.plan({ parts, params, origin }),
    act: (call, done) => head.act({ ...call, params }, done),
  }))
}

function define<P extends ParameterTable>(
  kind: ServiceRequestKind,
  head: Head<P>,
  prepared: (params: ParametersOf<P>) => PreparedRequest,
): ServiceRequestDefinition {
  const { name, summary, parameters } = head
  return {
    name,
    kind,
    summary,
    parameters: describeParameters(parameters),
    prepare(params) {
      const decoded = decodeParameters(name, parameters, params)
      return decoded.ok ? ok(prepared(decoded.value)) : decoded
    },
  }
}
