import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MIB } from '../../../src-main/base/units'
import { LIMITS } from '../../../src-main/contract/limits'
import { DriveBays } from '../../../src-main/lab/drive-bays'

const BLOCKS = (4 * MIB) / 512
let folder: string
let files: readonly string[]

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'drive-bays-'))
  files = [0, 1].map((index) => path.join(folder, `drive-${index}.img`))
  for (const file of files) fs.writeFileSync(file, Buffer.alloc(4 * MIB, 5))
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

function bays() {
  const events: string[] = []
  let changes = 0
  const made = new DriveBays({
    drives: files.map((file, index) => ({ index, id: `drive-${index}`, file, blockCount: BLOCKS })),
    trace: { record: ({ kind, to }: { readonly kind: string; readonly to?: string }) => events.push(`${kind} ${to}`) } as never,
    changed: () => changes++,
  })
  return { made, events, changes: () => changes }
}

const refused = (message: RegExp, code = 'not-possible-now') => ({
  ok: false,
  error: { code, message: expect.stringMatching(message) as string },
})

describe('the bays of the drives', () => {
  it('have a drive pulled and put back, and say when that makes no sense', () => {
    const { made, events, changes } = bays()
    expect(made.putBack(1)).toMatchObject(refused(/Drive 1 is in its bay/))
    expect(made.pull(1).ok).toBe(true)
    expect(made.faultsOf(1)).toMatchObject({ presence: 'pulled' })
    expect(made.faultsOf(0)).toBeUndefined()
    expect(made.pull(1)).toMatchObject(refused(/not in its bay/))
    expect(made.die(1)).toMatchObject(refused(/not in its bay/))
    expect(made.putBack(1).ok).toBe(true)
    expect(made.faultsOf(1)).toBeUndefined()
    expect(events).toEqual(['drive.pulled drive-1', 'drive.put-back drive-1'])
    expect(changes()).toBe(2)
  })

  it('take a blank drive for one that is out or dead, and not for one that may be in use', () => {
    const { made } = bays()
    expect(made.replace(0)).toMatchObject(refused(/Pull it first/))
    made.die(0)
    expect(made.putBack(0)).toMatchObject(refused(/is dead. Replace it/))
    made.spoil(0, 3)
    const { ino } = fs.statSync(files[0] ?? '')
    expect(made.replace(0).ok).toBe(true)
    expect(made.faultsOf(0)).toBeUndefined()
    const blank = fs.readFileSync(files[0] ?? '')
    expect([blank.length, blank.every((byte) => byte === 0), fs.statSync(files[0] ?? '').ino]).toEqual([4 * MIB, true, ino])
  })

  it('flip one bit, and nothing else', () => {
    const { made } = bays()
    for (const block of [undefined, 0, BLOCKS - 1]) {
      const before = fs.readFileSync(files[1] ?? '')
      expect(made.flipBit(1, block).ok).toBe(true)
      const after = fs.readFileSync(files[1] ?? '')
      const changed: [number, number][] = []
      for (let at = 0; at < after.length; at++) if (after[at] !== before[at]) changed.push([at, after[at] ?? 0])
      expect(changed).toHaveLength(1)
      const [[at, byte] = [0, 0]] = changed
      expect(((byte ^ (before[at] ?? 0)).toString(2).match(/1/g) ?? []).length).toBe(1)
      if (block !== undefined) expect(Math.floor(at / 512)).toBe(block)
    }
  })

  it('spoil a sector that holds something where none is named', () => {
    const { made } = bays()
    const only = (3 * MIB) / 512 + 5
    fs.writeFileSync(files[1] ?? '', Buffer.alloc(4 * MIB).fill(5, only * 512, (only + 1) * 512))
    expect(made.spoil(1).ok).toBe(true)
    expect(made.faultsOf(1)?.badSectors).toEqual([only])
  })

  it('spoil any sector where none holds something', () => {
    const { made } = bays()
    fs.writeFileSync(files[1] ?? '', Buffer.alloc(4 * MIB))
    expect(made.spoil(1).ok).toBe(true)
    expect(made.faultsOf(1)?.badSectors[0]).toBeGreaterThanOrEqual(2048)
  })

  it('reassign a bad sector: it reads as zeros, and those beside it as before', () => {
    const { made, changes } = bays()
    for (const block of [100, 101]) made.spoil(0, block)
    expect(made.reassign(0, 100).ok).toBe(true)
    expect(made.faultsOf(0)?.badSectors).toEqual([101])
    expect(changes()).toBe(3)
    const now = fs.readFileSync(files[0] ?? '')
    expect([now.length, now[100 * 512 - 1], now[100 * 512], now[101 * 512 - 1], now[101 * 512]]).toEqual([4 * MIB, 5, 0, 0, 5])
    expect(made.reassign(0, BLOCKS)).toMatchObject(refused(/its last one is 8191/, 'bad-command'))
  })

  it('refuse what is not there, and more than there is room for', () => {
    const { made } = bays()
    expect(made.pull(2)).toMatchObject(refused(/There is no drive 2. The drives are 0 to 1/, 'bad-command'))
    expect(made.spoil(0, BLOCKS)).toMatchObject(refused(/its last one is 8191/, 'bad-command'))
    for (let block = 0; block < LIMITS.badSectors; block++) expect(made.spoil(0, block).ok).toBe(true)
    expect(made.spoil(0, 500)).toMatchObject(refused(/64 bad sectors already/))
    fs.rmSync(files[1] ?? '')
    expect(made.flipBit(1)).toMatchObject(refused(/cannot be changed: ENOENT/))
  })
})
