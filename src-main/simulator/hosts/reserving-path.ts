import { getU32, toHex } from '../../base/bytes'
import type { Prng } from '../../base/prng'
import type { ControllerId } from '../../contract/controller-id'
import type { ScsiOutcome, ScsiRequest } from '../../core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../core/iscsi/initiator/session'
import {
  persistentReserveInCdb,
  persistentReserveOutCdb,
  readCdb,
  reservationKeys,
  reserve6Cdb,
  writeCdb,
} from '../../core/scsi/initiator-cdbs'
import { decodeSense } from '../../core/scsi/sense'
import { ADDITIONAL_SENSE, OPCODE, PERSISTENT_RESERVE_OUT_ACTION, SENSE_KEY, STATUS } from '../../core/scsi/spec'
import type { ReservationCheck } from '../checkers/reservation-check'
import { NO_KEY, type NexusId, type ReservationAct } from '../checkers/reservation-model'
import { ReservationNewsCheck } from '../checkers/reservation-news-check'
import { TARGET_NAME, type World } from '../world'

const RECONNECT_MS = 30
const TYPES = [1, 3, 5, 6, 7, 8]
const APTPL = 0x01
/** Moves no data, but counts as reading or writing. */
const NO_BLOCKS = { firstBlock: 0, blockCount: 0 }
const NO_DATA = new Uint8Array(0)
const LOOKS = ['write', 'read', 'read-keys', 'read-reservation'] as const satisfies readonly ReservationAct['kind'][]
const ILLEGAL = [0x2400, 0x2600, 0x2604]
const { dataProtect, illegalRequest, notReady, unitAttention } = SENSE_KEY

export interface ReservingPathParts {
  readonly world: World
  readonly check: ReservationCheck
  readonly host: number
  readonly portal: ControllerId
  readonly lun: number
  readonly random: Prng
  answered(): void
}

/** An I_T nexus of a reserving host. It has one command under way at a time. */
export class ReservingPath {
  readonly nexus: NexusId
  readonly key: string
  readonly news: ReservationNewsCheck
  isWaiting = false
  /** What it waits for may change something. */
  isChanging = false
  readonly #parts: ReservingPathParts
  #session: InitiatorSession | undefined
  #others: readonly ReservingPath[] = []
  #isOver = false
  #left: (() => void) | undefined

  constructor(parts: ReservingPathParts) {
    this.#parts = parts
    this.nexus = `host ${parts.host} at ${parts.portal}`
    this.key = `00000000000000${parts.host}${parts.portal}`
    this.news = new ReservationNewsCheck((sentence) => parts.check.wrong(`${this.nexus} ${sentence}`))
  }

  get isOpen(): boolean {
    return this.#session?.isOpen === true
  }

  meet(paths: readonly ReservingPath[]): void {
    this.#others = paths.filter((path) => path !== this)
  }

  connect(): void {
    const { world, host, portal, random, check } = this.#parts
    let hasBegun = false
    this.#session = new InitiatorSession(
      {
        initiatorName: `iqn.2026-11.lab.takeover:reserving-host-${host}`,
        isidQualifier: 8,
        targetName: TARGET_NAME,
        clock: world.clock,
        network: world.network.network(),
        address: world.network.addressOf(portal),
      },
      {
        loggedIn: () => {
          hasBegun = true
          this.news.restart()
        },
        ended: () => {
          this.#session = undefined
          if (hasBegun) check.mayHappen({ kind: 'nexus-lost', nexus: this.nexus })
          this.#left?.()
          this.#left = undefined
          if (!this.#isOver) world.clock.after(RECONNECT_MS * (0.5 + random.fraction()), () => this.#isOver || this.connect())
        },
      },
    )
  }

  /** Logs out, and comes back soon. */
  leave(left: () => void): void {
    this.#left = left
    this.#session?.logout()
  }

  /** For good. */
  end(): void {
    this.#isOver = true
    this.#session?.drop('the end')
  }

  /** `mayChange`: otherwise it only looks. */
  draw(mayChange: boolean): void {
    const { random } = this.#parts
    if (!mayChange) return this.look(random.below(4))
    const other = random.pick(this.#others)
    const key = random.chance(0.85) ? this.key : random.pick([NO_KEY, other.key])
    const type = random.pick(TYPES)
    switch (random.below(16)) {
      case 0:
      case 1:
      case 2:
        return this.#register(random.chance(0.8) ? this.key : NO_KEY)
      case 3:
      case 4:
        return this.#send({ kind: 'reserve', key, type })
      case 5:
        return this.#send({ kind: 'release', key, type })
      case 6:
        return this.#send(random.chance(0.4) ? { kind: 'clear', key } : { kind: 'read-reservation' })
      case 7:
      case 8: {
        const serviceKey = random.chance(0.8) ? other.key : NO_KEY
        return this.#send({ kind: 'preempt', key, serviceKey, type, aborts: random.chance(0.5) })
      }
      case 9:
        return this.#send({ kind: random.chance(0.6) ? 'reserve-6' : 'release-6' })
      case 10:
        return this.#send({ kind: 'read-keys' })
      case 11:
      case 12:
      case 13:
        return this.#send({ kind: 'write' })
      default:
        return this.#send({ kind: 'read' })
    }
  }

  look(turn: number): void {
    this.#send({ kind: LOOKS[turn % LOOKS.length] ?? 'read' })
  }

  #register(serviceKey: string): void {
    const { random } = this.#parts
    const ignores = random.chance(0.4)
    const key = ignores || random.chance(0.6) ? NO_KEY : this.key
    this.#send({ kind: 'register', key, serviceKey, ignores, persists: random.chance(0.5) })
  }

