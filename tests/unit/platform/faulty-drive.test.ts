import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DriveStatus } from '../../../src-main/core/ports'
import { ClaimTable } from '../../../src-main/platform/claims'
import { DriveFaultTable } from '../../../src-main/platform/drive-fault-table'
import { withFaults } from '../../../src-main/platform/faulty-drive'
import { openImageDrive } from '../../../src-main/platform/image-drive'
import { Reactor } from '../../../src-main/platform/reactor'

const BLOCKS = 64
const BLOCK_BYTES = 512
let folder: string
let file: string

beforeEach(() => {
  vi.useFakeTimers()
  folder = fs.mkdtempSync(path.join(tmpdir(), 'faulty-drive-'))
  file = path.join(folder, 'drive-0.img')
  fs.writeFileSync(file, new Uint8Array(BLOCKS * BLOCK_BYTES).fill(7))
})
afterEach(() => {
  vi.useRealTimers()
  fs.rmSync(folder, { recursive: true })
})

function open() {
  const faults = new DriveFaultTable(DriveFaultTable.createMemory()).of(0)
  const reactor = new Reactor()
  const trace = { admit: () => true, record: () => 1 } as never
  const claims = new ClaimTable(ClaimTable.createMemory(), 'a')
  const image = openImageDrive({
    drive: { index: 0, id: 'drive-0', file, blockCount: BLOCKS },
    arrayId: 'lab-0',
    claims,
    reactor,
    trace,
    place: 'controller-a',
    faults,
  })
  const drive = withFaults(image, { faults, reactor, trace })
  const read = (firstBlock: number, blockCount: number) => {
    const given: { status?: DriveStatus; bytes: Uint8Array } = { bytes: new Uint8Array(blockCount * BLOCK_BYTES) }
    reactor.turn(() => drive.read({ firstBlock, into: given.bytes }, (status) => (given.status = status)))
    return given
  }
  const write = (firstBlock: number, blockCount: number) => {
    const given: { status?: DriveStatus } = {}
    const from = [new Uint8Array(blockCount * BLOCK_BYTES).fill(9)]
    reactor.turn(() => drive.write({ firstBlock, from, claim: { slot: 0, epoch: 1 } }, (status) => (given.status = status)))
    return given
  }
  return { drive, faults, read, write }
}

describe('a drive with faults', () => {
  it('works like any other as long as there are none', () => {
    const { drive, read, write } = open()
    expect(write(3, 1).status).toBe('good')
    expect(read(3, 2)).toEqual({ status: 'good', bytes: expect.objectContaining({ 0: 9, [BLOCK_BYTES]: 7 }) as Uint8Array })
    expect(drive).toMatchObject({ state: 'online', message: undefined, reads: 1, writes: 1 })
  })

  it.each(['pulled', 'dead'] as const)('answers nothing when it is %s, and nothing reaches the file', (presence) => {
    const { drive, faults, read, write } = open()
    faults.setPresence(presence)
    expect(drive.state).toBe('failed')
    expect(write(3, 1).status).toBe('failed')
    expect(read(3, 1).status).toBe('failed')
    expect(drive).toMatchObject({ state: 'failed', reads: 0, writes: 0 })
    expect(drive.message).toMatch(presence === 'pulled' ? /was pulled/ : /is dead/)
    expect(fs.readFileSync(file)[3 * BLOCK_BYTES]).toBe(7)
  })

  it('is not the same drive, as far as anybody knows, when it was out for a moment and nobody asked it', () => {
    const { drive, faults, read } = open()
    faults.setPresence('pulled')
    faults.setPresence('present')
    expect(drive).toMatchObject({ state: 'failed', message: expect.stringMatching(/put back/) as string })
    expect(read(3, 1).status).toBe('failed')
    expect(read(3, 1).status).toBe('failed')
  })

  it('cannot read a bad sector, and reads all around it; writing it heals it', () => {
    const { drive, faults, read, write } = open()
    faults.spoil(10)
    expect(read(8, 2).status).toBe('good')
    expect(read(11, 2).status).toBe('good')
    expect(read(8, 4).status).toBe('medium-error')
    expect(write(9, 1).status).toBe('good')
    expect(read(10, 1).status).toBe('medium-error')
    expect(write(9, 3).status).toBe('good')
    expect(read(8, 4).status).toBe('good')
    expect(faults.badSectors).toEqual([])
    expect(drive.state).toBe('online')
  })

  it('takes its time when it is slow, for reads, writes and flushes', () => {
    const { drive, faults, read, write } = open()
    faults.setExtraLatencyMs(50)
    const [one, other] = [read(3, 1), write(3, 1)]
    vi.advanceTimersByTime(49)
    expect([one.status, other.status]).toEqual([undefined, undefined])
    expect(fs.readFileSync(file)[3 * BLOCK_BYTES]).toBe(7)
    vi.advanceTimersByTime(1)
    expect([one.status, other.status]).toEqual(['good', 'good'])
    faults.setPresence('pulled')
    let flushed: DriveStatus | undefined
    drive.flush({}, (status) => (flushed = status))
    vi.advanceTimersByTime(49)
    expect(flushed).toBeUndefined()
    vi.advanceTimersByTime(1)
    expect(flushed).toBe('failed')
  })
})
