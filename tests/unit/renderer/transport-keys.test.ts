import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRenderer, type App } from 'vue'
import { useTransportKeys } from '../../../src-renderer/composables/useTransportKeys'
import { createMessages } from '../../../src-renderer/i18n'
import { useSettingsStore } from '../../../src-renderer/stores/settings'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { createFakeLab } from '../../support/fake-lab'
import { createFakeSimulation, type FakeSimulation } from '../../support/fake-simulation'

/** As much of an element as the keys look at: what it is inside of. */
class PageElement {
  readonly #inside: readonly string[]

  constructor(inside: readonly string[] = []) {
    this.#inside = inside
  }

  closest(selectors: string): PageElement | null {
    return selectors.split(', ').some((selector) => this.#inside.includes(selector)) ? this : null
  }
}

const BODY = new PageElement()
let listeners: Map<string, (event: object) => void>
let simulation: FakeSimulation
let app: App<object>

beforeEach(async () => {
  listeners = new Map()
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  vi.stubGlobal('document', { documentElement: { dataset: {} } })
  vi.stubGlobal('Element', PageElement)
  vi.stubGlobal('window', {
    addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
    removeEventListener: (name: string) => listeners.delete(name),
  })
  const pinia = createPinia()
  setActivePinia(pinia)
  simulation = createFakeSimulation()
  const store = useSimulationStore()
  store.attach({
    api: { ...createFakeLab().api, ...simulation.api },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: () => Promise.resolve(undefined),
  })
  await store.load()
  await store.order({ order: 'open', seed: 7, operations: 1000 })
  while (store.state.phase === 'scanning') simulation.advance(0)
  await store.order({ order: 'seek', event: 500 })
  simulation.orders.length = 0
  app = mounted().use(pinia).use(createMessages())
  app.mount({})
})
afterEach(() => {
  app.unmount()
  vi.unstubAllGlobals()
})

/** A component without a page, which only listens. */
function mounted(): App<object> {
  const node = () => ({})
  const nothing = () => undefined
  const { createApp } = createRenderer<object, object>({
    patchProp: nothing,
    insert: nothing,
    remove: nothing,
    createElement: node,
    createText: node,
    createComment: node,
    setText: nothing,
    setElementText: nothing,
    parentNode: () => null,
    nextSibling: () => null,
  })
  return createApp({ setup: useTransportKeys, render: () => null })
}

/** Whether the key was taken. */
function press(
  key: string,
  more: { readonly shiftKey?: boolean; readonly ctrlKey?: boolean; readonly repeat?: boolean; readonly target?: PageElement } = {},
): boolean {
  const preventDefault = vi.fn()
  listeners.get('keydown')?.({
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    repeat: false,
    defaultPrevented: false,
    target: BODY,
    preventDefault,
    ...more,
  })
  return preventDefault.mock.calls.length > 0
}

describe('the keys of the player', () => {
  it.each([
    ['ArrowRight', { order: 'step', events: 1 }],
    ['.', { order: 'step', events: 1 }],
    ['ArrowLeft', { order: 'step', events: -1 }],
    [',', { order: 'step', events: -1 }],
    ['>', { order: 'step', events: 100 }],
    ['Home', { order: 'seek', event: 0 }],
  ])('%s orders %j', (key, order) => {
    expect(press(key)).toBe(true)
    expect(simulation.orders).toEqual([order])
  })

  it('step by a hundred with Shift', () => {
    press('ArrowLeft', { shiftKey: true })
    expect(simulation.orders).toEqual([{ order: 'step', events: -100 }])
  })

  it('go to the next mark of a kind, and with Shift to the one before; where there is none they do nothing', () => {
    const { marks } = useSimulationStore()
    const firstOf = (kind: string) => marks.find((mark) => mark.kind === kind)?.event
    press('f')
    press('v')
    press('T', { shiftKey: true })
    expect(simulation.orders).toEqual([{ order: 'seek', event: firstOf('fault') }])
    press('t')
    expect(simulation.orders.at(-1)).toEqual({ order: 'seek', event: firstOf('takeover') })
  })

  it('play and pause at the remembered speed, which + and - change also while it plays', () => {
    useSettingsStore().change({ simulationSpeed: 0.1 })
    press(' ')
    press('+')
    press(' ', { repeat: true })
    press(' ')
    press('-')
    expect(simulation.orders).toEqual([{ order: 'play', speed: 0.1 }, { order: 'play', speed: 0.2 }, { order: 'pause' }])
    expect(useSettingsStore().settings.simulationSpeed).toBe(0.1)
  })

  it('belong to who types, to the system, and to what has the focus and uses them', () => {
    expect(press('f', { target: new PageElement(['input']) })).toBe(false)
    expect(press('f', { ctrlKey: true })).toBe(false)
    expect(press(' ', { target: new PageElement(['button']) })).toBe(false)
    expect(press('x')).toBe(false)
    expect(simulation.orders).toEqual([])
  })

  it('play with the space bar although a button was clicked, until somebody goes on with Tab', () => {
    const button = new PageElement(['button'])
    listeners.get('pointerdown')?.({ target: button })
    expect(press(' ', { target: button })).toBe(true)
    press('Tab')
    expect(press(' ', { target: button })).toBe(false)
  })

  it('do nothing while no run is open', async () => {
    await useSimulationStore().order({ order: 'close' })
    simulation.orders.length = 0
    expect(press('ArrowRight')).toBe(false)
    expect(simulation.orders).toEqual([])
  })
})
