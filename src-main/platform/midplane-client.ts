import type { MessagePort } from 'node:worker_threads'
import { present } from '../base/assert'
import type { ControllerToMidplane, MidplaneToController } from '../contract/midplane'
import type { MidplanePort, ResetOutcome } from '../core/ports'
import type { ClaimTable } from './claims'

export interface MidplaneClient extends MidplanePort {
  /** The answers of the midplane to what was asked here. */
  answered(message: Extract<MidplaneToController, { readonly callId: number }>): void
}

/** The controller's side of the midplane: reset lines by messages, claims in shared memory. */
export function createMidplaneClient(options: {
  readonly port: MessagePort
  readonly claims: ClaimTable
  readonly stateChanged: () => void
}): MidplaneClient {
  const { port, claims, stateChanged } = options
  const fences = new Map<number, (outcome: ResetOutcome) => void>()
  const halts = new Map<number, () => void>()
  let lastCall = 0
  const post = (message: ControllerToMidplane) => port.postMessage(message)

  return {
    fencePeer(done) {
      fences.set(++lastCall, done)
      post({ type: 'fence-peer', callId: lastCall })
    },
    haltPeer(done) {
      halts.set(++lastCall, done)
      post({ type: 'halt-peer', callId: lastCall })
    },
    requestRestart: (controller, reason) => post({ type: 'request-restart', controller, reason }),
    raiseClaim: (claim) => claims.raise(claim),
    claimEpoch: (slot) => claims.epoch(slot),
    raiseServingLine: () => claims.raiseServingLine(),
    peerServes: () => claims.peerServes(),
    noteStateChanged: stateChanged,
    answered(message) {
      if (message.type === 'fence-outcome') taken(fences, message.callId)(message.outcome)
      else taken(halts, message.callId)()
    },
  }
}

function taken<T>(calls: Map<number, T>, callId: number): T {
  const call = present(calls.get(callId), `call ${callId} of the midplane`)
  calls.delete(callId)
  return call
}
