import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../src-main/contract/trace'
import type { DriveStatus } from '../../../src-main/core/ports'
import { ClaimTable } from '../../../src-main/platform/claims'
import { openImageDrive } from '../../../src-main/platform/image-drive'
import { Reactor } from '../../../src-main/platform/reactor'

const BLOCKS = 64
let folder: string
let file: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'image-drive-'))
  file = path.join(folder, 'drive-0.img')
  fs.writeFileSync(file, new Uint8Array(BLOCKS * 512))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

function openDrive(claims = new ClaimTable(ClaimTable.createMemory(), 'a')) {
  const reactor = new Reactor()
  const events: Pick<TraceEvent, 'kind' | 'data'>[] = []
  const trace = {
    admit: () => true,
    record: (event: Pick<TraceEvent, 'kind' | 'data'>) => events.push(event),
  }
  const drive = openImageDrive({ index: 0, file, blockCount: BLOCKS, claims, reactor, trace: trace as never, place: 'controller-a' })
  return { drive, reactor, events, claims }
}

type Opened = ReturnType<typeof openDrive>

function write({ drive, reactor }: Opened, firstBlock: number, from: readonly Uint8Array[], epoch = 1): DriveStatus | undefined {
  let status: DriveStatus | undefined
  reactor.turn(() => {
    drive.write({ firstBlock, from, claim: { slot: 0, epoch } }, (given) => (status = given))
    expect(status).toBeUndefined()
  })
  return status
}

function read({ drive, reactor }: Opened, firstBlock: number, blockCount: number): { status: DriveStatus | undefined; bytes: Uint8Array } {
  const bytes = new Uint8Array(blockCount * 512)
  let status: DriveStatus | undefined
  reactor.turn(() => {
    drive.read({ firstBlock, into: bytes }, (given) => (status = given))
    expect(status).toBeUndefined()
  })
  return { status, bytes }
}

describe('image drive', () => {
  it('reads back what was written in pieces, within the turn and never inside the call', () => {
    const opened = openDrive()
    const pieces = [new Uint8Array(100).fill(1), new Uint8Array(0), new Uint8Array(1436).fill(2)]
    expect(write(opened, 5, pieces)).toBe('good')
    const { status, bytes } = read(opened, 5, 3)
    expect(status).toBe('good')
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true)
    expect(opened.drive).toMatchObject({ reads: 1, writes: 1, state: 'online' })
  })

  it('refuses a stale epoch and writes nothing', () => {
    const opened = openDrive()
    opened.claims.raise({ slot: 0, epoch: 2 })
    expect(write(opened, 0, [new Uint8Array(512).fill(9)], 1)).toBe('stale-epoch')
    expect(read(opened, 0, 1).bytes.every((byte) => byte === 0)).toBe(true)
    expect(opened.drive.refusedWrites).toBe(1)
    expect(opened.events).toMatchObject([{ kind: 'drive.refused', data: { epoch: 1, standing: 2 } }])
    expect(write(opened, 0, [new Uint8Array(512).fill(9)], 2)).toBe('good')
  })

  it('flushes', async () => {
    const { drive } = openDrive()
    expect(await new Promise((resolve) => drive.flush({}, resolve))).toBe('good')
  })

  it('fails as a whole, with a message, when the file has become shorter', () => {
    const opened = openDrive()
    fs.truncateSync(file, 1024)
    expect(read(opened, 2, 1).status).toBe('failed')
    expect(read(opened, 0, 1).status).toBe('failed')
    expect(write(opened, 0, [new Uint8Array(512)])).toBe('failed')
    expect(opened.drive).toMatchObject({ state: 'failed', message: 'cannot be read: the file is shorter than it should be' })
    expect(opened.events[0]).toMatchObject({ kind: 'drive.error' })
  })

  it('is failed from the start when the file cannot be opened', () => {
    fs.rmSync(file)
    const opened = openDrive()
    expect(opened.drive.state).toBe('failed')
    expect(opened.drive.message).toContain('ENOENT')
    expect(read(opened, 0, 1).status).toBe('failed')
  })

  it('takes an access outside the drive for a bug', () => {
    const { drive } = openDrive()
    expect(() => drive.read({ firstBlock: BLOCKS, into: new Uint8Array(512) }, () => undefined)).toThrow('of 64')
    expect(() => drive.read({ firstBlock: 0, into: new Uint8Array(100) }, () => undefined)).toThrow('whole blocks')
  })
})
