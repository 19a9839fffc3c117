import { putU32, putU64 } from '../../../base/bytes'
import { BLOCK_BYTES } from '../../../base/units'
import type { LogicalUnit } from '../device'
import { MODE_PAGE } from '../spec'

/** Mode pages (SPC-4 7.5, SBC-3 6.4). None of their values can be changed, and default and current ones are the same. */

/** Device specific parameter (SBC-3 6.4.1): DPO and FUA are supported, and the medium can be written. */
export const DEVICE_SPECIFIC_PARAMETER = 0x10

export const MODE_PAGES: readonly Uint8Array[] = [cachingPage(), controlPage(), informationalExceptionsPage()]

/** The values that can be changed, as a mask: none. */
export function changeableMask(page: Uint8Array): Uint8Array {
  const mask = new Uint8Array(page.length)
  mask.set(page.subarray(0, 2))
  return mask
}

/** SBC-3 6.4.5. The write cache is enabled (WCE), so only SYNCHRONIZE CACHE and FUA put data on stable storage. */
function cachingPage(): Uint8Array {
  const writeCacheEnabled = 0x04
  const page = pageOf(MODE_PAGE.caching, 0x12)
  page[2] = writeCacheEnabled
  return page
}

/** SPC-4 7.5.8: one task set per unit, fixed-format sense, and simple tasks in any order. */
function controlPage(): Uint8Array {
  const unrestrictedReordering = 0x10
  const page = pageOf(MODE_PAGE.control, 0x0a)
  page[3] = unrestrictedReordering
  return page
}

/** SBC-3 6.4.7: exceptions are neither tested nor reported here (MRIE 0). */
function informationalExceptionsPage(): Uint8Array {
  return pageOf(MODE_PAGE.informationalExceptions, 0x0a)
}

function pageOf(code: number, length: number): Uint8Array {
  const page = new Uint8Array(2 + length)
  page[0] = code
  page[1] = length
  return page
}

export const SHORT_BLOCK_DESCRIPTOR_BYTES = 8
export const LONG_BLOCK_DESCRIPTOR_BYTES = 16

/** SBC-3 6.4.2.2 and 6.4.2.3. The short one has FFFFFFFFh for a number that does not fit. */
export function blockDescriptor(unit: LogicalUnit, long: boolean): Uint8Array {
  const descriptor = new Uint8Array(long ? LONG_BLOCK_DESCRIPTOR_BYTES : SHORT_BLOCK_DESCRIPTOR_BYTES)
  if (long) putU64(descriptor, 0, unit.blockCount)
  else putU32(descriptor, 0, Math.min(unit.blockCount, 0xffff_ffff))
  putU32(descriptor, descriptor.length - 4, BLOCK_BYTES)
  return descriptor
}
