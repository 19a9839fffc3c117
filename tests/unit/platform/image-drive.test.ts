import realFs, * as fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { MIB } from '../../../src-main/base/units'
import type { TraceEvent } from '../../../src-main/contract/trace'
import type { DriveStatus } from '../../../src-main/core/ports'
import { ClaimTable } from '../../../src-main/platform/claims'
import { createDriveFile, type DriveFile } from '../../../src-main/platform/drive-files'
import { identityOf, lockFiles } from '../../../src-main/platform/file-lock'
import { DriveFaultTable } from '../../../src-main/platform/drive-fault-table'
import { openImageDrive } from '../../../src-main/platform/image-drive'
import { Reactor } from '../../../src-main/platform/reactor'
import { firstArrayState } from '../../support/fake-lab-data'

const BLOCKS = 64
const ARRAY_ID = 'lab-0'
let folder: string
let file: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'image-drive-'))
  file = path.join(folder, 'drive-0.img')
  fs.writeFileSync(file, new Uint8Array(BLOCKS * 512))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

interface DriveOptions {
  readonly blockCount: number
  readonly id: string
  readonly lock?: NonNullable<DriveFile['lock']>
}

function openDrive(
  claims = new ClaimTable(ClaimTable.createMemory(), 'a'),
  { blockCount, id, lock }: DriveOptions = { blockCount: BLOCKS, id: 'drive-0' },
  faults = new DriveFaultTable(DriveFaultTable.createMemory()).of(0),
) {
  const reactor = new Reactor()
  const events: Pick<TraceEvent, 'kind' | 'data'>[] = []
  const trace = {
    admit: () => true,
    record: (event: Pick<TraceEvent, 'kind' | 'data'>) => events.push(event),
  }
  const drive = openImageDrive({
    drive: { index: 0, id, file, blockCount, ...(lock === undefined ? {} : { lock }) },
    arrayId: ARRAY_ID,
    claims,
    reactor,
    trace: trace as never,
    place: 'controller-a',
    faults,
  })
  return { drive, reactor, events, claims, faults }
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

function failWrites(code: string): () => void {
  const { writeSync, writevSync } = realFs
  const fail = (): never => {
    throw Object.assign(new Error('no room'), { code })
  }
  Object.assign(realFs, { writeSync: fail, writevSync: fail })
  syncBuiltinESMExports()
  return () => {
    Object.assign(realFs, { writeSync, writevSync })
    syncBuiltinESMExports()
  }
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
    expect(opened.drive).toMatchObject({ state: 'failed', message: 'cannot be read: its file has 1024 bytes instead of 32768' })
    expect(opened.events[0]).toMatchObject({ kind: 'drive.error' })
  })

  it.each(['ENOSPC', 'EDQUOT'])('refuses writes while there is no room (%s), and goes on', (code) => {
    const opened = openDrive()
    const restore = failWrites(code)
    expect(write(opened, 0, [new Uint8Array(512).fill(1)])).toBe('no-space')
    expect(write(opened, 0, [new Uint8Array(512), new Uint8Array(512)])).toBe('no-space')
    restore()
    expect(opened.drive).toMatchObject({ state: 'online', message: expect.stringMatching(/^has no room .*refuses writes: no room/) })
    expect(opened.events.map(({ kind }) => kind)).toEqual(['drive.short-of-room'])
    expect(read(opened, 0, 1).status).toBe('good')
    expect(write(opened, 0, [new Uint8Array(512).fill(2)])).toBe('good')
    expect(read(opened, 0, 1).bytes[0]).toBe(2)
  })

  it('fails at the first write after its file was cut, instead of growing it again with zeros', () => {
    const opened = openDrive()
    expect(write(opened, 0, [new Uint8Array(512).fill(1)])).toBe('good')
    fs.truncateSync(file, 16 * 512)
    expect(write(opened, 0, [new Uint8Array(512).fill(2)])).toBe('failed')
    expect(opened.drive.message).toBe('cannot be written: its file has 8192 bytes instead of 32768')
    expect(fs.statSync(file).size).toBe(16 * 512)
    expect(fs.readFileSync(file)[0]).toBe(1)
  })

  it('is failed from the start when the file has another length', () => {
    fs.truncateSync(file, 16 * 512)
    const opened = openDrive()
    expect(opened.drive).toMatchObject({ state: 'failed', message: 'cannot be opened: its file has 8192 bytes instead of 32768' })
  })

  it.each(['when it is opened', 'by a read', 'by a write'] as const)(
    'stays failed for everybody when its cut file grew again, if the cut was seen %s, until it is rebuilt',
    (seen) => {
      const before = openDrive()
      fs.truncateSync(file, 16 * 512)
      const { faults } = before
      if (seen === 'when it is opened') openDrive(undefined, undefined, faults)
      else if (seen === 'by a read') expect(read(before, 20, 1).status).toBe('failed')
      else expect(write(before, 0, [new Uint8Array(512)])).toBe('failed')
      fs.truncateSync(file, BLOCKS * 512)
      const restarted = openDrive(undefined, undefined, faults)
      expect(restarted.drive).toMatchObject({ state: 'failed', message: expect.stringMatching(/^cannot be opened: .* rebuild it$/) })
      restarted.drive.reopen()
      expect(read(restarted, 20, 1).status).toBe('failed')
      expect(write(before, 0, [new Uint8Array(512)])).toBe('failed')
      restarted.drive.reopenForRebuild()
      expect(restarted.drive.state).toBe('online')
      expect(write(restarted, 20, [new Uint8Array(512)])).toBe('good')
      expect(openDrive(undefined, undefined, faults).drive.state).toBe('online')
    },
  )

  it('does not take a read for good whose file ended early, though it has its length again when that is looked at', () => {
    const opened = openDrive()
    const { readSync } = realFs
    Object.assign(realFs, { readSync: () => 0 })
    syncBuiltinESMExports()
    expect(read(opened, 20, 1).status).toBe('failed')
    Object.assign(realFs, { readSync })
    syncBuiltinESMExports()
    expect(opened.drive.message).toMatch(/^cannot be read: its file had another size/)
    expect(opened.faults.wasCut).toBe(true)
  })

  it('answers nothing once it is not trusted, until it is opened again', () => {
    const opened = openDrive()
    opened.drive.distrust('is blank')
    expect(opened.drive).toMatchObject({ state: 'failed', message: 'is blank' })
    expect([read(opened, 0, 1).status, write(opened, 0, [new Uint8Array(512)])]).toEqual(['failed', 'failed'])
    opened.drive.reopen()
    expect(read(opened, 0, 1).status).toBe('good')
  })

  it('is failed from the start when the file cannot be opened', () => {
    fs.rmSync(file)
    const opened = openDrive()
    expect(opened.drive.state).toBe('failed')
    expect(opened.drive.message).toBe('cannot be opened: ENOENT: no such file or directory')
    expect(read(opened, 0, 1).status).toBe('failed')
  })

  it('takes an access outside the drive for a bug', () => {
    const { drive } = openDrive()
    expect(() => drive.read({ firstBlock: BLOCKS, into: new Uint8Array(512) }, () => undefined)).toThrow('of 64')
    expect(() => drive.read({ firstBlock: 0, into: new Uint8Array(100) }, () => undefined)).toThrow('whole blocks')
  })
})

