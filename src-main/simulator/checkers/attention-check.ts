import { ADDITIONAL_SENSE } from '../../core/scsi/spec'

const {
  powerOnResetOrBusDeviceReset,
  busDeviceResetFunction,
  commandsClearedByAnotherInitiator,
  asymmetricAccessStateChanged,
  reportedLunsDataChanged,
} = ADDITIONAL_SENSE
/** These follow from what happens in the pair, whenever that is. */
const OF_EVENTS: readonly number[] = [asymmetricAccessStateChanged.code, reportedLunsDataChanged.code]

/** Counts of what has happened in the pair. */
export interface Happened {
  readonly before: number
  readonly now: number
}

/** A reset of one unit that somebody has asked for. */
export interface AskedReset {
  readonly lun: number
  /** How many were reported when it was sent; undefined if the nexus did not use the unit then. */
  readonly reportedBefore: number | undefined
  /** Undefined: it is under way, and may be reported already. */
  endedAt: number | undefined
}

/** CLEAR TASK SET of one unit, that another nexus has asked for. */
export interface AskedClear {
  readonly lun: number
  /** Undefined: it is under way, and may be reported already. */
  endedAt: number | undefined
}

/** Of one unit. */
interface Unit {
  /** The power on that every nexus hears of first. */
  hasPowerOn: boolean
  /** Those that a command may still be told of. */
  resets: AskedReset[]
  reportedResets: number
  /** Those that a command may still be told of. Which commands they have cleared nobody knows, so none must be. */
  clears: AskedClear[]
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
  resetBegins(lun: number): AskedReset {
    const unit = this.#unit(lun)
    const reset: AskedReset = { lun, reportedBefore: unit.hasPowerOn ? unit.reportedResets : undefined, endedAt: undefined }
    unit.resets.push(reset)
    return reset
  }

  /** It is complete. */
  resetEnds(reset: AskedReset, moment: number): void {
    const unit = this.#unit(reset.lun)
    reset.endedAt = moment
    if (unit.reportedResets === reset.reportedBefore) unit.resetDue = moment
  }

  /** CLEAR TASK SET is sent by another nexus. */
  clearBegins(lun: number): AskedClear {
    const clear: AskedClear = { lun, endedAt: undefined }
    this.#unit(lun).clears.push(clear)
    return clear
  }

  /** It is complete. */
  clearEnds(clear: AskedClear, moment: number): void {
    clear.endedAt = moment
  }

  /** A command that was sent at `moment` has ended with this attention. `happened`: how much has in the pair, then and now. */
  reported(lun: number, code: number, moment: number, happened: Happened): string | undefined {
    const unit = this.#unit(lun)
    if (code === powerOnResetOrBusDeviceReset.code) {
      const isAgain = unit.hasPowerOn
      unit.hasPowerOn = true
      return isAgain ? 'tells of a power on twice' : undefined
    }
    if (!unit.hasPowerOn) return `reports unit attention ${hex(code)} before the power on`
    if (code === busDeviceResetFunction.code) return this.#reset(unit, moment)
    if (code === commandsClearedByAnotherInitiator.code) return this.#cleared(unit, moment)
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
    // They have cleared nothing of this nexus, or that was reported.
    unit.clears = leftAfter(unit.clears, moment)
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

  /** All resets that had ended when the command was sent are reported as one. */
  #reset(unit: Unit, moment: number): string | undefined {
    if (unit.resets.length === 0) return 'reports a reset that was none, or one twice'
    const left = leftAfter(unit.resets, moment)
    unit.resets = left.length < unit.resets.length ? left : left.slice(1)
    unit.reportedResets++
    unit.resetDue = undefined
    return undefined
  }

  /** All that had ended when the command was sent are reported as one. */
  #cleared(unit: Unit, moment: number): string | undefined {
    if (unit.clears.length === 0) return 'reports cleared commands, and nobody has cleared any, or it reports them twice'
    const left = leftAfter(unit.clears, moment)
    unit.clears = left.length < unit.clears.length ? left : left.slice(1)
    return undefined
  }

  #unit(lun: number): Unit {
    let unit = this.#units.get(lun)
    if (unit === undefined) {
      unit = {
        hasPowerOn: false,
        resets: [],
        reportedResets: 0,
        clears: [],
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

/** What had not ended yet at this moment. */
function leftAfter<T extends { readonly endedAt: number | undefined }>(asked: readonly T[], moment: number): T[] {
  return asked.filter(({ endedAt }) => endedAt === undefined || endedAt > moment)
}

function hex(code: number): string {
  return `${(code >>> 8).toString(16).padStart(2, '0')}/${(code & 0xff).toString(16).padStart(2, '0')}`
}
