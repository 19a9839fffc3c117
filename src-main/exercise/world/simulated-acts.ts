import { failure, ok, type Result } from '../../base/result'
import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { TraceData, TraceKind } from '../../contract/trace'
import type { FaultHits } from '../../simulator/faults/fault'
import { kill } from '../../simulator/faults/kills'
import type { LedgerHost } from '../../simulator/hosts/ledger-host'
import type { World } from '../../simulator/world'
import type { ActName } from '../format/acts'
import type { Act } from '../format/exercise'
import type { RequestLog } from './request-log'

export interface ActSurroundings {
  readonly world: World
  readonly host: LedgerHost
  readonly requests: RequestLog
  /** NVRAM without a battery: it is gone when its controller ends. */
  readonly noBattery: Set<ControllerId>
  /** Drives whose bay is empty. */
  readonly pulled: Set<number>
  /** Tells viewers what the act hits. */
  readonly hit: FaultHits
}

/** The error is a sentence: why it is not possible now. It changed nothing then. */
type Outcome = Result<null, string>
/** Parameters were decoded when the act was read (format/acts). */
interface Parameters {
  readonly controller: ControllerId
  readonly drive: number
  readonly block: number
  readonly extraLatencyMs: number
  readonly costMs: number
  readonly forMs: number
}
type Perform = (around: ActSurroundings, parameters: Parameters) => Outcome | undefined

const UNMET = 'has no such drive'

/** What can be done to a simulated pair, besides service requests, and under which name the timeline shows a fault. */
const PERFORM: Partial<Readonly<Record<ActName, { readonly fault?: string; readonly perform: Perform }>>> = {
  kill: { fault: 'crash', perform: ({ world, hit }, { controller }) => living(world, controller) ?? void kill({ world, hit }, controller) },
  panic: {
    fault: 'panic',
    perform: ({ world, hit }, { controller }) => {
      const dead = living(world, controller)
      if (dead !== undefined) return dead
      note(world, 'midplane.panic-asked', `controller-${controller}`, { controller })
      kill({ world, hit }, controller)
      return undefined
    },
  },
  hang: { fault: 'hang-for-good', perform: (around, { controller }) => hang(around, controller) },
  pause: {
    fault: 'hang',
    perform: (around, { controller, forMs }) => {
      const incarnation = around.world.incarnation(controller)
      return hang(around, controller, () => around.world.clock.after(forMs, () => incarnation?.resume()))
    },
  },
  'slow-controller': {
    fault: 'slow-controller',
    perform: ({ world, hit }, { controller, costMs, forMs }) => {
      const incarnation = world.incarnation(controller)
      const dead = living(world, controller)
      if (dead !== undefined || incarnation === undefined) return dead
      incarnation.setEventCost(costMs)
      hit(`controller-${controller}`, () => incarnation.isAlive && incarnation.isSlow)
      world.clock.after(forMs, () => incarnation.setEventCost(0))
      return undefined
    },
  },
  restart: { perform: ({ world }, { controller }) => void world.midplane.restart(controller) },
  'cut-interconnect': {
    fault: 'cut',
    perform: ({ world, hit }) => {
      if (world.interconnect.isCut) return failure('The interconnect is cut already.')
      world.cutInterconnect()
      note(world, 'midplane.interconnect-cut', 'interconnect')
      hit('interconnect', () => world.interconnect.isCut)
      return undefined
    },
  },
  'mend-interconnect': {
    perform: ({ world }) => {
      if (!world.interconnect.isCut) return failure('The interconnect is not cut.')
      world.mendInterconnect()
      note(world, 'midplane.interconnect-mended', 'interconnect')
      return undefined
    },
  },
  'slow-interconnect': {
    fault: 'slow-interconnect',
    perform: ({ world, hit }, { extraLatencyMs }) => {
      world.interconnect.extraDelayMs = extraLatencyMs
      note(world, 'midplane.interconnect-slowed', 'interconnect', { extraLatencyMs })
      if (extraLatencyMs > 0) hit('interconnect', () => world.interconnect.extraDelayMs > 0)
      return undefined
    },
  },
  'remove-battery': {
    fault: 'battery-gone',
    perform: ({ world, noBattery, hit }, { controller }) => {
      noBattery.add(controller)
      note(world, 'midplane.battery-removed', `controller-${controller}`, { controller })
      hit(`controller-${controller}`, () => noBattery.has(controller))
      return undefined
    },
  },
  'put-battery-back': {
    perform: ({ world, noBattery }, { controller }) => {
      noBattery.delete(controller)
      note(world, 'midplane.battery-put-back', `controller-${controller}`, { controller })
      return undefined
    },
  },
  'pull-drive': { fault: 'drive-pulled', perform: (around, { drive }) => failDrive(around, drive, 'drive.pulled') },
  'fail-drive': { fault: 'drive-failure', perform: (around, { drive }) => failDrive(around, drive, 'drive.died') },
  'put-drive-back': {
    perform: ({ world, pulled }, { drive }) => {
      const medium = world.media[drive]
      if (medium === undefined || !pulled.delete(drive)) return failure(`Drive ${drive} was not pulled.`)
      medium.isFailed = false
      note(world, 'drive.put-back', `drive-${drive}`, { drive })
      return undefined
    },
  },
  'replace-drive': {
    fault: 'drive-replaced',
    perform: ({ world, pulled, hit }, { drive }) => {
      const medium = world.media[drive]
      if (medium === undefined) return failure(`The array ${UNMET}.`)
      pulled.delete(drive)
      medium.replace()
      note(world, 'drive.replaced', `drive-${drive}`, { drive })
      hit(`drive-${drive}`)
      return undefined
    },
  },
  'slow-drive': {
    fault: 'slow-drive',
    perform: ({ world, hit }, { drive, extraLatencyMs }) => {
      const medium = world.media[drive]
      if (medium === undefined) return failure(`The array ${UNMET}.`)
      medium.extraLatencyMs = extraLatencyMs
      note(world, 'drive.slowed', `drive-${drive}`, { drive, extraLatencyMs })
      if (extraLatencyMs > 0) hit(`drive-${drive}`, () => medium.extraLatencyMs > 0)
      return undefined
    },
  },
  'spoil-sector': {
    fault: 'latent-error',
    perform: ({ world, hit }, { drive, block }) => {
      const medium = world.media[drive]
      if (medium === undefined) return failure(`The array ${UNMET}.`)
      medium.spoil(block)
      note(world, 'drive.sector-spoilt', `drive-${drive}`, { drive, block })
      hit(`drive-${drive}`, () => medium.latentErrors.has(block))
      return undefined
    },
  },
  'start-workload': { perform: ({ host }) => void host.startWorkload() },
  'stop-workload': { perform: ({ host }) => void host.stop() },
  'verify-ledger': { perform: ({ host }) => void host.verify() },
}

