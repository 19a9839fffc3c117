import { randomBytes } from 'node:crypto'
import { failure, ok, type Result } from '../base/result'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { JsonObject } from '../contract/json'
import type { LabError } from '../contract/lab-error'
import type { WholeStep } from '../contract/making-whole'
import type { AddressKind } from '../contract/pair-faults'
import type { ServiceAnswer, ServiceRequest } from '../contract/service-request'
import type { LabSnapshot } from '../contract/snapshot'
import { occupantOf } from '../core/mapping/occupancy'
import type { DriveBays } from './drive-bays'
import type { Midplane } from './midplane'
import type { Surprise } from './surprise'
import type { Surroundings } from './surroundings'
import { isBeingRebuilt } from './whole-steps'

type Outcome = Result<null, LabError>

/** What people and programs do with a lab, too. */
export interface WholeActs {
  readonly midplane: Pick<Midplane, 'restart' | 'mendInterconnect' | 'slowInterconnect'>
  readonly bays: Pick<DriveBays, 'putBack' | 'replace' | 'slow' | 'reassign'>
  readonly surroundings: Pick<Surroundings, 'plugIn' | 'giveBack' | 'putBatteryBack'>
  readonly surprise: Pick<Surprise, 'end'>
  readonly requestService: (to: ControllerId, request: ServiceRequest) => Promise<Result<ServiceAnswer, LabError>>
}

export interface WholeAct {
  /** The pair may do it by itself before. */
  readonly afterMs: number
  /** Of those that nobody refused. */
  readonly maxTries?: number
  /** What to say if it has changed nothing, though nobody refused it. */
  readonly inVain?: string
  run(acts: WholeActs): Promise<Outcome>
}

/** A controller that waits for so long needs another start: what it waits for was not there when it looked. */
const WAITED_LONG_MS = 15_000
/** The pair gives volumes back by itself, if it is told to. */
const GIVEBACK_BY_ITSELF_MS = 4000

/** What can be done for a step. Undefined: it only has to be waited for. */
export function actOf(step: WholeStep, snapshot: LabSnapshot): WholeAct | undefined {
  const { name, drive = 0, controller = 'a' } = step
  switch (name) {
    case 'end-surprise':
      return at(0, ({ surprise }) => Promise.resolve(surprise.end()))
    case 'mend-interconnect':
      return at(0, ({ midplane }) => done(() => midplane.mendInterconnect()))
    case 'speed-interconnect-up':
      return at(0, ({ midplane }) => done(() => midplane.slowInterconnect(0)))
    case 'plug-in-portal':
    case 'plug-in-management':
      return at(0, ({ surroundings }) => Promise.resolve(surroundings.plugIn(controller, addressOf(name))))
    case 'give-portal-back':
    case 'give-management-back':
      return at(0, ({ surroundings }) => Promise.resolve(surroundings.giveBack(controller, addressOf(name))))
    case 'put-battery-back':
      return at(0, ({ surroundings }) => Promise.resolve(surroundings.putBatteryBack(controller)))
    case 'put-drive-back':
      return at(0, ({ bays }) => Promise.resolve(bays.putBack(drive)))
    case 'replace-drive':
      return at(0, ({ bays }) => Promise.resolve(bays.replace(drive)))
    case 'speed-drive-up':
      return at(0, ({ bays }) => Promise.resolve(bays.slow(drive, 0)))
    case 'start-controller':
      return at(0, ({ midplane }) => done(() => downOnes(snapshot).forEach((id) => midplane.restart(id))))
    case 'restart-controller':
    case 'reopen-drive':
      return at(0, ({ midplane }) => done(() => midplane.restart(controller)))
    case 'await-controller':
      return snapshot.controllers[controller].phase === 'waiting'
        ? at(WAITED_LONG_MS, ({ midplane }) => done(() => midplane.restart(controller)))
        : undefined
    case 'rebuild-drive':
      return rebuild(drive, snapshot)
    case 'rewrite-sectors':
      return {
        afterMs: 0,
        maxTries: 1,
        inVain: `Drive ${drive} has bad sectors that no other drive has the data of. They go when something is written there.`,
        run: (acts) => rewriteSectors(acts, drive, snapshot),
      }
    case 'give-back':
      return at(snapshot.array?.automaticGiveback === true ? GIVEBACK_BY_ITSELF_MS : 0, (acts) =>
        request(acts, snapshot, { name: 'give-back', params: { to: controller } }),
      )
    case 'await-verification':
    case 'await-mirror':
    case 'await-host':
      return undefined
  }
}

/** A rebuild writes what volumes have. Other bad sectors the drive reassigns. */
async function rewriteSectors(acts: WholeActs, drive: number, snapshot: LabSnapshot): Promise<Outcome> {
  const bad = snapshot.drives.find(({ index }) => index === drive)?.faults?.badSectors ?? []
  const unused = bad.filter((sector) => isUnused(snapshot, drive, sector))
  for (const sector of unused) {
    const outcome = acts.bays.reassign(drive, sector)
    if (!outcome.ok) return outcome
  }
  if (unused.length === bad.length) return ok(null)
  return request(acts, snapshot, { name: 'rebuild-drive', params: { drive, force: true } })
}

function isUnused({ array }: LabSnapshot, drive: number, sector: number): boolean {
  if (array === undefined) return false
  const occupant = occupantOf(array.configuration, drive, sector)
  if (occupant.kind === 'superblock') return false
  return occupant.kind === 'parity' ? occupant.volumeId === undefined : !('volume' in occupant)
}

function addressOf(name: WholeStep['name']): AddressKind {
  return name.includes('portal') ? 'portal' : 'management'
}

function rebuild(index: number, snapshot: LabSnapshot): WholeAct | undefined {
  const drive = snapshot.drives.find((one) => one.index === index)
  if (drive === undefined || isBeingRebuilt(drive)) return undefined
  // Put back before anything missed it, it is no member that failed, and its controllers still do not use it.
  const force = drive.outAfterGeneration === undefined
  return at(0, (acts) => request(acts, snapshot, { name: 'rebuild-drive', params: force ? { drive: index, force } : { drive: index } }))
}

function at(afterMs: number, run: WholeAct['run']): WholeAct {
  return { afterMs, run }
}

function done(act: () => void): Promise<Outcome> {
  act()
  return Promise.resolve(ok(null))
}

function downOnes({ controllers }: LabSnapshot): readonly ControllerId[] {
  return CONTROLLER_IDS.filter((id) => controllers[id].state === 'down')
}

/** To the service owner: no scheme of dispatch refuses there. */
async function request(
  { requestService }: WholeActs,
  { array }: LabSnapshot,
  { name, params }: { readonly name: string; readonly params: JsonObject },
): Promise<Outcome> {
  const id = `make-whole-${randomBytes(6).toString('hex')}`
  const since = array?.droppedResults
  const answer = await requestService(array?.serviceOwner ?? 'a', { id, name, params, ...(since === undefined ? {} : { since }) })
  if (!answer.ok) return answer
  if (!('error' in answer.value)) return ok(null)
  const { message } = answer.value.error
  return failure({ code: 'not-possible-now', message })
}
