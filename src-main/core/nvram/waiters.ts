import type { CacheFault, LiveRecord } from './live-record'
import type { VolumeDirt } from './volume-dirt'

/** The record is on the drives, or, with a fault, will not be: whoever waited for all of its records learns of it. */
export function settleWaiters(record: LiveRecord, fault: CacheFault | undefined): void {
  const { waiters } = record
  record.waiters = []
  for (const waiter of waiters) {
    waiter.left = fault === undefined ? waiter.left - 1 : Math.min(waiter.left, 0)
    if (waiter.left === 0) {
      waiter.left = -1
      waiter.done(fault)
    }
  }
}

/** Nobody waits for anything dirty of the volume any more. */
export function failWaiters(dirt: VolumeDirt, fault: CacheFault): void {
  for (const record of dirt.dirtyRecords()) {
    const { waiters } = record
    record.waiters = []
    for (const waiter of waiters) {
      const isOpen = waiter.left > 0
      waiter.left = -1
      if (isOpen) waiter.done(fault)
    }
  }
}
