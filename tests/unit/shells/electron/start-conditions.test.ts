import { execFileSync, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configFolderProblem } from '../../../../src-main/shells/electron/config-folder'
import { isSharedMemoryShort } from '../../../../src-main/shells/electron/shared-memory'

let parent: string

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(tmpdir(), 'config-folder-'))
})
afterEach(() => fs.rmSync(parent, { recursive: true }))

describe('the folder of the window', () => {
  it('is made, and nothing is left in it', () => {
    const folder = path.join(parent, 'takeover-lab', 'one')
    expect(configFolderProblem(folder)).toBeUndefined()
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it.each([
    ['a file is in the way', () => file(), /^The window cannot keep its files in .*a-file: E/],
    ['it cannot be made', () => path.join(file(), 'folder'), /ENOTDIR/],
    ['nothing can be made', () => '/proc/self/one/two', /\/proc\/self\/one\/two: E/],
    ['nothing can be written', () => '/proc/self', /^The window cannot keep its files in \/proc\/self: E/],
  ])('is a sentence where %s', (_, folder, sentence) => {
    expect(configFolderProblem(folder())).toMatch(sentence)
  })

  it('is a sentence where its disk is full', ({ skip }) => {
    const disk = path.join(parent, 'disk')
    fs.mkdirSync(disk)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status !== 0) skip('only root may mount a small disk')
    try {
      // Some of it is left, but not enough for Chromium.
      fs.writeFileSync(path.join(disk, 'filler'), Buffer.alloc(16 * 1024, 1))
      const folder = path.join(disk, 'takeover-lab')
      expect(configFolderProblem(folder)).toMatch(/^The window cannot keep its files in .*disk\/takeover-lab: ENOSPC.* Make room there/)
      expect(fs.readdirSync(folder)).toEqual([])
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  })

  function file(): string {
    const name = path.join(parent, 'a-file')
    fs.writeFileSync(name, '')
    return name
  }
})

it('shared memory is short where there is none', () => {
  expect(isSharedMemoryShort('/proc')).toBe(true)
  expect(isSharedMemoryShort(path.join(parent, 'nowhere'))).toBe(true)
  expect(isSharedMemoryShort(parent)).toBe(false)
})
