import { getU32 } from '../../base/bytes'
import { BLOCK_BYTES } from '../../base/units'
import { residualOf } from '../../core/iscsi/codec/pdu/scsi-response'
import { decodeReadCapacity16, decodeReportLuns, decodeStandardInquiry, decodeTargetPortGroups } from '../../core/scsi/initiator-decoders'
import { decodeSense, type DecodedSense } from '../../core/scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY, STATUS } from '../../core/scsi/spec'
import { valuesOf } from '../hosts/block-values'
import type { KnownBlocks } from '../hosts/known-blocks'
import type { ScsiKind, ScsiPlan } from '../hosts/scsi-commands'
import type { ScsiAnswer } from '../hosts/scsi-task'
import type { AttentionCheck } from './attention-check'
import type { BlockCheck } from './block-check'
import type { Violations } from './checker'

export const SCSI_CHECKER = 'scsi-answers'

/**
 * - `done`: GOOD, or a miscompare
 * - `refused`: it did nothing
 * - `unclear`: it may have written
 */
export type Verdict = 'done' | 'refused' | 'unclear'

/** A command that was sent, and when. */
export interface SentCommand {
  readonly plan: ScsiPlan
  /** Of the check of blocks. */
  readonly startMoment: number
  /** How much had happened in the pair. */
  readonly events: number
}

/** Where it was sent. */
interface Nexus {
  readonly attentions: AttentionCheck
  /** How much has happened in the pair by now. */
  readonly events: number
}

interface Rule {
  /** A pending unit attention passes it by. */
  readonly passesAttention?: boolean
  /** It needs the volume, which may be busy, moving, or short of room. */
  readonly usesVolume?: boolean
  readonly reads?: boolean
  readonly writes?: boolean
}

/** What each command may be told (SPC-4, SBC-3). */
const RULES: Readonly<Record<ScsiKind, Rule>> = {
  write: { usesVolume: true, writes: true },
  'write-same': { usesVolume: true, writes: true },
  'write-and-verify': { usesVolume: true, writes: true, reads: true },
  'write-atomic': { usesVolume: true, writes: true },
  'compare-and-write': { usesVolume: true, writes: true, reads: true },
  zero: { usesVolume: true, writes: true },
  'or-zero': { usesVolume: true, writes: true, reads: true },
  read: { usesVolume: true, reads: true },
  verify: { usesVolume: true, reads: true },
  compare: { usesVolume: true, reads: true },
  flush: { usesVolume: true, writes: true },
  // In a transition it says so (SPC-4 6.47).
  'test-unit-ready': { usesVolume: true },
  inquiry: { passesAttention: true },
  'request-sense': { passesAttention: true },
  'report-luns': { passesAttention: true },
  'report-port-groups': {},
  capacity: {},
}

const { accessStateTransition, unrecoveredReadError, spaceAllocationFailed, miscompare, commandsClearedByDeviceServer } = ADDITIONAL_SENSE
const OPTIMIZED = 'active-optimized'

/** Judges each answer that a host gets from SCSI: whether the command, in its condition, may get it, and whether it says the truth. */
export class ScsiCheck {
  readonly #violations: Violations
  readonly #blocks: BlockCheck
  readonly #known: KnownBlocks
  readonly #host: string

  constructor(parts: { readonly violations: Violations; readonly blocks: BlockCheck; readonly known: KnownBlocks; readonly host: string }) {
    this.#violations = parts.violations
    this.#blocks = parts.blocks
    this.#known = parts.known
    this.#host = parts.host
  }

  wrong(sentence: string): void {
    this.#violations.add(SCSI_CHECKER, sentence, 'host')
  }

  judge(sent: SentCommand, answer: ScsiAnswer, nexus: Nexus): Verdict {
    const { plan } = sent
    const { attentions, events } = nexus
    const happened = { before: sent.events, now: events }
    const sense = answer.sense === undefined ? undefined : decodeSense(answer.sense)
    if (answer.status !== STATUS.good && answer.data.length > 0) this.#wrong(plan, `has data with status ${answer.status}`)
    if (answer.status === STATUS.checkCondition && sense?.key === SENSE_KEY.unitAttention) {
      if (RULES[plan.kind].passesAttention === true || plan.volume === undefined) this.#wrong(plan, 'ends with a unit attention')
      this.#note(plan, attentions.reported(plan.lun, sense.additional, sent.startMoment, happened))
      return 'refused'
    }
    if (RULES[plan.kind].passesAttention !== true && plan.volume !== undefined)
      this.#note(plan, attentions.passed(plan.lun, sent.startMoment))
    if (answer.status === STATUS.good) {
      this.#good(sent, answer, nexus)
      return 'done'
    }
    if (answer.status === STATUS.busy && RULES[plan.kind].usesVolume === true) return 'unclear'
    if (answer.status === STATUS.checkCondition && sense !== undefined) return this.#checkCondition(sent, answer, sense)
    this.#wrong(plan, `has status ${answer.status}, ${sense?.text ?? 'without sense'}`)
    return 'unclear'
  }

