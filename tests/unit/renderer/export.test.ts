import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, afterEach, describe, expect, it, vi } from 'vitest'
import type { SavedFile, SaveOutcome } from '../../../src-main/contract/saved-file'
import { savedFileSchema } from '../../../src-main/contract/saved-file'
import { EXPORT_FORMATS } from '../../../src-main/contract/run-export'
import { useExport } from '../../../src-renderer/composables/useExport'
import { exportName, submissionName } from '../../../src-renderer/model/export-name'
import { useSimulationStore } from '../../../src-renderer/stores/simulation'
import * as v from 'valibot'
import { createFakeLab } from '../../support/fake-lab'
import { speak } from '../../../src-renderer/i18n/language'
import { createFakeSimulation, type FakeSimulation } from '../../support/fake-simulation'

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

/** The player with a seed in it, and a person who saves, or does not. */
async function opened(save: (file: SavedFile) => Promise<SaveOutcome>): Promise<FakeSimulation> {
  const simulation = createFakeSimulation()
  const store = useSimulationStore()
  store.attach({
    api: { ...createFakeLab().api, ...simulation.api },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: save,
  })
  await store.load()
  await store.order({ order: 'open', seed: 7, operations: 1000 })
  while (store.state.phase === 'scanning') simulation.advance(0)
  return simulation
}

describe('an export from the window', () => {
  it('is fetched piece by piece, put together, and saved under the name that is shown', async () => {
    const saved: SavedFile[] = []
    const simulation = await opened((file) => Promise.resolve({ where: (saved.push(file), '/home/user/r.html') }))
    const { name, notes, stand, run } = useExport()
    notes.value = 'a note'
    expect(name.value).toBe('takeover-lab-seed-7-1000-report.html')
    const running = run()
    expect(stand.value).toEqual({ kind: 'under-way', share: 0 })
    await running
    expect(simulation.exports).toEqual([
      { order: 'export', format: 'report', language: 'en', notes: 'a note' },
      { order: 'export-more', id: 1 },
    ])
    expect(saved.map((file) => [file.name, new TextDecoder().decode(file.bytes)])).toEqual([[name.value, 'Hello']])
    expect(stand.value).toEqual({ kind: 'saved', where: '/home/user/r.html', name: name.value })
  })

  it('takes no notes along where they go nowhere', async () => {
    const simulation = await opened(() => Promise.resolve({ where: undefined }))
    const { format, notes, run } = useExport()
    notes.value = 'a note'
    format.value = 'perfetto'
    await run()
    expect(simulation.exports[0]).toEqual({ order: 'export', format: 'perfetto', language: 'en', notes: '' })
  })

  it('is ordered in the language of the window', async () => {
    const simulation = await opened(() => Promise.resolve({ where: undefined }))
    speak('de')
    await useExport()
      .run()
      .finally(() => speak('en'))
    expect(simulation.exports[0]).toMatchObject({ order: 'export', format: 'report', language: 'de' })
  })

  it('says nothing where the person thought better of it, and a sentence where it failed', async () => {
    const save = vi.fn<(file: SavedFile) => Promise<SaveOutcome>>(() => Promise.resolve(undefined))
    await opened(save)
    const { stand, run } = useExport()
    await run()
    expect(stand.value).toEqual({ kind: 'none' })
    save.mockRejectedValueOnce(new Error('The file could not be written: ENOSPC'))
    await run()
    expect(stand.value).toEqual({ kind: 'failed', sentence: 'The file could not be written: ENOSPC' })
    await useSimulationStore().order({ order: 'close' })
    await run()
    expect(stand.value).toEqual({ kind: 'failed', sentence: 'No run is open.' })
  })

  it('saves nothing once it is given up', async () => {
    const save = vi.fn<(file: SavedFile) => Promise<SaveOutcome>>(() => Promise.resolve(undefined))
    await opened(save)
    const { stand, run, reset } = useExport()
    const running = run()
    reset()
    await running
    expect(save).not.toHaveBeenCalled()
    expect(stand.value).toEqual({ kind: 'none' })
  })
})

describe('the name of an export', () => {
  it.each(EXPORT_FORMATS)('is one that may be saved: %s', (format) => {
    const runs = [
      { kind: 'recording', name: 'pinned-000012.ndjson' } as const,
      { kind: 'seed', seed: 2 ** 53 - 1, operations: 20_000 } as const,
    ]
    for (const run of runs) expect(v.is(savedFileSchema, { name: exportName(run, format), bytes: new Uint8Array() })).toBe(true)
  })
})

it('names what a learner hands in by exercise and learner, whatever the learner is called', () => {
  expect(submissionName('the-mirror', 'Ada')).toBe('the-mirror-Ada.submission.json')
  expect(submissionName('the-mirror', '../Зоя  2.')).toBe('the-mirror-Зоя-2-.submission.json')
  for (const learner of ['Ada', '../x', '.', 'Зоя', '名前', 'a'.repeat(40)]) {
    expect(v.safeParse(savedFileSchema, { name: submissionName('i'.repeat(48), learner), bytes: new Uint8Array() }).success).toBe(true)
  }
})
