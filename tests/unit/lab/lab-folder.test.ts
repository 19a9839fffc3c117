import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ArrayConfiguration } from '../../../src-main/contract/configuration'
import { RECORDINGS_MIB } from '../../../src-main/contract/recording'
import { DEFAULT_WORKLOAD } from '../../../src-main/contract/workload'
import { decodeSuperblock, encodeState, encodeSuperblock } from '../../../src-main/core/raid/superblock'
import { openLabFolder } from '../../../src-main/lab/lab-folder'
import { nested } from '../../support/nested-json'

let parent: string
let folder: string

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(tmpdir(), 'lab-folder-'))
  folder = path.join(parent, 'lab')
})
afterEach(() => fs.rmSync(parent, { recursive: true }))

function open(options: { driveCount?: number; driveMib?: number; at?: string; acceptsCopy?: boolean } = {}) {
  const { at = folder, driveCount, driveMib, acceptsCopy = false } = options
  return openLabFolder({ folder: at, driveCount, driveMib, acceptsCopy })
}

function makeLab(at = folder): void {
  open({ driveCount: 4, driveMib: 16, at }).release()
}

function aFile(): string {
  const name = path.join(parent, 'a-file')
  fs.writeFileSync(name, '')
  return name
}

function drive(index: number, at = folder): string {
  return path.join(at, 'drives', `drive-${index}.img`)
}

function lockOf(file: string): { readonly identity: string } {
  const { dev, ino } = fs.statSync(file, { bigint: true })
  return { identity: `${dev}-${ino}` }
}

function contents(): Record<string, string> {
  return Object.fromEntries(
    fs
      .readdirSync(path.join(folder, 'drives'))
      .map((name) => [name, fs.readFileSync(path.join(folder, 'drives', name)).toString('latin1')]),
  )
}

