/** A lab whose creation was broken off, at every call to the file system in turn. */
import { syncBuiltinESMExports } from 'node:module'
import * as fs from 'node:fs'
import realFs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLabFolder } from '../../../src-main/lab/lab-folder'
import { LabStartError } from '../../../src-main/platform/lab-start-error'

const CHANGES = [
  'openSync',
  'writeSync',
  'writeFileSync',
  'ftruncateSync',
  'fsyncSync',
  'fdatasyncSync',
  'mkdirSync',
  'renameSync',
] as const

const MANY_LABS_MS = 180_000

let parent: string
let folder: string
let restore: () => void = () => undefined

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(tmpdir(), 'half-made-lab-'))
  folder = path.join(parent, 'lab')
})
afterEach(() => {
  restore()
  fs.rmSync(parent, { recursive: true })
})

/** Counts the calls that change something. The one with this number fails, and all after it. Nothing waits for the disk. */
function failFrom(number: number): () => number {
  const original = Object.fromEntries(CHANGES.map((name) => [name, realFs[name]]))
  let calls = 0
  const wrapped = (name: string) =>
    function failing(...args: readonly unknown[]): unknown {
      calls++
      if (calls >= number) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      if (name.endsWith('syncSync')) return undefined
      return Reflect.apply(original[name] as (...given: readonly unknown[]) => unknown, realFs, args)
    }
  Object.assign(realFs, Object.fromEntries(CHANGES.map((name) => [name, wrapped(name)])))
  syncBuiltinESMExports()
  restore = () => {
    Object.assign(realFs, original)
    syncBuiltinESMExports()
    restore = () => undefined
  }
  return () => calls
}

function open() {
  return openLabFolder({ folder, driveCount: 4, driveMib: 16 })
}

describe('a half-made lab', () => {
  it('is made anew, wherever its creation was broken off', { timeout: MANY_LABS_MS }, () => {
    const calls = failFrom(Number.POSITIVE_INFINITY)
    open().release()
    restore()
    expect(calls()).toBeGreaterThan(20)
    for (let number = 1; number <= calls(); number++) {
      fs.rmSync(folder, { recursive: true, force: true })
      failFrom(number)
      expect(open, `call ${number}`).toThrow(LabStartError)
      restore()
      failFrom(Number.POSITIVE_INFINITY)
      const made = open()
      expect(made.drives, `call ${number}`).toHaveLength(4)
      expect(made.notices).toEqual([])
      made.release()
      expect(fs.readdirSync(folder).sort(), `call ${number}`).toEqual(['drives', 'lab.json', 'nvram', 'trace'])
      expect(fs.readdirSync(path.join(folder, 'nvram')).sort()).toEqual(['slot-a', 'slot-b'])
      restore()
    }
  })

  it('is left alone if something else is in the folder', () => {
    fs.mkdirSync(path.join(folder, 'drives.partial'), { recursive: true })
    fs.writeFileSync(path.join(folder, 'thesis.txt'), 'precious')
    expect(open).toThrow(/is neither a lab nor empty \(thesis.txt\)/)
    expect(fs.readdirSync(folder).sort()).toEqual(['drives.partial', 'thesis.txt'])
  })

  it('is not what a lab without its description is', () => {
    open().release()
    fs.rmSync(path.join(folder, 'lab.json'))
    expect(open).toThrow(/is neither a lab nor empty \(drives, nvram, trace\)/)
    expect(fs.readdirSync(path.join(folder, 'drives'))).toHaveLength(4)
  })

  it('gets a missing NVRAM slot in one step', () => {
    open().release()
    const slot = path.join(folder, 'nvram', 'slot-a')
    fs.rmSync(slot)
    fs.writeFileSync(`${slot}.new`, 'half')
    const made = open()
    expect(made.notices).toEqual([expect.stringContaining('The NVRAM of controller A was missing')])
    made.release()
    expect(fs.readdirSync(path.dirname(slot)).sort()).toEqual(['slot-a', 'slot-b'])
  })
})