  /** Both paths have told the access states of one unit, while nothing moves. */
  settled(lun: number, told: readonly string[]): void {
    const [one = ''] = told
    if (told.some((other) => other !== one)) this.wrong(`the paths to LUN ${lun} tell different access states: ${told.join(' and ')}`)
    if (one.split(' ').filter((state) => state.endsWith(OPTIMIZED) && !state.endsWith('non-optimized')).length !== 1)
      this.wrong(`LUN ${lun} is not optimized by one group alone: ${one}`)
  }

  #checkCondition(sent: SentCommand, answer: ScsiAnswer, sense: DecodedSense): Verdict {
    const { plan } = sent
    const { key, additional } = sense
    const rule = RULES[plan.kind]
    if (plan.direction === 'in' && (answer.residual.kind !== 'underflow' || answer.residual.bytes !== plan.expectedBytes))
      this.#wrong(plan, `moved nothing and has a residual of ${answer.residual.bytes}`)
    if (plan.refusal !== undefined && key === SENSE_KEY.illegalRequest && additional === plan.refusal) return 'refused'
    if (key === SENSE_KEY.notReady && additional === accessStateTransition.code && rule.usesVolume === true && plan.volume !== undefined)
      return 'unclear'
    if (key === SENSE_KEY.dataProtect && additional === spaceAllocationFailed.code && rule.writes === true) return 'unclear'
    if (key === SENSE_KEY.mediumError && additional === unrecoveredReadError.code && rule.reads === true && this.#mayBeLost(plan))
      return 'unclear'
    if (key === SENSE_KEY.miscompare && additional === miscompare.code) return this.#miscompare(sent, sense)
    if (key === SENSE_KEY.abortedCommand && additional === commandsClearedByDeviceServer.code && plan.kind === 'compare-and-write')
      return 'unclear'
    this.#wrong(plan, `ends with ${key.toString(16)}/${additional.toString(16).padStart(4, '0')} ${sense.text ?? ''}`)
    return 'unclear'
  }

