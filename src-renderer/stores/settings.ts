import { defineStore } from 'pinia'
import * as v from 'valibot'
import { computed, shallowRef, watch } from 'vue'
import { parseJson } from '../../src-main/contract/json'
import { LANGUAGES } from '../../src-main/contract/language'
import { SIMULATION_BOUNDS } from '../../src-main/contract/simulation'
import { USUAL_SPEED } from '../model/run-order'

export const PANELS = ['workload', 'service', 'takeovers', 'mapping', 'events', 'words', 'table'] as const
export type Panel = (typeof PANELS)[number]
export const RUN_PANELS = ['events', 'flight', 'mapping', 'table', 'words'] as const
/** The panels below a run: by the room there is, until somebody chose. */
export const RUN_DOCK = ['auto', 'open', 'closed'] as const
export const VIEWS = ['live', 'simulation', 'exercises'] as const
/** How moments are shown. */
export const TIMES = ['since-start', 'wall-clock'] as const
export const LANGUAGE_CHOICES = ['system', ...LANGUAGES] as const
export type View = (typeof VIEWS)[number]

const KEPT_AS = 'takeover-lab.settings'

const { minSpeed, maxSpeed } = SIMULATION_BOUNDS
const share = (usual: number) => v.optional(v.fallback(v.pipe(v.number(), v.minValue(10), v.maxValue(80)), usual), usual)

const settingsSchema = v.object({
  view: v.optional(v.fallback(v.picklist(VIEWS), 'live'), 'live'),
  panel: v.optional(v.fallback(v.picklist(PANELS), 'workload'), 'workload'),
  runPanel: v.optional(v.fallback(v.picklist(RUN_PANELS), 'events'), 'events'),
  runDock: v.optional(v.fallback(v.picklist(RUN_DOCK), 'auto'), 'auto'),
  language: v.optional(v.fallback(v.picklist(LANGUAGE_CHOICES), 'system'), 'system'),
  theme: v.optional(v.fallback(v.picklist(['dark', 'light', 'system']), 'dark'), 'dark'),
  times: v.optional(v.fallback(v.picklist(TIMES), 'since-start'), 'since-start'),
  showRequests: v.optional(v.fallback(v.boolean(), true), true),
  dockShare: share(30),
  simulationDockShare: share(22),
  simulationSpeed: v.optional(v.fallback(v.pipe(v.number(), v.minValue(minSpeed), v.maxValue(maxSpeed)), USUAL_SPEED), USUAL_SPEED),
  eventFamily: v.optional(v.fallback(v.pipe(v.string(), v.maxLength(32)), 'all'), 'all'),
  /** Keys without Ctrl or Alt. Who speaks to the machine, or hits keys by accident, turns them off. */
  shortcuts: v.optional(v.fallback(v.boolean(), true), true),
  /** Explanations name the word that the patent uses, too. */
  patentWords: v.optional(v.fallback(v.boolean(), false), false),
  /** Whoever sits here is the trainer of a class, and sees what it predicts. */
  showsClass: v.optional(v.fallback(v.boolean(), false), false),
  hintSeen: v.optional(v.fallback(v.boolean(), false), false),
})
export type Settings = v.InferOutput<typeof settingsSchema>

/** What the window remembers after it closes, in the browser's storage. Anything it does not understand is dropped. */
export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings>(decodeSettings(readKept()))
  const prefersLight = matchMedia('(prefers-color-scheme: light)')

  const systemIsLight = shallowRef(prefersLight.matches)
  const isLight = computed(() => (settings.value.theme === 'system' ? systemIsLight.value : settings.value.theme === 'light'))

  function change(part: Partial<Settings>): void {
    settings.value = { ...settings.value, ...part }
  }

  function applyTheme(): void {
    document.documentElement.dataset['theme'] = isLight.value ? 'light' : 'dark'
  }

  function toggleTheme(): void {
    change({ theme: isLight.value ? 'dark' : 'light' })
  }

  watch(settings, (now) => {
    keep(JSON.stringify(now))
    applyTheme()
  })
  prefersLight.addEventListener('change', () => {
    systemIsLight.value = prefersLight.matches
    applyTheme()
  })

  /** Look and language are the same in all windows of this lab; each goes through its views by itself. */
  function followOtherWindows(): void {
    window.addEventListener('storage', ({ key, newValue }) => {
      if (key !== KEPT_AS || newValue === null) return
      const { theme, language, times, shortcuts, patentWords } = decodeSettings(newValue)
      change({ theme, language, times, shortcuts, patentWords })
    })
  }

  return { settings, isLight, change, toggleTheme, applyTheme, followOtherWindows }
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
