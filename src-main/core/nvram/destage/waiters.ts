import type { CacheFault, LiveRecord, Waiter } from '../log/live-record'
import type { VolumeDirt } from './volume-dirt'

/** Calls `done` once all of these are on the drives, or what was written over them. */
export function addWaiter(records: readonly LiveRecord[], done: Waiter['done']): void {
  const waiter: Waiter = { left: records.length, done }
  for (const record of records) record.waiters.push(waiter)
}

/** Whoever waits for blocks that were written again waits for the new data, once: only that will be on the drives. True: somebody does. */
export function passWaiters(old: LiveRecord, by: LiveRecord): boolean {
  const passed = old.waiters.filter((waiter) => !by.waiters.includes(waiter))
  for (const waiter of passed) waiter.left++
  by.waiters.push(...passed)
  return passed.length > 0
}

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
