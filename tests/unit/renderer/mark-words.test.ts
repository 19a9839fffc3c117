import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { useMarkWords } from '../../../src-renderer/components/simulation/marks'
import type { FaultHit } from '../../../src-main/contract/simulation'
import { createMessages } from '../../../src-renderer/i18n'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import { faultsAt, type RunMark } from '../../../src-renderer/model/run-marks'

const END_MS = 9000
let pinia: ReturnType<typeof createPinia>

beforeEach(() => {
  pinia = createPinia()
  setActivePinia(pinia)
  useSimulationStore().$patch({
    outline: {
      run: { kind: 'seed', seed: 1, operations: 100 },
      start: { event: 0, atMs: 0 },
      end: { event: 900, atMs: END_MS },
      world: { hash: '', hosts: 1, stations: 0 },
      faults: [],
      takeovers: [],
      violations: [],
    },
  })
})

const fault = (name: string, ...hits: readonly FaultHit[]): RunMark => ({ kind: 'fault', key: 'fault-0', event: 10, atMs: 100, name, hits })

async function wordsOf(mark: RunMark): Promise<string> {
  let said = ''
  await renderToString(
    createSSRApp({
      setup() {
        const words = useMarkWords()
        said = `${words.what(mark)} | ${words.where(mark)} | ${words.detail(mark)}`
        return () => ''
      },
    })
      .use(pinia)
      .use(createMessages()),
  )
  return said
}

describe('what is said of a fault', () => {
  it('is what it hit, and how long', async () => {
    expect(await wordsOf(fault('hang', { place: 'controller-b', atMs: 100, untilMs: 1340 }))).toBe(
      'Hang | controller B | controller B for 1,240 ms',
    )
    expect(await wordsOf(fault('silent-corruption', { place: 'drive-3', atMs: 100 }))).toBe('Silent corruption | drive 3 | ')
    expect(await wordsOf(fault('latent-error', { place: 'drive-5', atMs: 100, untilMs: END_MS }))).toBe(
      'Latent error | drive 5 | drive 5 until the end of the run',
    )
  })

  it('names several things together, and those that are over at another time by themselves', async () => {
    const lost = fault(
      'unreadable-superblocks',
      { place: 'drive-4', atMs: 100, untilMs: 600 },
      { place: 'drive-0', atMs: 100, untilMs: 600 },
      { place: 'controller-a', atMs: 100, untilMs: 105 },
    )
    expect(await wordsOf(lost)).toBe('Superblocks lost | drives 0, 4, controller A | drives 0, 4 for 500 ms; controller A for 5.0 ms')
  })

  it('is that it hit nothing where there was nothing to hit', async () => {
    expect(await wordsOf(fault('crash'))).toMatch(/^Crash \| hit nothing \| Its target was already down/)
  })
})

describe('faults at a moment', () => {
  const faults = [
    { name: 'cut', event: 10, atMs: 100, hits: [{ place: 'interconnect' as const, atMs: 100, untilMs: 400 }] },
    {
      name: 'slow-interconnect',
      event: 20,
      atMs: 200,
      hits: [
        { place: 'interconnect' as const, atMs: 200, untilMs: 300 },
        { place: 'drive-1' as const, atMs: 200 },
      ],
    },
  ]
  const at = (event: number, atMs: number) =>
    [...faultsAt({ faults }, { event, atMs })].map(([place, { names, isNow }]) => [place, names.join('+'), isNow])

  it('are those that hold, by what they have struck; one that is over at once is seen for a little while', () => {
    expect(at(9, 99)).toEqual([])
    expect(at(10, 100)).toEqual([['interconnect', 'cut', true]])
    expect(at(20, 200)).toEqual([
      ['interconnect', 'cut+slow-interconnect', true],
      ['drive-1', 'slow-interconnect', true],
    ])
    expect(at(21, 249)).toEqual([
      ['interconnect', 'cut+slow-interconnect', false],
      ['drive-1', 'slow-interconnect', false],
    ])
    expect(at(21, 250)).toEqual([['interconnect', 'cut+slow-interconnect', false]])
    expect(at(22, 300)).toEqual([['interconnect', 'cut', false]])
    expect(at(23, 400)).toEqual([])
  })
})
