import * as fs from 'node:fs'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { vExplain, type Explained } from '../../../src-renderer/components/ui/explain'
import { useReasons } from '../../../src-renderer/composables/useReasons'
import { createMessages } from '../../../src-renderer/i18n'
import { glossaryEntry } from '../../../src-renderer/i18n/glossary-entries'
import { TOPICS, type Topic } from '../../../src-renderer/i18n/topics'
import { createFakeLab, type FakeLab } from '../../support/fake-lab'

const topics = Object.keys(TOPICS) as Topic[]

beforeEach(() => setActivePinia(createPinia()))
afterEach(() => vi.unstubAllGlobals())

/** What is said of now, of each topic. */
async function reasonsIn(snapshot: LabSnapshot, about = 'a'): Promise<ReadonlyMap<Topic, string | undefined>> {
  const said = new Map<Topic, string | undefined>()
  const asker = {
    setup() {
      const reasons = useReasons()
      for (const topic of topics) said.set(topic, reasons[topic](snapshot, about))
      return () => h('i')
    },
  }
  await renderToString(createSSRApp(asker).use(createMessages()))
  return said
}

async function snapshotAfter(lab: FakeLab, ms: number): Promise<LabSnapshot> {
  lab.advance(ms)
  return lab.api.snapshot()
}

describe('the mark of what is explained', () => {
  const marked = new Map<string, string>()
  const element = { setAttribute: (name: string, value: string) => marked.set(name, value) } as unknown as Element
  const { created, updated } = vExplain
  const mark = (value: Explained) => created?.(element, { value } as never, undefined as never, null as never)
  const change = (value: Explained, oldValue: Explained) =>
    updated?.(element, { value, oldValue } as never, undefined as never, undefined as never)

  it('says what a thing is about and which of them, and follows when it becomes another', () => {
    mark(['drive', 1])
    expect(Object.fromEntries(marked)).toEqual({ 'data-explain': 'drive', 'data-about': '1' })
    change(['drive', 2], ['drive', 1])
    expect(marked.get('data-about')).toBe('2')
    change('host', ['drive', 2])
    expect(Object.fromEntries(marked)).toEqual({ 'data-explain': 'host', 'data-about': '' })
  })
})

describe('what is explained', () => {
  it.each(topics)('%s has a word in the glossary, in both languages, at the same place', (topic) => {
    const { word } = TOPICS[topic]
    expect(glossaryEntry(word, 'en')?.word).toBe(word)
    expect(glossaryEntry(word, 'de')?.id).toBe(glossaryEntry(word, 'en')?.id)
  })

  it('is all there to be pointed at', () => {
    const sources = fs
      .readdirSync('src-renderer', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.vue'))
      .map((name) => fs.readFileSync(`src-renderer/${name}`, 'utf8'))
      .filter((text) => text.includes('v-explain'))
      .join('\n')
    // Phases, schemes, and rows of the ledger are marked by the name that they have anyway.
    const named = /^(detect|fence|claim|replay|adopt|serve|ledger-.*|.*-owner.*|serve-locally|primary-only|transfer-ownership)$/
    expect(topics.filter((topic) => !named.test(topic) && !sources.includes(`'${topic}'`))).toEqual([])
  })

  it('has a reason from the state that is shown, which changes with it', async () => {
    const lab = createFakeLab()
    const before = await reasonsIn(await snapshotAfter(lab, 100))
    expect(before.get('portal')).toMatch(/is served by A, its own controller\.$/)
    expect(before.get('controller')).toMatch(/^Controller A: Serving\./)
    expect(before.get('whole')).toBe('Nothing is missing: the lab is whole.')
    await lab.api.command('kill', { controller: 'a' })
    const after = await reasonsIn(await snapshotAfter(lab, 2000))
    expect(after.get('portal')).toMatch(/is served by B, because A does not serve\.$/)
    expect(after.get('controller')).toMatch(/^Controller A: Down\./)
    expect(after.get('fence')).toMatch(/^In the last takeover it took [\d.]+ ms\.$/)
    expect(after.get('pair-state')).toBe('B serves alone. If it fails, too, nobody serves.')
  })

  it('of the faults tells which are in force', async () => {
    const snapshot = await snapshotAfter(createFakeLab(), 100)
    expect((await reasonsIn(snapshot)).get('fault-palette')).toBe('Nothing is broken.')
    const slow = { ...snapshot, interconnect: { ...snapshot.interconnect, extraLatencyMs: 20 } }
    expect((await reasonsIn(slow)).get('fault-palette')).toBe('In force: Interconnect 20 ms slower.')
    expect((await reasonsIn(slow)).get('pair-state')).toBe('Both controllers serve. In force: Interconnect 20 ms slower.')
  })

  it('says nothing that is no sentence, of whatever it is about', async () => {
    const lab = createFakeLab()
    const snapshot = await snapshotAfter(lab, 100)
    for (const about of ['a', 'b', '0', '1', '2', '']) {
      const said = [...(await reasonsIn(snapshot, about)).values()].filter((text) => text !== undefined)
      expect(said.filter((text) => !/^[^{}|]+[.:]$/.test(text))).toEqual([])
    }
  })
})
