import { ADDITIONAL_SENSE } from '../../core/scsi/spec'

const { powerOnResetOrBusDeviceReset, busDeviceResetFunction, asymmetricAccessStateChanged, reportedLunsDataChanged } = ADDITIONAL_SENSE
/** These follow from what happens in the pair, whenever that is. */
const OF_EVENTS: readonly number[] = [asymmetricAccessStateChanged.code, reportedLunsDataChanged.code]

/** Counts of what has happened in the pair. */
export interface Happened {
  readonly before: number
  readonly now: number
}

/** Of one unit. */
interface Unit {
  /** The power on that every nexus hears of first. */
  hasPowerOn: boolean
  /** LOGICAL UNIT RESETs that have begun, and those that were reported. */
  resets: number
  reportedResets: number
  /** Those that have not ended: whether they are reported already is unknown. */
  resetsUnderWay: number
  /** Since then, some command must have been told of a reset. */
  resetDue: number | undefined
  accessStates: string | undefined
  /** An access state has changed without a word since then. */
  accessDue: number | undefined
  /** By code: how much had happened in the pair when the command was sent that reported it last. */
  readonly reportedAt: Map<number, number>
}

/**
 * Unit attentions of one I_T nexus (SAM-5 5.14): each is reported once, by the first command that it can end, and none without its
 * cause. Moments are counted by the caller. Each method returns what is wrong.
 */
export class AttentionCheck {
  readonly #units = new Map<number, Unit>()

  /** LOGICAL UNIT RESET is sent by anybody. */
  resetBegins(lun: number): void {
    const unit = this.#unit(lun)
    unit.resets++
    unit.resetsUnderWay++
  }

  /** It is complete. `reported`: how many were when it was sent; undefined if the nexus did not use the unit then. */
  resetEnds(lun: number, reported: number | undefined, moment: number): void {
    const unit = this.#unit(lun)
    unit.resetsUnderWay--
    if (unit.reportedResets === reported) unit.resetDue = moment
  }

  reportedResets(lun: number): number | undefined {
    const { hasPowerOn, reportedResets } = this.#unit(lun)
    return hasPowerOn ? reportedResets : undefined
  }

  /** A command has ended with this attention. `happened`: how much has in the pair, when it was sent and now. */
  reported(lun: number, code: number, happened: Happened): string | undefined {
    const unit = this.#unit(lun)
    if (code === powerOnResetOrBusDeviceReset.code) {
      const isAgain = unit.hasPowerOn
      unit.hasPowerOn = true
      return isAgain ? 'tells of a power on twice' : undefined
    }
    if (!unit.hasPowerOn) return `reports unit attention ${hex(code)} before the power on`
    if (code === busDeviceResetFunction.code) return this.#reset(unit)
    if (!OF_EVENTS.includes(code)) return `reports unit attention ${hex(code)}, for which there is no cause`
    if (code === asymmetricAccessStateChanged.code) {
      unit.accessDue = undefined
      unit.accessStates = undefined
    }
    const before = unit.reportedAt.get(code)
    unit.reportedAt.set(code, happened.before)
    return before === happened.now ? `reports unit attention ${hex(code)} twice, and nothing has happened in between` : undefined
  }

  /** A command that an attention would have ended was sent at `moment`, and has ended otherwise. */
  passed(lun: number, moment: number): string | undefined {
    const unit = this.#unit(lun)
    if (!unit.hasPowerOn) return 'serves a new nexus without a word of the power on'
    if (unit.resetDue !== undefined && moment > unit.resetDue) return 'says nothing of a reset'
    if (unit.accessDue !== undefined && moment > unit.accessDue) return 'says nothing of changed access states'
    return undefined
  }

  /** REPORT TARGET PORT GROUPS has said this, at `moment`. */
  sawAccessStates(lun: number, states: string, moment: number): void {
    const unit = this.#unit(lun)
    if (unit.accessStates !== undefined && unit.accessStates !== states) unit.accessDue = moment
    unit.accessStates = states
  }

  #reset(unit: Unit): string | undefined {
    if (unit.reportedResets >= unit.resets) return 'reports a reset that was none, or one twice'
    unit.reportedResets++
    unit.resetDue = undefined
    // Several resets may be reported as one.
    if (unit.resetsUnderWay === 0) unit.resets = unit.reportedResets
    return undefined
  }

  #unit(lun: number): Unit {
    let unit = this.#units.get(lun)
    if (unit === undefined) {
      unit = {
        hasPowerOn: false,
        resets: 0,
        reportedResets: 0,
        resetsUnderWay: 0,
        resetDue: undefined,
        accessStates: undefined,
        accessDue: undefined,
        reportedAt: new Map(),
      }
      this.#units.set(lun, unit)
    }
    return unit
  }
}

function hex(code: number): string {
  return `${(code >>> 8).toString(16).padStart(2, '0')}/${(code & 0xff).toString(16).padStart(2, '0')}`
}
