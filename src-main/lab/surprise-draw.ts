import { Prng } from '../base/prng'
import { CONTROLLER_IDS } from '../contract/controller-id'
import type { LabCommandName } from '../contract/lab-api'
import { ADDRESS_KINDS } from '../contract/pair-faults'

const FIRST_MS = 2000
const SPREAD_MS = 6000
const LINK_MS = [20, 60, 200] as const
const DRIVE_MS = [30, 100, 400] as const

export interface DrawnFault {
  readonly command: LabCommandName
  readonly parameters: { readonly [key: string]: string | number }
}

export interface DrawnSurprise {
  /** Until it strikes. */
  readonly delayMs: number
  /** The first that is possible strikes. A fault may be in force already. */
  readonly faults: readonly DrawnFault[]
}

const CANDIDATES = 8

type Draw = (random: Prng, driveCount: number) => DrawnFault

const controllerFault =
  (command: LabCommandName): Draw =>
  (random) => ({ command, parameters: { controller: random.pick(CONTROLLER_IDS) } })
const driveFault =
  (command: LabCommandName): Draw =>
  (random, driveCount) => ({ command, parameters: { drive: random.below(driveCount) } })

const DRAWS: readonly Draw[] = [
  controllerFault('kill'),
  controllerFault('hang'),
  controllerFault('panic'),
  controllerFault('unplug-portal'),
  controllerFault('unplug-management'),
  controllerFault('remove-battery'),
  (random) => ({ command: 'steal-address', parameters: { controller: random.pick(CONTROLLER_IDS), address: random.pick(ADDRESS_KINDS) } }),
  () => ({ command: 'cut-interconnect', parameters: {} }),
  (random) => ({ command: 'slow-interconnect', parameters: { extraLatencyMs: random.pick(LINK_MS) } }),
  driveFault('pull-drive'),
  driveFault('spoil-sector'),
  (random, driveCount) => ({
    command: 'slow-drive',
    parameters: { drive: random.below(driveCount), extraLatencyMs: random.pick(DRIVE_MS) },
  }),
]

/** The same seed gives the same, in labs with as many drives. Nothing that it draws destroys data by itself. */
export function drawSurprise(seed: number, driveCount: number): DrawnSurprise {
  const random = new Prng(seed)
  const delayMs = FIRST_MS + random.below(SPREAD_MS)
  return { delayMs, faults: Array.from({ length: CANDIDATES }, () => random.pick(DRAWS)(random, driveCount)) }
}
