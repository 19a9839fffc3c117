import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { crc32c } from '../../../../src-main/base/crc32c'
import type { DriveStatus } from '../../../../src-main/core/ports'
import { ClaimTable } from '../../../../src-main/platform/claims'
import { DriveFaultTable } from '../../../../src-main/platform/drive-fault-table'
import { withFaults } from '../../../../src-main/platform/faulty-drive'
import { DriveTap } from '../../../../src-main/platform/flight/drive-tap'
import { openImageDrive } from '../../../../src-main/platform/image-drive'
import { Reactor } from '../../../../src-main/platform/reactor'
import { flightBench } from '../../../support/flight'

const BLOCKS = 256
const CLAIM = { slot: 5, epoch: 77 }
let folder: string

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  folder = fs.mkdtempSync(path.join(tmpdir(), 'drive-tap-'))
})
afterEach(() => {
  vi.useRealTimers()
  fs.rmSync(folder, { recursive: true })
})

function open() {
  const file = path.join(folder, 'drive-3.img')
  fs.writeFileSync(file, new Uint8Array(BLOCKS * 512).fill(7))
  const clock = { nowMs: 10 }
  const { log, records } = flightBench(() => clock.nowMs)
  const tap = new DriveTap(log, 3)
  const faults = new DriveFaultTable(DriveFaultTable.createMemory()).of(3)
  const reactor = new Reactor()
  const trace = { admit: () => true, record: () => 1 } as never
  const claims = new ClaimTable(ClaimTable.createMemory(), 'a')
  const image = openImageDrive({
    drive: { index: 3, id: 'drive-3', file, blockCount: BLOCKS },
    ...{ arrayId: 'lab-0', claims, reactor, trace, place: 'controller-a', faults, tap },
  })
  const drive = withFaults(image, { faults, reactor, trace, tap })
  const done: DriveStatus[] = []
  const answer = (status: DriveStatus) => void done.push(status)
  return { clock, log, records, faults, done, drive, reactor, claims, answer }
}

describe('the accesses to a drive in the flight log', () => {
  it('have their claim, hash and outcome', () => {
    const { records, drive, reactor, claims, done, answer } = open()
    const into = new Uint8Array(512)
    const from = [new Uint8Array(512).fill(1), new Uint8Array(1024).fill(2)]
    reactor.turn(() => {
      drive.read({ firstBlock: 8, into }, answer)
      drive.write({ firstBlock: 99, from, claim: CLAIM }, answer)
    })
    claims.raise({ slot: 5, epoch: 78 })
    reactor.turn(() => drive.write({ firstBlock: 100, from, claim: CLAIM }, answer))
    expect(done).toEqual(['good', 'good', 'stale-epoch'])
    const hash = crc32c(new Uint8Array(1024).fill(2), crc32c(new Uint8Array(512).fill(1)))
    expect(records()).toMatchObject([
      { action: 'read', drive: 3, block: 8, byteCount: 512, hash: crc32c(new Uint8Array(512).fill(7)), outcome: 'good', timeMs: 10 },
      { action: 'write', drive: 3, block: 99, byteCount: 1536, hash, slot: 5, epoch: 77, outcome: 'good' },
      { action: 'write', block: 100, epoch: 77, outcome: 'stale-epoch' },
    ])
  })

  it('began when a slow drive was asked, and ended when it answered', () => {
    const { clock, log, records, faults, drive, reactor, done, answer } = open()
    faults.setExtraLatencyMs(500)
    reactor.turn(() => {
      drive.read({ firstBlock: 1, into: new Uint8Array(512) }, answer)
      drive.write({ firstBlock: 1, from: [new Uint8Array(512)], claim: CLAIM }, answer)
    })
    expect(records()).toEqual([])
    clock.nowMs = 512.5
    // What another drive answers meanwhile earns what may be hashed, once.
    expect(log.mayHash(1024 * 1024, 512)).toBe(true)
    expect(log.mayHash(1024 * 1024, 700)).toBe(true)
    clock.nowMs = 712.5
    vi.advanceTimersByTime(500)
    expect(done).toEqual(['good', 'good'])
    expect(records()).toMatchObject([
      { action: 'read', timeMs: 10, durationMs: 702.5, hash: crc32c(new Uint8Array(512).fill(7)) },
      { action: 'write', timeMs: 10, durationMs: 702.5, hash: crc32c(new Uint8Array(512)) },
    ])
  })

  it('have no hash where the buffer is no payload: a bad sector, a drive that is out', () => {
    const { records, faults, drive, reactor, done, answer } = open()
    const into = new Uint8Array(1024)
    faults.spoil(4)
    reactor.turn(() => drive.read({ firstBlock: 3, into }, answer))
    faults.setPresence('pulled')
    reactor.turn(() => drive.read({ firstBlock: 3, into }, answer))
    reactor.turn(() => drive.flush({}, answer))
    expect(done).toEqual(['medium-error', 'failed', 'failed'])
    expect(records()).toMatchObject([
      { action: 'read', drive: 3, block: 3, byteCount: 1024, outcome: 'medium-error', hash: undefined },
      { action: 'read', block: 3, outcome: 'failed', hash: undefined },
      { action: 'flush', outcome: 'failed', byteCount: 0 },
    ])
  })

  it('have a flush from when it was asked for until the disk has it', async () => {
    const { clock, records, drive, reactor } = open()
    const flushed = new Promise<DriveStatus>((resolve) => reactor.turn(() => drive.flush({}, resolve)))
    clock.nowMs = 13
    expect(await flushed).toBe('good')
    expect(records()).toMatchObject([{ action: 'flush', outcome: 'good', timeMs: 10, durationMs: 3 }])
  })
})