describe('an image drive that is opened again', () => {
  const filled = (byte: number): Uint8Array => new Uint8Array(512).fill(byte)

  it('works when its file is there again, with what it has by then', () => {
    const opened = openDrive()
    fs.truncateSync(file, 0)
    expect(read(opened, 0, 1).status).toBe('failed')
    fs.writeFileSync(file, new Uint8Array(BLOCKS * 512).fill(7))
    expect(read(opened, 0, 1).status).toBe('failed')
    opened.drive.reopenForRebuild()
    expect(opened.drive).toMatchObject({ state: 'online', message: undefined })
    expect(read(opened, BLOCKS - 1, 1).bytes.every((byte) => byte === 7)).toBe(true)
    expect(write(opened, 0, [filled(8)])).toBe('good')
    expect(fs.readFileSync(file)[0]).toBe(8)
  })

  it('leaves a file that is not in its place any more, though it never failed', () => {
    const opened = openDrive()
    fs.renameSync(file, `${file}.old`)
    fs.writeFileSync(file, new Uint8Array(BLOCKS * 512))
    opened.drive.reopenForRebuild()
    expect(write(opened, 0, [filled(9)])).toBe('good')
    expect([fs.readFileSync(file)[0], fs.readFileSync(`${file}.old`)[0]]).toEqual([9, 0])
  })

  it('answers what was being flushed meanwhile', async () => {
    const { drive } = openDrive()
    const outcomes = Promise.all(Array.from({ length: 8 }, () => new Promise((resolve) => drive.flush({}, resolve))))
    drive.reopenForRebuild()
    expect(new Set(await outcomes)).toEqual(new Set(['good']))
    expect(await new Promise((resolve) => drive.flush({}, resolve))).toBe('good')
    drive.close()
    expect(drive.state).toBe('failed')
  })

  it('stays failed, and says why, while there is none, or one of another size', () => {
    const opened = openDrive()
    fs.rmSync(file)
    opened.drive.reopenForRebuild()
    expect(opened.drive.message).toMatch(/^cannot be used again: .*ENOENT/)
    fs.writeFileSync(file, new Uint8Array(1000))
    opened.drive.reopenForRebuild()
    expect(opened.drive).toMatchObject({ state: 'failed', message: 'cannot be used again: its file has 1000 bytes instead of 32768' })
    expect(write(opened, 0, [filled(1)])).toBe('failed')
    fs.rmSync(file)
    fs.mkdirSync(file)
    opened.drive.reopenForRebuild()
    expect(opened.drive.message).toContain('cannot be used again')
    expect(opened.events.map(({ kind }) => kind)).toEqual(['drive.error', 'drive.error', 'drive.error'])
    fs.rmdirSync(file)
    opened.drive.reopen()
    expect(opened.drive.message).toMatch(/^cannot be opened: .*ENOENT/)
  })

  it.each<readonly [string, { readonly arrayId?: string; readonly id?: string; readonly byte?: number }, string | undefined]>([
    ['this drive', {}, undefined],
    ["another lab's", { arrayId: 'lab-1' }, 'its file belongs to another lab'],
    ['another drive of this lab', { id: 'drive-1' }, 'its file is a different drive of this lab'],
    ['something else', { byte: 0x55 }, 'its file was not made by Takeover Lab'],
    ['a blank one', { byte: 0 }, undefined],
  ])('looks at whose file it is: %s', (_, { arrayId = ARRAY_ID, id = 'drive-0', byte }, problem) => {
    const blockCount = (16 * MIB) / 512
    const state = firstArrayState(4)
    fs.rmSync(file)
    createDriveFile({ index: 0, id, file, blockCount }, { ...state, configuration: { ...state.configuration, arrayId } })
    const opened = openDrive(undefined, { blockCount, id: 'drive-0' })
    if (byte !== undefined) fs.writeFileSync(file, new Uint8Array(blockCount * 512).fill(byte))
    const before = fs.readFileSync(file)
    opened.drive.reopenForRebuild()
    expect(opened.drive.message).toBe(problem === undefined ? undefined : `cannot be used again: ${problem}`)
    expect(write(opened, 5, [filled(1)])).toBe(problem === undefined ? 'good' : 'failed')
    expect(before.equals(fs.readFileSync(file))).toBe(problem !== undefined)
  })
})