  #send(act: ReservationAct): void {
    const session = this.#session
    if (session === undefined) return
    const { check, portal, world } = this.#parts
    this.isWaiting = true
    this.isChanging = LOOKS.every((kind) => kind !== act.kind)
    const id = check.begins(this.nexus, portal, act)
    const asked = { moment: world.clock.eventsRun, tellsOthers: this.#others.map(({ news }) => news.mayBeTold(act)) }
    session.execute(this.#requestOf(act), (outcome) => {
      this.isWaiting = false
      this.isChanging = false
      this.#parts.answered()
      world.trace.mixNumber(outcome.kind === 'answered' ? outcome.status : -1)
      const told = this.#judge({ id, act, sentAt: asked.moment }, outcome)
      for (const cause of asked.tellsOthers) if (outcome.kind === 'answered') cause?.ends(world.clock.eventsRun)
      for (const [nexus, code] of told)
        this.#others.find((other) => other.nexus === nexus)?.news.isDue(code, asked.moment, world.clock.eventsRun)
    })
  }

  /** Returns whom the change must have told. */
  #judge(
    { id, act, sentAt }: { readonly id: number; readonly act: ReservationAct; readonly sentAt: number },
    outcome: ScsiOutcome,
  ): ReadonlyMap<NexusId, number> {
    const { check } = this.#parts
    const nothing = new Map<NexusId, number>()
    if (outcome.kind !== 'answered') {
      check.isLost(id)
      return nothing
    }
    const { status, dataIn } = outcome
    const sense = decodeSense(outcome.sense ?? NO_DATA)
    if (sense?.key === unitAttention) {
      this.news.reported(sense.additional, sentAt, this.#parts.world.clock.eventsRun)
      check.didNothing(id)
      return nothing
    }
    this.news.passed(sentAt)
    if (status === STATUS.good) return check.answered(id, 'good', textOf(act, dataIn))
    if (status === STATUS.reservationConflict) return check.answered(id, 'conflict', undefined)
    if (sense?.key === illegalRequest && ILLEGAL.includes(sense.additional)) return check.answered(id, 'refused', undefined)
    // The disk under the drives is full.
    const isFull = sense?.key === dataProtect && sense.additional === ADDITIONAL_SENSE.spaceAllocationFailed.code
    if (status !== STATUS.busy && sense?.key !== notReady && !isFull)
      check.wrong(`${act.kind} of ${this.nexus} ends with ${sense?.text ?? `status ${status}`}`)
    check.didNothing(id)
    return nothing
  }

  #requestOf(act: ReservationAct): ScsiRequest {
    const { lun } = this.#parts
    switch (act.kind) {
      case 'read':
        return { lun, cdb: readCdb(NO_BLOCKS), dataInBytes: 0 }
      case 'write':
        return { lun, cdb: writeCdb(NO_BLOCKS), dataOut: NO_DATA }
      case 'reserve-6':
        return { lun, cdb: reserve6Cdb(OPCODE.reserve6) }
      case 'release-6':
        return { lun, cdb: reserve6Cdb(OPCODE.release6) }
      case 'read-keys':
      case 'read-reservation':
        return { lun, cdb: persistentReserveInCdb(act.kind === 'read-keys' ? 0 : 1, 1024), dataInBytes: 1024 }
      case 'register': {
        const { register, registerAndIgnoreExistingKey } = PERSISTENT_RESERVE_OUT_ACTION
        const dataOut = reservationKeys({ ...act, flags: act.persists ? APTPL : 0 })
        return { lun, cdb: persistentReserveOutCdb(act.ignores ? registerAndIgnoreExistingKey : register), dataOut }
      }
      default: {
        const { preemptAndAbort } = PERSISTENT_RESERVE_OUT_ACTION
        const action = act.kind === 'preempt' && act.aborts ? preemptAndAbort : PERSISTENT_RESERVE_OUT_ACTION[act.kind]
        return { lun, cdb: persistentReserveOutCdb(action, 'type' in act ? act.type : 0), dataOut: reservationKeys(act) }
      }
    }
  }
}

/** As the model tells it. */
function textOf(act: ReservationAct, data: Uint8Array): string | undefined {
  if (act.kind !== 'read-keys' && act.kind !== 'read-reservation') return undefined
  const generation = getU32(data, 0)
  if (act.kind === 'read-reservation') {
    const reservation = data.length === 8 ? 'none' : `type ${data[21]} with key ${toHex(data.subarray(8, 16))}`
    return `generation ${generation}, ${reservation}`
  }
  const keys = Array.from({ length: getU32(data, 4) / 8 }, (_, index) => toHex(data.subarray(8 + 8 * index, 16 + 8 * index)))
  return `generation ${generation}, keys ${keys.sort().join(' ')}`
}
