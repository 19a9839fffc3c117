import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, effectScope, nextTick, shallowRef } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { useSpokenLine } from '../../../src-renderer/composables/useSpokenLine'
import { createMessages } from '../../../src-renderer/i18n'
import { useLabStore } from '../../../src-renderer/stores/lab'
import TablePanel from '../../../src-renderer/views/TablePanel.vue'
import { createFakeLab, type FakeLab } from '../../support/fake-lab'

let pinia: ReturnType<typeof createPinia>
let frames: (() => void)[]

beforeEach(() => {
  frames = []
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run))
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => vi.unstubAllGlobals())

function attached(): FakeLab {
  const lab = createFakeLab()
  const saveFile = () => Promise.resolve(undefined)
  useLabStore().attach({ api: lab.api, kind: 'browser', linkState: () => 'open', onLinkState: () => () => undefined, saveFile })
  return lab
}

/** The cells of each row, by the head of the row. */
async function rowsAfter(lab: FakeLab, ms: number): Promise<ReadonlyMap<string, readonly string[]>> {
  lab.advance(ms)
  for (const run of frames.splice(0)) run()
  await nextTick()
  const html = await renderToString(createSSRApp(TablePanel).use(pinia).use(createMessages()))
  const rows = [...html.matchAll(/<th scope="row"[^>]*>(.*?)<\/th>(.*?)<\/tr>/gs)]
  return new Map(
    rows.map(([, head = '', cells = '']) => [head, [...cells.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) => cell)]),
  )
}

describe('the table of the picture', () => {
  it('says where everything is, and follows a takeover', async () => {
    const lab = attached()
    const before = await rowsAfter(lab, 100)
    expect(before.get('Controller A')?.[0]).toBe('Serving')
    expect(before.get('Portal A')?.[1]).toBe('served by A')
    expect(before.get('Path A of the host')?.[1]).toBe('up')
    expect(before.get('Interconnect')?.[1]).toMatch(/^up, [\d,]+ messages$/)
    expect(before.get('Drive 0')?.[0]).toBe('in use')
    const owners = [...before].filter(([, cells]) => cells.length === 7).map(([, cells]) => cells[3])
    expect(owners).toContainEqual(expect.stringMatching(/^A, epoch \d+$/))
    await lab.api.command('kill', { controller: 'a' })
    const after = await rowsAfter(lab, 2000)
    expect(after.get('Controller A')?.[0]).toBe('Down')
    expect(after.get('Portal A')?.[1]).toBe('served by B')
    const ownersNow = [...after].filter(([, cells]) => cells.length === 7).map(([, cells]) => cells[3])
    expect(ownersNow.every((owner) => owner?.startsWith('B, ') === true)).toBe(true)
  })

  it('names what is under way', async () => {
    const lab = attached()
    await rowsAfter(lab, 100)
    lab.failDrive(2)
    const rebuild = { id: 'rebuild-1', name: 'rebuild-drive', params: { drive: 2 } }
    await lab.api.requestService('a', rebuild)
    const rows = await rowsAfter(lab, 100)
    expect([...rows.keys()]).toContain('Workload')
    expect(rows.get('Drive 2')?.[0]).toMatch(/^rebuilding /)
    expect(rows.get('Operation rebuild-drive')?.[0]).toMatch(/^(&lt;)?\d+%, carried out by [AB]$/)
  })
})

describe('what a screen reader is given to say', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is at most one sentence in the time that it takes to say it, and ends with the newest', async () => {
    const source = shallowRef<string | undefined>()
    const scope = effectScope()
    const spoken = scope.run(() => useSpokenLine(() => source.value, 3000))
    const said = new Set<string>()
    for (let number = 1; number <= 60; number++) {
      source.value = `sentence ${number}`
      await nextTick()
      if (spoken !== undefined) said.add(spoken.value)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect([...said][0]).toBe('sentence 1')
    expect(said.size).toBeLessThanOrEqual(3)
    await vi.advanceTimersByTimeAsync(3000)
    expect(spoken?.value).toBe('sentence 60')
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
