import type { Prng } from '../../base/prng'
import type { JsonObject } from '../../contract/json'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import { DISPATCH_SCHEMES } from '../../contract/service-request'

export interface StationRequest {
  readonly id: string
  readonly name: string
  readonly params: JsonObject
}

interface RequestDraw {
  readonly station: string
  readonly number: number
  readonly random: Prng
  /** Volumes that the station made and has not deleted. */
  readonly volumes: string[]
}

type Drawn = Pick<StationRequest, 'name' | 'params'>

const GROUPS = ['r5', 'r1', 'r0', 'linear']
const HOST_VOLUMES = ['alpha', 'bravo']

/** Names are used once in a world, so that what is seen of them tells which request it came from, and how often it ran. */
export function drawRequest(draw: RequestDraw): StationRequest {
  const { station, number, random } = draw
  const id = `${station.replace(' ', '-')}.${number}`
  const chance = random.fraction()
  return { id, ...drawn(draw, id, chance) }
}

function drawn({ random, volumes }: RequestDraw, id: string, chance: number): Drawn {
  if (chance < 0.2) return { name: 'rename-array', params: { name: `array ${id}` } }
  if (chance < 0.42) return { name: 'get-array-status', params: {} }
  if (chance < 0.55) return { name: 'create-volume', params: { name: `v-${id}`, group: random.pick(GROUPS), blocks: 1 + random.below(300), preferredOwner: random.pick(CONTROLLER_IDS) } }
  if (chance < 0.65) {
    const volume = volumes.shift()
    return volume === undefined ? { name: 'list-volumes', params: {} } : { name: 'delete-volume', params: { volume } }
  }
  if (chance < 0.8) return { name: 'move-volume', params: { volume: random.pick(HOST_VOLUMES), to: random.pick(CONTROLLER_IDS) } }
  if (chance < 0.86) return { name: 'set-dispatch-scheme', params: { scheme: random.pick(DISPATCH_SCHEMES) } }
  if (chance < 0.9) return { name: 'set-automatic-giveback', params: { enabled: random.chance(0.6) } }
  if (chance < 0.94) return { name: 'give-back', params: { to: random.pick(CONTROLLER_IDS) } }
  if (chance < 0.97) return { name: 'take-over', params: { of: random.pick(CONTROLLER_IDS) } }
  return { name: 'restart-controller', params: { controller: random.pick(CONTROLLER_IDS) } }
}
