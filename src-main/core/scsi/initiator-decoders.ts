import { getU16, getU32, getU64, toHex } from '../../base/bytes'
import type { AccessState } from './device'
import { ACCESS_STATE_CODE, DESIGNATOR_ASSOCIATION, DESIGNATOR_TYPE } from './spec'

/**
 * Decodes what a target sent. Undefined means that it is not well formed. Data shorter than it claims to be was truncated by the
 * allocation length: its whole entries are decoded.
 */

export interface StandardInquiry {
  /** False if the target has no logical unit at that LUN (peripheral qualifier not 000b). */
  readonly present: boolean
  readonly deviceType: number
  readonly vendor: string
  readonly product: string
  readonly revision: string
  /** Asymmetric access: the target changes states by itself. */
  readonly implicitAsymmetricAccess: boolean
}

/** SPC-4 6.6.2. */
export function decodeStandardInquiry(data: Uint8Array): StandardInquiry | undefined {
  if (data.length < 36) return undefined
  return {
    present: data[0]! >>> 5 === 0,
    deviceType: data[0]! & 0x1f,
    vendor: ascii(data, 8, 16),
    product: ascii(data, 16, 32),
    revision: ascii(data, 32, 36),
    implicitAsymmetricAccess: (data[5]! & 0x10) !== 0,
  }
}

export interface DeviceIdentification {
  /** The NAA name of the logical unit in hex: two paths with the same one lead to the same volume. */
  readonly logicalUnitName: string | undefined
  readonly relativeTargetPort: number | undefined
  readonly targetPortGroup: number | undefined
  /** iSCSI target port name: "iqn…,t,0x<portal group>". */
  readonly targetPortName: string | undefined
}

/** SPC-4 7.8.6. */
export function decodeDeviceIdentification(data: Uint8Array): DeviceIdentification | undefined {
  if (data.length < 4 || data[1] !== 0x83) return undefined
  let found: DeviceIdentification = {
    logicalUnitName: undefined,
    relativeTargetPort: undefined,
    targetPortGroup: undefined,
    targetPortName: undefined,
  }
  const end = Math.min(data.length, 4 + getU16(data, 2))
  for (let offset = 4; offset + 4 <= end;) {
    const next = offset + 4 + data[offset + 3]!
    if (next > end) return undefined
    found = { ...found, ...decodeDesignator(data[offset + 1]!, data.subarray(offset + 4, next)) }
    offset = next
  }
  return found
}

function decodeDesignator(flags: number, value: Uint8Array): Partial<DeviceIdentification> {
  const association = (flags >>> 4) & 0x3
  const type = flags & 0x0f
  if (association === DESIGNATOR_ASSOCIATION.logicalUnit && type === DESIGNATOR_TYPE.naa) return { logicalUnitName: toHex(value) }
  if (association !== DESIGNATOR_ASSOCIATION.targetPort) return {}
  if (type === DESIGNATOR_TYPE.relativeTargetPort && value.length === 4) return { relativeTargetPort: getU16(value, 2) }
  if (type === DESIGNATOR_TYPE.targetPortGroup && value.length === 4) return { targetPortGroup: getU16(value, 2) }
  if (type === DESIGNATOR_TYPE.scsiNameString) return { targetPortName: ascii(value, 0, value.length) }
  return {}
}

/** SPC-4 6.33: LUNs of single-level addressing (peripheral and flat space methods, SAM-5 4.7); others are left out. */
export function decodeReportLuns(data: Uint8Array): readonly number[] | undefined {
  if (data.length < 8) return undefined
  const end = Math.min(data.length, 8 + getU32(data, 0))
  const luns: number[] = []
  for (let offset = 8; offset + 8 <= end; offset += 8) {
    const first = getU16(data, offset)
    const method = first >>> 14
    const rest = getU16(data, offset + 2) | getU32(data, offset + 4)
    if (rest === 0 && ((method === 0 && first < 256) || method === 1)) luns.push(first & 0x3fff)
  }
  return luns
}

export interface Capacity {
  readonly blockCount: number
  readonly blockBytes: number
}

/** SBC-3 5.16.2. */
export function decodeReadCapacity16(data: Uint8Array): Capacity | undefined {
  if (data.length < 12) return undefined
  const lastBlock = getU64(data, 0)
  return Number.isSafeInteger(lastBlock + 1) ? { blockCount: lastBlock + 1, blockBytes: getU32(data, 8) } : undefined
}

export interface TargetPortGroup {
  readonly group: number
  readonly state: AccessState
  readonly preferred: boolean
  readonly relativeTargetPorts: readonly number[]
}

/** SPC-4 6.37, both header formats. Groups in a state that the lab does not know are omitted. */
export function decodeTargetPortGroups(data: Uint8Array): readonly TargetPortGroup[] | undefined {
  if (data.length < 4) return undefined
  const end = Math.min(data.length, 4 + getU32(data, 0))
  const extended = end >= 8 && (data[4]! & 0x70) === 0x10
  const groups: TargetPortGroup[] = []
  for (let offset = extended ? 8 : 4; offset + 8 <= end;) {
    const ports: number[] = []
    const next = offset + 8 + 4 * data[offset + 7]!
    if (next > end) break
    for (let port = offset + 8; port < next; port += 4) ports.push(getU16(data, port + 2))
    const state = STATES.get(data[offset]! & 0x0f)
    if (state !== undefined)
      groups.push({ group: getU16(data, offset + 2), state, preferred: (data[offset]! & 0x80) !== 0, relativeTargetPorts: ports })
    offset = next
  }
  return groups
}

const STATES: ReadonlyMap<number, AccessState> = new Map(
  (Object.keys(ACCESS_STATE_CODE) as AccessState[]).map((state) => [ACCESS_STATE_CODE[state], state]),
)

/** Without the padding of spaces and zeros after it. */
function ascii(data: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let i = from; i < to && data[i] !== 0; i++) text += String.fromCharCode(data[i]! & 0x7f)
  return text.trimEnd()
}
