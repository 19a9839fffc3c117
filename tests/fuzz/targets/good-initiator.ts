import { equalBytes, putU32 } from '../../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../../src-main/contract/controller-id'
import type { ScsiOutcome, ScsiRequest } from '../../../src-main/core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../../src-main/core/iscsi/initiator/session'
import { readCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeSense } from '../../../src-main/core/scsi/sense'
import { SENSE_KEY, STATUS } from '../../../src-main/core/scsi/spec'
import { TARGET_NAME, type World } from '../../../src-main/simulator/world'
import { expectThat } from '../target'

/** Nobody else writes here. */
const LUN = 1
const BLOCKS = 4
/** Virtual time for a write and a read, with a new login where the other side had it ended. */
const SLOW_MS = 100
const MAX_ATTEMPTS = 6

/** An initiator that does nothing wrong. Whatever others do, its commands are served soon, and it reads what it wrote. */
export class GoodInitiator {
  readonly #world: World
  readonly #sessions: Record<ControllerId, InitiatorSession | undefined> = { a: undefined, b: undefined }
  #turn = 0
  #startedMs = 0

  constructor(world: World) {
    this.#world = world
  }

  /** Through one portal, then through the other. */
  writeAndReadBack(): void {
    const portal = CONTROLLER_IDS[this.#turn++ % CONTROLLER_IDS.length] ?? 'a'
    this.#startedMs = this.#world.clock.nowMs()
    const firstBlock = (this.#turn % 16) * BLOCKS
    const data = new Uint8Array(BLOCKS * BLOCK_BYTES)
    for (let at = 0; at < data.length; at += 4) putU32(data, at, this.#turn * 0x1_0001 + at)
    this.#good(portal, { lun: LUN, cdb: writeCdb({ firstBlock, blockCount: BLOCKS }), dataOut: data })
    const read = this.#good(portal, { lun: LUN, cdb: readCdb({ firstBlock, blockCount: BLOCKS }), dataInBytes: data.length })
    expectThat(equalBytes(read, data), () => `a good initiator reads something else than it wrote through portal ${portal}`)
    const tookMs = this.#world.clock.nowMs() - this.#startedMs
    expectThat(tookMs <= SLOW_MS, () => `a good initiator waited ${tookMs.toFixed(1)} ms for a write and a read through portal ${portal}`)
  }

  #good(portal: ControllerId, request: ScsiRequest): Uint8Array {
    let last = ''
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const outcome = this.#execute(this.#session(portal), request)
      if (outcome?.kind === 'answered' && outcome.status === STATUS.good) return outcome.dataIn
      last = outcomeText(outcome)
      const mayGoOn = outcome === undefined ? this.#wasCleared(portal) : outcome.kind === 'connection-lost' || isAttention(outcome)
      expectThat(mayGoOn, () => `a good initiator got ${last} through portal ${portal}`)
    }
    expectThat(false, () => `a good initiator got ${last} ${MAX_ATTEMPTS} times through portal ${portal}`)
  }

  /**
   * A reset that somebody else asked for ends commands without an answer, and the next one is told (SAM-5 5.5). It may have been on its
   * way from the other controller. The time that the good one waited for nothing does not count.
   */
  #wasCleared(portal: ControllerId): boolean {
    const next = this.#execute(this.#session(portal), { lun: LUN, cdb: new Uint8Array(6) })
    this.#startedMs = this.#world.clock.nowMs()
    return isAttention(next)
  }

  #execute(session: InitiatorSession, request: ScsiRequest): ScsiOutcome | undefined {
    let outcome: ScsiOutcome | undefined
    session.execute(request, (given) => (outcome = given))
    this.#world.runUntil(() => outcome !== undefined, 5000)
    return outcome
  }

  #session(portal: ControllerId): InitiatorSession {
    const standing = this.#sessions[portal]
    if (standing?.isOpen === true) return standing
    let ended: string | undefined
    const session = new InitiatorSession(
      {
        initiatorName: 'iqn.2026-11.test:good',
        isidQualifier: portal === 'a' ? 1 : 2,
        targetName: TARGET_NAME,
        clock: this.#world.clock,
        network: this.#world.network.network(),
        address: this.#world.network.addressOf(portal),
      },
      { loggedIn: () => undefined, ended: (reason) => (ended = reason) },
    )
    this.#world.runUntil(() => session.isOpen || ended !== undefined, 5000)
    expectThat(session.isOpen, () => `a good initiator cannot log in at portal ${portal}: ${ended ?? 'no answer'}`)
    this.#sessions[portal] = session
    return session
  }
}

function isAttention(outcome: ScsiOutcome | undefined): boolean {
  if (outcome?.kind !== 'answered') return false
  if (outcome.status === STATUS.taskAborted) return true
  return outcome.sense !== undefined && decodeSense(outcome.sense)?.key === SENSE_KEY.unitAttention
}

function outcomeText(outcome: ScsiOutcome | undefined): string {
  if (outcome === undefined) return 'no answer'
  if (outcome.kind !== 'answered') return outcome.kind
  const sense = outcome.sense === undefined ? undefined : decodeSense(outcome.sense)
  return `status ${outcome.status} ${sense?.text ?? ''}`
}
