import type { CacheFault, LiveRecord, Waiter } from '../log/live-record'
import type { VolumeDirt } from './volume-dirt'

/** Calls `done` once all of these records, or what was written over them, are on the drives. */
export function addWaiter(records: readonly LiveRecord[], done: Waiter['done']): void {
  const waiter: Waiter = { left: records.length, done }
  for (const record of records) record.waiters.push(waiter)
}

/**
 * Blocks of `old` were overwritten, so only the new data will get to the drives. Whoever waits for the old record waits for the
 * new one too. Returns whether somebody does.
 */
export function passWaiters(old: LiveRecord, by: LiveRecord): boolean {
  const passed = old.waiters.filter((waiter) => !by.waiters.includes(waiter))
  for (const waiter of passed) waiter.left++
  by.waiters.push(...passed)
  return passed.length > 0
}

/** The record is on the drives or, with a fault, will not be. A waiter is told when all its records are there, or of the first fault. */
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

/** Tells everyone who waits for dirty data of the volume that it will not be on the drives. */
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
