import { defineStore } from 'pinia'
import * as v from 'valibot'
import { shallowRef, watch } from 'vue'
import { parseJson } from '../../src-main/contract/json'
import { SIMULATION_BOUNDS } from '../../src-main/contract/simulation'
import { USUAL_SPEED } from '../model/run-order'

export const PANELS = ['workload', 'service', 'takeovers', 'mapping', 'events', 'words'] as const
export const VIEWS = ['live', 'simulation'] as const
/** How moments are shown. */
export const TIMES = ['since-start', 'wall-clock'] as const
export type View = (typeof VIEWS)[number]

const KEPT_AS = 'takeover-lab.settings'

const { minSpeed, maxSpeed } = SIMULATION_BOUNDS
const share = (usual: number) => v.optional(v.fallback(v.pipe(v.number(), v.minValue(10), v.maxValue(80)), usual), usual)

const settingsSchema = v.object({
  view: v.optional(v.fallback(v.picklist(VIEWS), 'live'), 'live'),
  panel: v.optional(v.fallback(v.picklist(PANELS), 'workload'), 'workload'),
  theme: v.optional(v.fallback(v.picklist(['dark', 'light', 'system']), 'dark'), 'dark'),
  times: v.optional(v.fallback(v.picklist(TIMES), 'since-start'), 'since-start'),
  showRequests: v.optional(v.fallback(v.boolean(), true), true),
  dockShare: share(37),
  simulationDockShare: share(20),
  simulationSpeed: v.optional(v.fallback(v.pipe(v.number(), v.minValue(minSpeed), v.maxValue(maxSpeed)), USUAL_SPEED), USUAL_SPEED),
  eventFamily: v.optional(v.fallback(v.pipe(v.string(), v.maxLength(32)), 'all'), 'all'),
  hintSeen: v.optional(v.fallback(v.boolean(), false), false),
})
export type Settings = v.InferOutput<typeof settingsSchema>

/** What the window remembers after it closes, in the browser's storage. Anything it does not understand is dropped. */
export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings>(decodeSettings(readKept()))
  const prefersLight = matchMedia('(prefers-color-scheme: light)')

  function change(part: Partial<Settings>): void {
    settings.value = { ...settings.value, ...part }
  }

  function applyTheme(): void {
    const { theme } = settings.value
    document.documentElement.dataset['theme'] = theme === 'system' ? (prefersLight.matches ? 'light' : 'dark') : theme
  }

  watch(settings, (now) => {
    keep(JSON.stringify(now))
    applyTheme()
  })
  prefersLight.addEventListener('change', applyTheme)

  return { settings, change, applyTheme }
})

export function decodeSettings(text: string | null): Settings {
  const json = parseJson(text ?? '{}')
  const settings = v.safeParse(settingsSchema, json.ok ? json.value : {})
  return settings.success ? settings.output : v.parse(settingsSchema, {})
}

function readKept(): string | null {
  try {
    return localStorage.getItem(KEPT_AS)
  } catch {
    return null
  }
}

function keep(text: string): void {
  try {
    localStorage.setItem(KEPT_AS, text)
  } catch {
    // Without storage the page works, but it forgets its settings.
  }
}
