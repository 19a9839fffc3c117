import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { checkNvramFile, createNvramFile, openNvramFile, reserveNvramFile, type NvramFile } from '../../../src-main/platform/nvram-file'

let folder: string
let slot: NvramFile

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'nvram-'))
  slot = { file: path.join(folder, 'slot-a'), labId: 'lab-0123456789ab', controller: 'a' }
  createNvramFile(slot)
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

describe('NVRAM file', () => {
  it('keeps what was written for the next who opens it', () => {
    const port = openNvramFile(slot.file)
    expect(port.sizeBytes).toBe(LIMITS.nvramBytes)
    port.write(port.sizeBytes - 6, [Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5, 6)])
    port.write(0, [Uint8Array.of(9)])
    const into = new Uint8Array(6)
    openNvramFile(slot.file).read(port.sizeBytes - 6, into)
    expect([...into]).toEqual([1, 2, 3, 4, 5, 6])
    expect(() => checkNvramFile(slot)).not.toThrow()
  })

  it('has all its room on the disk from the beginning, and gets it again where a copy left zeros out', () => {
    const bytes = 4096 + LIMITS.nvramBytes
    expect(fs.statSync(slot.file).blocks * 512).toBeGreaterThanOrEqual(bytes)
    openNvramFile(slot.file).write(5_000_000, [Uint8Array.of(1, 2, 3)])
    const copy = `${slot.file}-copy`
    execFileSync('cp', ['--sparse=always', slot.file, copy])
    expect(fs.statSync(copy).blocks * 512).toBeLessThan(1_000_000)
    reserveNvramFile(copy)
    expect(fs.statSync(copy).blocks * 512).toBeGreaterThanOrEqual(bytes)
    expect(fs.readFileSync(copy).equals(fs.readFileSync(slot.file))).toBe(true)
  })

  it('is not made over a file that is there', () => {
    expect(() => createNvramFile(slot)).toThrow(/EEXIST/)
  })

  it.each<[string, (file: string) => void, Partial<NvramFile>, RegExp]>([
    ['of something else', (file) => fs.writeFileSync(file, 'x'.repeat(8192)), {}, /is not a controller's NVRAM/],
    ['that is too short', (file) => fs.truncateSync(file, 100), {}, /too short/],
    ['that was cut', (file) => fs.truncateSync(file, 100_000), {}, /something changed its size/],
    ['with a damaged header', (file) => fs.writeSync(fs.openSync(file, 'r+'), 'x', 40), {}, /damaged header/],
    ['of another lab', () => undefined, { labId: 'lab-ffffffffffff' }, /belongs to another lab/],
    ['of the other controller', () => undefined, { controller: 'b' }, /other controller/],
  ])('is refused and left as it is when it is one %s', (_what, spoil, expected, message) => {
    spoil(slot.file)
    const before = fs.readFileSync(slot.file)
    expect(() => checkNvramFile({ ...slot, ...expected })).toThrow(message)
    expect(fs.readFileSync(slot.file).equals(before)).toBe(true)
  })
})