  #good(sent: SentCommand, answer: ScsiAnswer, { attentions, events }: Nexus): void {
    const { plan, startMoment } = sent
    this.#lengths(plan, answer)
    if (plan.refusal !== undefined) this.#wrong(plan, `is GOOD, and had to be refused with ${plan.refusal.toString(16)}`)
    const { place, comparison } = plan
    if (plan.kind === 'read' && place !== undefined) {
      const whole = answer.data.subarray(0, place.blockCount * BLOCK_BYTES)
      const values = valuesOf([whole.slice()], place.volume.contentId, place.firstBlock)
      this.#blocks.readEnds(this.#host, { contentId: place.volume.contentId, ...place }, startMoment, values)
    } else if (comparison !== undefined && place !== undefined) {
      if (comparison.spoiltAt !== undefined) this.#wrong(plan, 'compares as equal with data that nobody ever wrote')
      else {
        const values = comparison.sent.map(({ value }) => value)
        this.#blocks.readEnds(this.#host, { contentId: place.volume.contentId, ...place }, startMoment, values)
      }
    } else this.#parameters(sent, answer, { attentions, events })
  }

  /** RFC 7143 §11.4.5: what was moved, and by how much that is not what was expected. */
  #lengths(plan: ScsiPlan, answer: ScsiAnswer): void {
    const { direction, expectedBytes, cdbBytes } = plan
    const movedBytes = direction === 'in' ? (cdbBytes ?? answer.data.length) : (cdbBytes ?? 0)
    const expected = residualOf(expectedBytes, movedBytes)
    if (direction === 'in' && answer.data.length !== Math.min(expectedBytes, movedBytes))
      this.#wrong(plan, `has ${answer.data.length} bytes of data, not ${Math.min(expectedBytes, movedBytes)}`)
    if (answer.residual.kind !== expected.kind || answer.residual.bytes !== expected.bytes)
      this.#wrong(plan, `has the residual ${answer.residual.kind} ${answer.residual.bytes}, not ${expected.kind} ${expected.bytes}`)
  }

  /**
   * SBC-3 5.29: the first block that differs is named. What comes before it is equal. For COMPARE AND WRITE its first byte is named, and
   * nothing is written (SBC-3 5.2).
   */
  #miscompare(sent: SentCommand, sense: DecodedSense): Verdict {
    const { plan } = sent
    const { comparison, place } = plan
    const isWrite = plan.kind === 'compare-and-write'
    const information =
      isWrite && place !== undefined ? place.firstBlock + Math.floor((sense.information ?? -1) / BLOCK_BYTES) : sense.information
    if (place === undefined || (comparison === undefined && plan.kind !== 'write-and-verify')) this.#wrong(plan, 'ends with a miscompare')
    else if (information === undefined || information < place.firstBlock || information >= place.firstBlock + place.blockCount)
      this.#wrong(plan, `miscompares at block ${information}, which it does not have`)
    else if (comparison?.known !== undefined && this.#known.isUnchanged(place, comparison.known) && !this.#isTainted(plan)) {
      if (comparison.spoiltAt === undefined) this.#wrong(plan, `miscompares at block ${information}, with what is there`)
      else if (information !== place.firstBlock + comparison.spoiltAt)
        this.#wrong(plan, `miscompares at block ${information}, not at ${place.firstBlock + comparison.spoiltAt}`)
    }
    if (isWrite) return 'refused'
    if (plan.kind !== 'write-and-verify') return 'done'
    if (place !== undefined && this.#known.isAlone(place) && !this.#isTainted(plan)) this.#wrong(plan, 'does not find what it wrote')
    return 'unclear'
  }

  #parameters({ plan, startMoment, events: before }: SentCommand, { data }: ScsiAnswer, { attentions, events }: Nexus): void {
    const { volume, lun } = plan
    if (plan.kind === 'inquiry' && decodeStandardInquiry(data)?.present !== (volume !== undefined))
      this.#wrong(plan, 'says wrongly whether there is a unit')
    if (plan.kind === 'capacity') {
      const capacity = decodeReadCapacity16(data)
      if (capacity?.blockCount !== volume?.blockCount || capacity?.blockBytes !== BLOCK_BYTES)
        this.#wrong(plan, `says ${capacity?.blockCount} blocks, not ${volume?.blockCount}`)
    }
    if (plan.kind === 'report-luns' && (decodeReportLuns(data)?.includes(lun) !== true || getU32(data, 0) !== data.length - 8))
      this.#wrong(plan, 'does not list its own LUN')
    const pending = plan.kind === 'request-sense' ? decodeSense(data) : undefined
    if (pending?.key === SENSE_KEY.unitAttention)
      this.#note(plan, attentions.reported(lun, pending.additional, startMoment, { before, now: events }))
    if (plan.kind !== 'report-port-groups') return
    const told = this.accessStates(data)
    if (told === undefined) this.#wrong(plan, 'tells access states that cannot be')
    else attentions.sawAccessStates(lun, told, this.#blocks.moment())
  }

  /** One word for each group, in order; undefined if they cannot be. Both are optimized where one controller serves both portals. */
  accessStates(data: Uint8Array): string | undefined {
    const groups = decodeTargetPortGroups(data)
    if (groups?.map(({ group }) => group).join() !== '1,2') return undefined
    if (groups.filter(({ preferred }) => preferred).length !== 1) return undefined
    return groups.map(({ group, state }) => `${group}:${state}`).join(' ')
  }

  #mayBeLost({ place }: ScsiPlan): boolean {
    return place !== undefined && this.#blocks.mayBeLost({ contentId: place.volume.contentId, ...place })
  }

  #isTainted({ place }: ScsiPlan): boolean {
    if (place === undefined) return false
    const { firstBlock, blockCount, volume } = place
    return Array.from({ length: blockCount }, (_, index) => firstBlock + index).some((block) =>
      this.#blocks.isTainted(volume.contentId, block),
    )
  }

  #note(plan: ScsiPlan, wrong: string | undefined): void {
    if (wrong !== undefined) this.#wrong(plan, wrong)
  }

  #wrong({ kind, lun, place }: ScsiPlan, what: string): void {
    const at = place === undefined ? '' : ` of blocks ${place.firstBlock}+${place.blockCount}`
    this.wrong(`the target, asked for ${kind}${at} at LUN ${lun}, ${what}`)
  }
}
