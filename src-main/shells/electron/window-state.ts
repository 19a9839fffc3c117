import * as fs from 'node:fs'
import * as v from 'valibot'
import { parseJson } from '../../contract/json'

const size = v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(16_384))
const place = v.pipe(v.number(), v.integer(), v.minValue(-32_768), v.maxValue(32_768))
const windowStateSchema = v.object({ width: size, height: size, x: v.optional(place), y: v.optional(place), maximized: v.boolean() })
export type WindowState = v.InferOutput<typeof windowStateSchema>

export const FIRST_WINDOW_STATE: WindowState = { width: 1440, height: 900, maximized: false }
export const FIRST_TRAINER_STATE: WindowState = { width: 580, height: 860, maximized: false }

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** The last position of the window. Ignored if it cannot be read or is no longer on any screen. */
export function readWindowState(file: string, screens: readonly Area[], first: WindowState): WindowState {
  try {
    const json = parseJson(fs.readFileSync(file, 'utf8'))
    const state = v.parse(windowStateSchema, json.ok ? json.value : undefined)
    const { x, y, ...sizes } = state
    const isSeen =
      x !== undefined &&
      y !== undefined &&
      screens.some(
        (screen) => x >= screen.x - 50 && y >= screen.y - 10 && x < screen.x + screen.width - 100 && y < screen.y + screen.height - 50,
      )
    return isSeen ? state : sizes
  } catch {
    return first
  }
}

export function writeWindowState(file: string, state: WindowState): void {
  try {
    fs.writeFileSync(file, JSON.stringify(state))
  } catch {
    // The next window opens at its first size.
  }
}
