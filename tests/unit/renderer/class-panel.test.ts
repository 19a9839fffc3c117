import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, h, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { NO_CLASSROOM, type ClassReply } from '../../../src-main/contract/classroom'
import type { SheetQuestion } from '../../../src-main/contract/exercise-desk'
import ClassPanel from '../../../src-renderer/components/class/ClassPanel.vue'
import { createMessages } from '../../../src-renderer/i18n'
import { useClassroomStore } from '../../../src-renderer/stores/classroom'

let pinia: ReturnType<typeof createPinia>
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => vi.unstubAllGlobals())

async function text(component: Component): Promise<string> {
  const made = await renderToString(
    createSSRApp({ render: () => h(component) })
      .use(pinia)
      .use(createMessages()),
  )
  return made.replaceAll(/<!--.*?-->|<[^>]+>/gs, ' ').replaceAll(/\s+/g, ' ')
}

const WHO: SheetQuestion = {
  ...{ id: 'who', text: 'Who takes over from ‹victim›?', kind: 'choice' },
  options: [
    { id: 'peer', text: 'The peer' },
    { id: 'nobody', text: 'Nobody' },
  ],
}
const said = (name: string, option: string, right?: string): ClassReply => ({
  ...{ key: name, name, tries: 1, predictions: { who: { kind: 'choice', option } } },
  results:
    right === undefined ? [] : [{ id: 'who', value: option === right ? 'right' : 'wrong', actual: { kind: 'choice', option: right } }],
})

function show(replies: readonly ClassReply[]): void {
  const exercise = { id: 'x', title: 'X', language: 'en' as const, predictions: [WHO], durationMs: 1000, replies, ofOtherVersion: 1 }
  const skipped = [{ name: 'notes.txt', reason: 'foreign' as const, detail: '' }]
  useClassroomStore().classroom = { ...NO_CLASSROOM, folder: '/class', trouble: 'full', exercise, skipped, moreSkipped: 2 }
}

describe('what the class predicts', () => {
  it('is said in words, with how many, without names and without what is right', async () => {
    show([said('Ada', 'peer', 'peer'), said('Bob', 'nobody'), said('Cy', 'nobody')])
    const told = await text(ClassPanel)
    expect(told).toContain('3 learners have replied. One has finished the run.')
    expect(told).toContain('Who takes over from ‹victim›?')
    expect(told).toMatch(/The peer 1 .*Nobody 2/)
    expect(told).not.toMatch(/Ada|Bob|right in/)
  })

  it('marks what was right once the trainer says so', async () => {
    show([said('Ada', 'peer', 'peer'), said('Bob', 'nobody', 'peer')])
    useClassroomStore().revealed = 'x'
    const told = await text(ClassPanel)
    expect(told).toMatch(/✓ The peer 1 right in 2 runs/)
    expect(told).toContain('1 of 2 were right in their runs')
  })

  it('names the files that it leaves out, and says what is wrong with the folder', async () => {
    show([])
    const told = await text(ClassPanel)
    expect(told).toContain('The class folder is full.')
    expect(told).toContain('3 files are left out')
    expect(told).toContain('notes.txt is no reply of a class.')
    expect(told).toContain('And 2 more.')
    expect(told).toContain('One try is left out')
  })

  it('says that nobody has replied', async () => {
    expect(await text(ClassPanel)).toContain('Nobody has locked predictions yet.')
  })
})