describe('lab folder', () => {
  it('makes sparse drives and finds them again', () => {
    const made = open({ driveCount: 5, driveMib: 32 })
    expect(made.isNew).toBe(true)
    expect(made.drives.map(({ index, blockCount }) => [index, blockCount])).toEqual([0, 1, 2, 3, 4].map((index) => [index, 65_536]))
    // Which file each is that the lab has locked, so that a controller knows another one in its place.
    if (process.platform !== 'win32') expect(made.drives.map(({ lock }) => lock)).toEqual(made.drives.map(({ file }) => lockOf(file)))
    const stat = fs.statSync(drive(4))
    expect(stat.size).toBe(32 * 1024 * 1024)
    // No more than the superblocks.
    expect(stat.blocks * 512).toBeLessThanOrEqual(1024 * 1024 + 64 * 1024)
    made.release()
    const again = open()
    expect(again).toMatchObject({ isNew: false, id: made.id, drives: made.drives, notices: [] })
    again.release()
  })

  it('has six drives of 256 MiB where nothing else is asked for', () => {
    const made = open()
    expect(made.drives.map(({ blockCount }) => blockCount * 512)).toEqual(new Array(6).fill(256 * 1024 * 1024))
    made.release()
  })

  it('remembers the workload and the ledger', () => {
    const made = open({ driveCount: 4, driveMib: 16 })
    expect(made.workload).toEqual({ running: false, settings: DEFAULT_WORKLOAD })
    expect(made.loadLedger()).toBeUndefined()
    made.rememberWorkload({ running: true, settings: { ...DEFAULT_WORKLOAD, requestsPerSecond: 7 } })
    made.saveLedger(Uint8Array.of(1, 2, 3))
    made.release()
    const again = open()
    expect(again.workload).toMatchObject({ running: true, settings: { requestsPerSecond: 7 } })
    expect(again.loadLedger()).toEqual(Uint8Array.of(1, 2, 3))
    again.release()
  })

  it('remembers the room for recordings that somebody has set, and opens a lab in which nobody has', () => {
    const made = open({ driveCount: 4, driveMib: 16 })
    expect(made.recordingsMib).toBe(RECORDINGS_MIB.usual)
    made.rememberRecordingsMib(96)
    made.rememberWorkload({ running: true, settings: DEFAULT_WORKLOAD })
    made.release()
    const again = open()
    expect([again.recordingsMib, again.workload.running]).toEqual([96, true])
    again.release()
  })

  it('says that other sizes are only for new labs', () => {
    makeLab()
    const again = open({ driveCount: 6 })
    expect(again.notices).toEqual([expect.stringContaining('4 drives of 16 MiB')])
    again.release()
  })

  it('is open once at a time, whatever a dead process left', () => {
    const made = open({ driveCount: 4, driveMib: 16 })
    expect(() => open()).toThrow(`This lab is already open in process ${process.pid}. Close it there first.`)
    made.release()
    // A living process, but it has not locked it.
    fs.writeFileSync(path.join(folder, 'lab.lock'), '1\n')
    const again = open()
    fs.writeFileSync(path.join(folder, 'lab.lock'), '7\nbox\n')
    expect(() => open()).toThrow('This lab is already open in process 7 of box.')
    fs.writeFileSync(path.join(folder, 'lab.lock'), '')
    expect(() => open()).toThrow('This lab is already open in another process.')
    again.release()
    expect(fs.readdirSync(folder).sort()).toEqual(['drives', 'lab.json', 'nvram', 'trace'])
  })

  it('is one of two that have the same image', () => {
    makeLab()
    const twin = path.join(parent, 'twin')
    fs.cpSync(folder, twin, { recursive: true })
    fs.rmSync(drive(2, twin))
    fs.linkSync(drive(2), drive(2, twin))
    const first = open()
    expect(() => open({ at: twin })).toThrow(/twin\/drives\/drive-2\.img is in use by a lab that is open in another folder/)
    first.release()
    open({ at: twin }).release()
  })

  it('is told from a copy that was made while it was open, which only opens if a person accepts that', () => {
    makeLab()
    const copy = path.join(parent, 'copy')
    const original = open()
    fs.cpSync(folder, copy, { recursive: true })
    original.release()
    for (const _ of [1, 2]) expect(() => open({ at: copy })).toThrow(/copied while it was open.*--accept-copy/)
    open({ at: copy, acceptsCopy: true }).release()
    // It was closed since.
    open({ at: copy }).release()
  })

  it('is known again after it was killed and its folder renamed', () => {
    makeLab()
    open()
    const moved = path.join(parent, 'moved')
    fs.renameSync(folder, moved)
    // As a process leaves it that is killed: signed, and nobody holds it.
    const lock = path.join(moved, 'lab.lock')
    const { dev, ino } = fs.statSync(lock, { bigint: true })
    expect(fs.readFileSync(lock, 'utf8').split('\n')[2]).toBe(`${dev}-${ino}`)
  })

  it('is not opened beside a copy of it, unless a person accepts that', () => {
    makeLab()
    const copy = path.join(parent, 'copy')
    fs.cpSync(folder, copy, { recursive: true })
    const original = open()
    expect(() => open({ at: copy })).toThrow(`A copy of this lab is open in ${folder}.`)
    const accepted = open({ at: copy, acceptsCopy: true })
    expect(accepted.notices.join()).toContain('takes them for one')
    accepted.release()
    original.release()
    open({ at: copy }).release()
  })

  it('does not follow a link in the place of its lock', () => {
    makeLab()
    fs.symlinkSync(aFile(), path.join(folder, 'lab.lock'))
    expect(() => open()).toThrow(/Cannot lock .*lab\.lock: ELOOP/)
    expect(fs.readFileSync(path.join(parent, 'a-file'), 'utf8')).toBe('')
    fs.rmSync(path.join(folder, 'lab.lock'))
    fs.mkdirSync(path.join(folder, 'lab.lock'))
    expect(() => open()).toThrow(/Cannot lock .*lab\.lock: EISDIR/)
  })

  it('leaves a folder alone that is not a lab', () => {
    fs.mkdirSync(folder)
    fs.writeFileSync(path.join(folder, 'thesis.txt'), 'precious')
    expect(() => open()).toThrow(/is neither a lab nor empty \(thesis.txt\)\. Nothing was changed/)
    expect(fs.readdirSync(folder)).toEqual(['thesis.txt'])
  })

  it('makes the folders on the way', () => {
    const deep = path.join(parent, 'one', 'two', 'lab')
    makeLab(deep)
    expect(fs.readdirSync(deep)).toContain('lab.json')
  })

  it.each([
    ['nothing can be created', () => '/proc/nope/lab', /Cannot create the folder \/proc\/nope\/lab: /],
    ['a file is on the way', () => path.join(aFile(), 'lab'), /Cannot create the folder .*a-file\/lab: /],
    ['a file is already', () => aFile(), /Cannot create the folder .*a-file: /],
  ])('says so where %s', (_, at, message) => {
    expect(() => open({ at: at() })).toThrow(message)
  })

  it.each([
    ['not ours', () => fs.writeFileSync(drive(1), Buffer.alloc(16 * 1024 * 1024, 'x')), /drive-1\.img is not a Takeover Lab drive/],
    ['blank', () => fs.writeFileSync(drive(1), Buffer.alloc(16 * 1024 * 1024)), /drive-1\.img is blank/],
    ['truncated', () => fs.truncateSync(drive(1), 1024 * 1024), /drive-1\.img is truncated: it has 1048576 bytes instead of 16777216/],
    ['longer', () => fs.appendFileSync(drive(1), 'x'), /drive-1\.img has 16777217 bytes/],
    ['damaged', () => damage(drive(1)), /drive-1\.img has a damaged superblock/],
    ['missing', () => fs.rmSync(drive(1)), /Drive 1 is missing\. Put .*drive-1\.img back/],
    ['a folder', () => becomeFolder(1), /drive-1\.img is a folder/],
    ['of another lab', () => fs.copyFileSync(drive(1, anotherLab()), drive(1)), /drive-1\.img belongs to another lab/],
  ])('starts without a drive that is %s, and says so; without one more it refuses. It changes nothing', (_, spoil, message) => {
    makeLab()
    spoil()
    const isFolder = fs.existsSync(drive(1)) && fs.statSync(drive(1)).isDirectory()
    const before = isFolder ? undefined : contents()
    const degraded = open()
    if (process.platform !== 'win32') expect(degraded.drives[1]?.lock).toEqual({ identity: undefined })
    expect(degraded.notices).toEqual([expect.stringMatching(/^The lab starts without drive 1, until it is repaired and rebuilt\. /)])
    expect(degraded.notices[0]).toMatch(message)
    expect(degraded.notices[0]).toMatch(/ A blank file of the same size in its place can be rebuilt, too\.$/)
    degraded.release()
    if (before !== undefined) expect(contents()).toEqual(before)
    fs.rmSync(drive(2))
    expect(() => open()).toThrow(message)
    expect(fs.existsSync(path.join(folder, 'lab.lock'))).toBe(false)
  })

  it.each([
    ['LUN 0 is already mapped.', ({ luns }: ArrayConfiguration) => void (luns[1]!.lun = 0)],
    [
      'Volumes "alpha" and "bravo" overlap.',
      ({ volumes }: ArrayConfiguration) => void Object.assign(volumes[1]!, { groupId: 0, firstBlock: 0 }),
    ],
    ['where its superblocks are.', ({ groups }: ArrayConfiguration) => void (groups[0]!.sections[0]!.firstBlock = 0)],
  ])('uses no state that makes no sense, however good its checksum: %s', (sentence, spoil) => {
    makeLab()
    giveState(1, spoil)
    const degraded = open()
    expect(degraded.notices[0]).toMatch(/^The lab starts without drive 1, .*drive-1\.img has a superblock that makes no sense/)
    expect(degraded.notices[0]).toContain(sentence)
    degraded.release()
    for (const index of [0, 2, 3]) giveState(index, spoil)
    expect(() => open()).toThrow('drive-0.img has a superblock that makes no sense')
    expect(() => open()).toThrow(sentence)
  })

  it('refuses drives that were exchanged', () => {
    makeLab()
    exchange(1, 2)
    expect(() => open()).toThrow(/drive-1\.img is a different drive of this lab/)
  })

  it('names the field of a description that it cannot understand', () => {
    makeLab()
    const name = path.join(folder, 'lab.json')
    fs.writeFileSync(name, JSON.stringify({ ...(JSON.parse(fs.readFileSync(name, 'utf8')) as object), driveMib: 'many' }))
    expect(() => open()).toThrow(/This version does not understand .*lab\.json.*field "driveMib"/)
    fs.writeFileSync(name, '{')
    expect(() => open()).toThrow(/Cannot use .*lab\.json: it is not valid JSON/)
    fs.writeFileSync(name, nested(100_000))
    expect(() => open()).toThrow(/Cannot use .*lab\.json: it is nested more than 32 levels deep/)
  })
})

