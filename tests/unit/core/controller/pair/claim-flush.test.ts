import { expect, it } from 'vitest'
import { makeStable } from '../../../../../src-main/core/controller/pair/claim'
import { StateDrives } from '../../../../../src-main/core/controller/state/state-drives'
import { ClaimStability } from '../../../../../src-main/core/controller/volumes/claim-stability'
import { SUPERBLOCK_AREA_BLOCKS } from '../../../../../src-main/core/raid/superblock'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../../support/fake-lab-data'
import { CompletionQueue, MemoryDrive } from '../../../../support/memory-drive'

const RETRY_MS = 500
const HOLD_MS = 10_000

/** A claim that too few drives can flush, and what waits for it. */
function unstableClaim() {
  const completions = new CompletionQueue()
  const ports = Array.from({ length: 4 }, (_, index) => new MemoryDrive({ index, blockCount: SUPERBLOCK_AREA_BLOCKS, completions }))
  for (const port of ports.slice(1)) port.failed = true
  const clock = new VirtualClock()
  const claimStability = new ClaimStability()
  const standing = { isStopped: false }
  const told: boolean[] = []
  const parts = { stateDrives: new StateDrives(ports), claimStability, standing, clock, timings: { retryMs: RETRY_MS, holdMs: HOLD_MS } }
  makeStable({ ...parts, committer: { recordStored: () => undefined } }, firstArrayState(4))
  const wait = (): void => claimStability.whenStable((isStable) => told.push(isStable))
  const runUntil = (ms: number): void => {
    for (let atMs = clock.nowMs(); atMs <= ms; atMs += RETRY_MS) {
      completions.runAll()
      clock.runUntil(atMs)
    }
  }
  wait()
  return { ports, standing, told, wait, runUntil }
}

it('who waits for a claim is told when the controller stops', () => {
  const { standing, told, runUntil } = unstableClaim()
  runUntil(2 * RETRY_MS)
  expect(told).toEqual([])
  standing.isStopped = true
  runUntil(4 * RETRY_MS)
  expect(told).toEqual([false])
})

it('who waits for a claim longer than a host is held is told so; the claim is flushed all the same when the drives can', () => {
  const { ports, told, wait, runUntil } = unstableClaim()
  runUntil(HOLD_MS - RETRY_MS)
  expect(told).toEqual([])
  runUntil(HOLD_MS + RETRY_MS)
  wait()
  expect(told).toEqual([false, false])
  for (const port of ports) port.failed = false
  runUntil(HOLD_MS + 4 * RETRY_MS)
  wait()
  expect(told).toEqual([false, false, true])
})
