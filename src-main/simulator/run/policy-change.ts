import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { ForkChange } from '../../contract/run-fork'
import type { JsonObject } from '../../contract/json'
import type { World } from '../world'

const ASK_EVERY_MS = 50

type PolicyChange = Extract<ForkChange, { readonly kind: 'policy' }>

/** The operator sets a policy, and asks again until a controller has done it. `isOver`: it is too late for that. */
export function changePolicy(world: World, change: PolicyChange, isOver: () => boolean): void {
  if (change.policy === 'heartbeat-ms') {
    world.setHeartbeat(Number(change.value))
    return
  }
  // Several policies may change after one event, and a request with the id of another one would not run.
  const id = `fork.${world.clock.eventsRun}.${change.policy}.${change.value}`
  const request = { id, ...requestOf(change.policy, change.value) }
  let isDone = false
  const ask = (): void => {
    if (isDone || isOver()) return
    const portal = CONTROLLER_IDS.find((id) => world.isServing(id)) ?? 'a'
    world.request(portal, request, (answer) => (isDone ||= !('error' in answer)))
    world.clock.after(ASK_EVERY_MS, ask)
  }
  ask()
}

function requestOf(
  policy: Exclude<PolicyChange['policy'], 'heartbeat-ms'>,
  value: string,
): { readonly name: string; readonly params: JsonObject } {
  if (policy === 'cache-policy') return { name: 'set-cache-policy', params: { policy: value } }
  if (policy === 'dispatch-scheme') return { name: 'set-dispatch-scheme', params: { scheme: value } }
  return { name: `set-${policy}`, params: { enabled: value === 'on' } }
}