/** What a simulated world can do. */
export const SIMULATED_ACTS: readonly ActName[] = [...(Object.keys(PERFORM) as ActName[]), 'request']

/** The name of the fault that it is; undefined: it is none. */
export function faultOf({ act }: Act): string | undefined {
  return PERFORM[act]?.fault
}

/** Does it now. */
export function performAct({ act, parameters }: Act, around: ActSurroundings): Outcome {
  if (act === 'request') {
    around.requests.send(parameters)
    return ok(null)
  }
  const { perform } = PERFORM[act] ?? {}
  if (perform === undefined) return failure(`A simulated pair cannot do ${act}.`)
  return perform(around, parameters as unknown as Parameters) ?? ok(null)
}

/** To be called once: NVRAM without a battery is lost when its controller ends. */
export function watchBatteries(world: World, noBattery: ReadonlySet<ControllerId>): void {
  world.trace.onEvent(({ kind, data }) => {
    if (kind !== 'midplane.controller-exited') return
    const controller = CONTROLLER_IDS.find((id) => id === data?.['controller'])
    if (controller === undefined || !noBattery.has(controller)) return
    world.nvram[controller].bytes.fill(0)
    note(world, 'midplane.nvram-erased', `controller-${controller}`, { controller })
  })
}

function living(world: World, controller: ControllerId): Outcome | undefined {
  return world.controller(controller) === undefined ? failure(`Controller ${controller.toUpperCase()} is down already.`) : undefined
}

function hang({ world, hit }: ActSurroundings, controller: ControllerId, begun?: () => void): Outcome | undefined {
  const incarnation = world.incarnation(controller)
  if (incarnation?.state !== 'running') return failure(`Controller ${controller.toUpperCase()} does not run.`)
  note(world, 'midplane.controller-hung', `controller-${controller}`, { controller })
  hit(`controller-${controller}`, () => incarnation.state === 'hung')
  incarnation.hang(begun === undefined)
  begun?.()
  return undefined
}

function failDrive({ world, pulled, hit }: ActSurroundings, drive: number, kind: 'drive.pulled' | 'drive.died'): Outcome | undefined {
  const medium = world.media[drive]
  if (medium === undefined) return failure(`The array ${UNMET}.`)
  if (medium.isFailed) return failure(`Drive ${drive} is gone already.`)
  medium.isFailed = true
  if (kind === 'drive.pulled') pulled.add(drive)
  note(world, kind, `drive-${drive}`, { drive })
  hit(`drive-${drive}`, () => medium.isFailed)
  return undefined
}

/** As the midplane of the live lab does. */
function note(
  world: World,
  kind: TraceKind,
  to: 'interconnect' | `controller-${ControllerId}` | `drive-${number}`,
  data?: TraceData,
): void {
  world.trace.port().record({ place: 'midplane', kind, to, ...(data === undefined ? {} : { data }) })
}
