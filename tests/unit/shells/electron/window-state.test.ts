import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FIRST_WINDOW_STATE, readWindowState, writeWindowState } from '../../../../src-main/shells/electron/window-state'

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 }
const SECOND_SCREEN = { x: 1920, y: 0, width: 1280, height: 1024 }
let folder: string
let file: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-lab-window-'))
  file = path.join(folder, 'window.json')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

describe('where the window was', () => {
  it('is remembered whole', () => {
    const state = { x: 40, y: 60, width: 1500, height: 950, maximized: true }
    writeWindowState(file, state)
    expect(readWindowState(file, [SCREEN], FIRST_WINDOW_STATE)).toEqual(state)
  })

  it('loses its place, not its size, when that screen is not there any more', () => {
    const state = { x: 2100, y: 100, width: 1100, height: 800, maximized: false }
    writeWindowState(file, state)
    expect(readWindowState(file, [SCREEN, SECOND_SCREEN], FIRST_WINDOW_STATE)).toEqual(state)
    expect(readWindowState(file, [SCREEN], FIRST_WINDOW_STATE)).toEqual({ width: 1100, height: 800, maximized: false })
  })

  it.each(['', '{', '{"width":"wide"}', '{"width":10,"height":10,"maximized":false}', '[]'])(
    'is forgotten where the file holds %j',
    (text) => {
      fs.writeFileSync(file, text)
      expect(readWindowState(file, [SCREEN], FIRST_WINDOW_STATE)).toEqual(FIRST_WINDOW_STATE)
    },
  )

  it('is the first one where there is no file, and writing it nowhere does no harm', () => {
    expect(readWindowState(file, [SCREEN], FIRST_WINDOW_STATE)).toEqual(FIRST_WINDOW_STATE)
    writeWindowState(path.join(folder, 'missing', 'window.json'), FIRST_WINDOW_STATE)
    expect(fs.readdirSync(folder)).toEqual([])
  })
})