describe.skipIf(process.platform === 'win32')('the lock of an image', () => {
  /** As the main process of a lab takes it: this one's, or that of a lab in another folder. Undefined: somebody has it. */
  function lockAlone(): { readonly identity: string; readonly release: () => void } | undefined {
    const locked = lockFiles([file])
    if (!locked.ok) {
      expect(locked.error.isHeld).toBe(true)
      return undefined
    }
    const [fd = -1] = locked.value
    return { identity: identityOf(fd), release: () => fs.closeSync(fd) }
  }
  const openWith = (identity: string | undefined) => openDrive(undefined, { blockCount: BLOCKS, id: 'drive-0', lock: { identity } })
  const putAnother = (): void => {
    fs.renameSync(file, `${file}.old`)
    fs.writeFileSync(file, new Uint8Array(BLOCKS * 512))
  }
  const IN_USE = 'its file is in use by a lab in another folder'

  it('is held by the main process, for the file that the lab was opened with', () => {
    const own = present(lockAlone(), 'a lock that nobody has')
    const { drive } = openWith(own.identity)
    drive.reopenForRebuild()
    expect(drive.state).toBe('online')
    drive.close()
    own.release()
  })

  it('is taken by both controllers for a file that came later, until the last of them leaves it', () => {
    const own = present(lockAlone(), 'a lock that nobody has')
    const drives = [openWith(own.identity).drive, openWith(own.identity).drive]
    putAnother()
    present(lockAlone(), 'a new file is not locked').release()
    for (const drive of drives) {
      drive.reopenForRebuild()
      expect(drive.state).toBe('online')
      expect(lockAlone()).toBeUndefined()
      // As a claim does.
      drive.reopen()
      expect(drive.state).toBe('online')
    }
    drives[0]?.close()
    expect(lockAlone()).toBeUndefined()
    drives[1]?.close()
    present(lockAlone(), 'what both have left').release()
    own.release()
  })

  it('is taken at the start for one that the lab was opened without', () => {
    const { drive } = openWith(undefined)
    expect(drive.state).toBe('online')
    expect(lockAlone()).toBeUndefined()
    drive.close()
  })

  it('that a lab in another folder has is a failed drive, which nothing is written to', () => {
    const own = present(lockAlone(), 'a lock that nobody has')
    const opened = openWith(own.identity)
    putAnother()
    const other = present(lockAlone(), 'a lock that nobody has')
    opened.drive.reopenForRebuild()
    expect(opened.drive).toMatchObject({ state: 'failed', message: `cannot be used again: ${IN_USE}` })
    expect(write(opened, 0, [new Uint8Array(512).fill(1)])).toBe('failed')
    expect(openWith(own.identity).drive.message).toBe(`cannot be opened: ${IN_USE}`)
    other.release()
    opened.drive.reopenForRebuild()
    expect(opened.drive.state).toBe('online')
    opened.drive.close()
    own.release()
  })

  it('is given up with a file that leaves its place', () => {
    const { drive } = openWith(undefined)
    const first = `${file}.old`
    putAnother()
    drive.reopenForRebuild()
    const locked = lockFiles([first])
    expect(locked.ok).toBe(true)
    if (locked.ok) for (const fd of locked.value) fs.closeSync(fd)
    drive.close()
  })
})