function anotherLab(): string {
  const other = path.join(parent, 'other')
  makeLab(other)
  return other
}

/** Behind the header of the second slot, where the first generation stands. */
function damage(file: string): void {
  const fd = fs.openSync(file, 'r+')
  fs.writeSync(fd, 'damage', 256 * 1024 + 600)
  fs.closeSync(fd)
}

function slotOf(index: number, at: number): Uint8Array {
  const slot = Buffer.alloc(at)
  const fd = fs.openSync(drive(index), 'r')
  fs.readSync(fd, slot, 0, at, at)
  fs.closeSync(fd)
  return slot
}

/** With the right checksum. */
function giveState(index: number, spoil: (configuration: ArrayConfiguration) => void): void {
  const at = 256 * 1024
  const found = decodeSuperblock(slotOf(index, at))
  if (!found.ok) throw new Error(found.error)
  const { arrayId, driveIndex, driveId, state } = found.value
  const configuration = structuredClone(state.configuration)
  spoil(configuration)
  const payload = encodeState({ ...state, configuration })
  if (!payload.ok) throw new Error(`${payload.error} bytes`)
  const fd = fs.openSync(drive(index), 'r+')
  fs.writeSync(fd, encodeSuperblock({ arrayId, driveIndex, driveId, generation: state.generation }, payload.value), 0, undefined, at)
  fs.closeSync(fd)
}

function exchange(one: number, other: number): void {
  fs.renameSync(drive(one), `${drive(one)}.aside`)
  fs.renameSync(drive(other), drive(one))
  fs.renameSync(`${drive(one)}.aside`, drive(other))
}

function becomeFolder(index: number): void {
  fs.rmSync(drive(index))
  fs.mkdirSync(drive(index))
}
