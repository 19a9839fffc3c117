import { present } from '../../base/assert'
import type { Prng } from '../../base/prng'
import { CACHE_POLICIES } from '../../contract/array-state'
import type { JsonObject } from '../../contract/json'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import { DISPATCH_SCHEMES } from '../../contract/service-request'

export interface StationRequest {
  readonly id: string
  readonly name: string
  readonly params: JsonObject
  /** It is about this volume of the station. */
  readonly volume?: OwnVolume
}

interface RequestDraw {
  readonly station: string
  readonly number: number
  readonly random: Prng
  /** Names of all groups. */
  readonly groups: readonly string[]
  readonly driveCount: number
  /** Volumes that the station made and has not deleted. */
  readonly volumes: readonly OwnVolume[]
  /** A LUN that no volume of this world ever had. */
  readonly newLun: () => number | undefined
  /** The last request of the station that is an operation. */
  readonly operation: string | undefined
}

type Drawn = Omit<StationRequest, 'id'>

/** A volume of a station, under the LUN that hosts know it by. */
export interface OwnVolume {
  readonly name: string
  readonly lun: number | undefined
}

const LOOKS = [
  'list-controllers',
  'list-drives',
  'list-groups',
  'list-volumes',
  'list-luns',
  'get-takeovers',
  'get-event-log',
  'list-operations',
]
const HOST_VOLUMES = ['alpha', 'bravo']

/** The weight of each, relative to the sum. */
const DRAWS: readonly { readonly weight: number; readonly draw: (draw: RequestDraw, id: string) => Drawn }[] = [
  { weight: 20, draw: (_, id) => ({ name: 'rename-array', params: { name: `array ${id}` } }) },
  { weight: 12, draw: () => ({ name: 'get-array-status', params: {} }) },
  { weight: 12, draw: ({ random }) => ({ name: random.pick(LOOKS), params: {} }) },
  {
    weight: 13,
    draw: ({ random, groups }, id) => ({
      name: 'create-volume',
      params: { name: `v-${id}`, group: random.pick(groups), blocks: 1 + random.below(300), preferredOwner: random.pick(CONTROLLER_IDS) },
    }),
  },
  {
    weight: 8,
    draw: ({ volumes }) => ofOwnVolume(volumes, 'unmapped', deleting),
  },
  {
    weight: 4,
    draw: ({ volumes }, id) =>
      ofOwnVolume(volumes, 'any', ({ name }) => ({ name: 'rename-volume', params: { volume: name, name: `w-${id}` } })),
  },
  {
    weight: 12,
    draw: ({ volumes, newLun }) =>
      ofOwnVolume(volumes, 'unmapped', ({ name }) => {
        const lun = newLun()
        return lun === undefined ? { name: 'list-luns', params: {} } : { name: 'map-lun', params: { volume: name, lun } }
      }),
  },
  {
    weight: 6,
    draw: ({ volumes }) => ofOwnVolume(volumes, 'mapped', ({ lun = 0 }) => ({ name: 'unmap-lun', params: { lun } })),
  },
  {
    weight: 15,
    draw: ({ random }) => ({ name: 'move-volume', params: { volume: random.pick(HOST_VOLUMES), to: random.pick(CONTROLLER_IDS) } }),
  },
  { weight: 8, draw: ({ random }) => ({ name: 'set-dispatch-scheme', params: { scheme: random.pick(DISPATCH_SCHEMES) } }) },
  { weight: 4, draw: ({ random }) => ({ name: 'set-automatic-giveback', params: { enabled: random.chance(0.6) } }) },
  { weight: 4, draw: ({ random }) => ({ name: 'set-ownership-by-load', params: { enabled: random.chance(0.6) } }) },
  { weight: 4, draw: ({ random }) => ({ name: 'set-cache-policy', params: { policy: random.pick(CACHE_POLICIES) } }) },
  { weight: 4, draw: ({ random }) => ({ name: 'give-back', params: { to: random.pick(CONTROLLER_IDS) } }) },
  {
    weight: 4,
    draw: ({ operation }) =>
      operation === undefined ? { name: 'list-operations', params: {} } : { name: 'get-operation', params: { operation } },
  },
  { weight: 3, draw: ({ random }) => ({ name: 'take-over', params: { of: random.pick(CONTROLLER_IDS) } }) },
  { weight: 3, draw: ({ random, driveCount }) => ({ name: 'rebuild-drive', params: { drive: random.below(driveCount) } }) },
  { weight: 3, draw: ({ random }) => ({ name: 'restart-controller', params: { controller: random.pick(CONTROLLER_IDS) } }) },
]
const WEIGHTS = DRAWS.reduce((sum, { weight }) => sum + weight, 0)

/** Each name is used once in a world, so a name that is seen identifies its request and shows how often it ran. */
export function drawRequest(draw: RequestDraw): StationRequest {
  const { random } = draw
  const id = idOf(draw)
  let left = random.below(WEIGHTS)
  const chosen = DRAWS.find(({ weight }) => (left -= weight) < 0)
  return { id, ...present(chosen, 'request').draw(draw, id) }
}

export function deletion(of: Pick<RequestDraw, 'station' | 'number'>, volume: OwnVolume): StationRequest {
  return { id: idOf(of), ...deleting(volume), volume }
}

function deleting({ name }: OwnVolume): Drawn {
  return { name: 'delete-volume', params: { volume: name } }
}

function idOf({ station, number }: Pick<RequestDraw, 'station' | 'number'>): string {
  return `${station.replace(' ', '-')}.${number}`
}

function ofOwnVolume(volumes: readonly OwnVolume[], which: 'mapped' | 'unmapped' | 'any', request: (volume: OwnVolume) => Drawn): Drawn {
  const volume = volumes.find(({ lun }) => which === 'any' || (lun === undefined) === (which === 'unmapped'))
  return volume === undefined ? { name: 'list-volumes', params: {} } : { ...request(volume), volume }
}
