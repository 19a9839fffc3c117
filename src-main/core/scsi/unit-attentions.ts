import { assert } from '../../base/assert'
import { LIMITS } from '../../contract/limits'
import { buildSense } from './sense'
import { ADDITIONAL_SENSE, SENSE_KEY } from './spec'
import type { AdditionalSense } from './spec'

/**
 * Unit attention conditions of one I_T nexus (SAM-5 5.14). Each LUN has at most one of each kind, which bounds them. The kinds
 * are in the order of precedence of SAM-5 table 40: resets before everything else.
 */
const KINDS = {
  'power-on': ADDITIONAL_SENSE.powerOnResetOrBusDeviceReset,
  reset: ADDITIONAL_SENSE.busDeviceResetFunction,
  'commands-cleared': ADDITIONAL_SENSE.commandsClearedByAnotherInitiator,
  'luns-changed': ADDITIONAL_SENSE.reportedLunsDataChanged,
  'reservations-preempted': ADDITIONAL_SENSE.reservationsPreempted,
  'reservations-released': ADDITIONAL_SENSE.reservationsReleased,
  'registrations-preempted': ADDITIONAL_SENSE.registrationsPreempted,
  'capacity-changed': ADDITIONAL_SENSE.capacityDataChanged,
  'access-state-changed': ADDITIONAL_SENSE.asymmetricAccessStateChanged,
} as const satisfies { readonly [kind: string]: AdditionalSense }
export type UnitAttentionKind = keyof typeof KINDS

const ORDER = Object.keys(KINDS) as readonly UnitAttentionKind[]
const BITS: Readonly<Record<UnitAttentionKind, number>> = {
  'power-on': 1,
  reset: 2,
  'luns-changed': 4,
  'capacity-changed': 8,
  'access-state-changed': 16,
  'commands-cleared': 32,
  'reservations-preempted': 64,
  'reservations-released': 128,
  'registrations-preempted': 256,
}
const POWER_ON_BIT = BITS['power-on']

export class UnitAttentions {
  /** By LUN: the pending kinds as bits. -1 until the nexus first uses the LUN. A power on then covers everything before. */
  readonly #pending = new Int32Array(LIMITS.luns).fill(-1)
  /** By LUN: the volume that the nexus knows there. */
  readonly #volumes = new Int32Array(LIMITS.luns).fill(-1)

  /** Notes the use of a mapped LUN. The first use, and the first with another volume there, is a power on. */
  use(lun: number, volumeId: number): void {
    assert(lun >= 0 && lun < LIMITS.luns, `LUN ${lun}`)
    if (this.#volumes[lun] === volumeId) return
    this.#volumes[lun] = volumeId
    this.#pending[lun] = Math.max(this.#pending[lun]!, 0) | POWER_ON_BIT
  }

  /** Establishes an attention, if the nexus has ever used the LUN. */
  establish(lun: number, kind: UnitAttentionKind): void {
    const pending = this.#pending[lun]
    if (pending !== undefined && pending >= 0) this.#pending[lun] = pending | BITS[kind]
  }

  establishEverywhere(kind: UnitAttentionKind): void {
    for (let lun = 0; lun < LIMITS.luns; lun++) this.establish(lun, kind)
  }

  /** Clears one kind on all LUNs, as REPORT LUNS does with `luns-changed` (SPC-4 6.33). */
  clearEverywhere(kind: UnitAttentionKind): void {
    for (let lun = 0; lun < LIMITS.luns; lun++) if (this.#pending[lun]! > 0) this.#pending[lun]! &= ~BITS[kind]
  }

  /** Sense data of the attention with the highest precedence, which this clears (UA_INTLCK_CTRL 00b); undefined if none is pending. */
  take(lun: number): Uint8Array | undefined {
    const pending = this.#pending[lun]
    if (pending === undefined || pending <= 0) return undefined
    const kind = ORDER.find((candidate) => (pending & BITS[candidate]) !== 0)
    assert(kind !== undefined, `unit attentions ${pending}`)
    this.#pending[lun] = pending & ~BITS[kind]
    return buildSense(SENSE_KEY.unitAttention, KINDS[kind])
  }
}
