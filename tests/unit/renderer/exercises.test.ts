import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, h, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import type { ExerciseAttempt, ExerciseEntry, ExerciseGrades, SheetQuestion } from '../../../src-main/contract/exercise-desk'
import { because } from '../../../src-main/contract/exercise-reason'
import ExerciseCard from '../../../src-renderer/components/exercise/ExerciseCard.vue'
import ExercisePane from '../../../src-renderer/components/exercise/ExercisePane.vue'
import MarkdownText from '../../../src-renderer/components/ui/MarkdownText.vue'
import { createMessages } from '../../../src-renderer/i18n'
import { firstReply, moved, numbersIn, unanswered } from '../../../src-renderer/model/exercise-replies'

let pinia: ReturnType<typeof createPinia>
beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => vi.unstubAllGlobals())

async function html(component: Component, props: Record<string, unknown>): Promise<string> {
  const made = await renderToString(
    createSSRApp({ render: () => h(component, props) })
      .use(pinia)
      .use(createMessages()),
  )
  return made.replaceAll(/<!--.*?-->| data-v-\w+(="")?/gs, '')
}

async function text(component: Component, props: Record<string, unknown>): Promise<string> {
  return (await html(component, props)).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
}

const ORDER: SheetQuestion = {
  id: 'order',
  text: 'In which *order*?',
  kind: 'order',
  items: [
    { id: 'fenced', text: 'the fence' },
    { id: 'claimed', text: 'a claim' },
  ],
}
const NUMBER: SheetQuestion = { id: 'ms', text: 'How long?', kind: 'number', unit: 'ms', from: 0, to: 900 }

describe('replies', () => {
  it('stand by the alphabet at first, or are nothing yet', () => {
    expect(firstReply(ORDER)).toEqual({ kind: 'order', items: ['claimed', 'fenced'] })
    expect(firstReply(NUMBER)).toBeUndefined()
    expect(firstReply({ id: 'why', text: '', kind: 'text' })).toEqual({ kind: 'text', text: '' })
    expect(unanswered([ORDER, NUMBER], { order: { kind: 'order', items: [] } })).toEqual(['ms'])
  })

  it('move by one place, and stay at the ends', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
  })

  it.each([
    ['3, 7-9', 20, [3, 7, 8, 9]],
    ['9 9;1', 20, [1, 9]],
    ['', 20, []],
    ['21', 20, undefined],
    ['9-7', 20, undefined],
    ['three', 20, undefined],
    ['1-2-3', 20, undefined],
  ])('that name blocks are read: %j', (written, to, expected) => {
    expect(numbersIn(written, to)).toEqual(expected)
  })
})

describe('what an author wrote', () => {
  it('becomes elements', async () => {
    const made = await html(MarkdownText, { text: 'One *two* `three`\n\n- four\n- **five**\n\n```\nsix <b>\n```' })
    expect(made).toContain('<p>One <em>two</em> <code>three</code></p>')
    expect(made).toMatch(/<ul><li>(<p>)?four/)
    expect(made).toContain('<strong>five</strong>')
    expect(made).toContain('<pre><code>six &lt;b&gt;\n</code></pre>')
  })

  it.each(['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '[a](javascript:alert(1))', '![a](http://example.org/x.png)'])(
    'is never markup, and leads nowhere: %s',
    async (written) => {
      expect(await html(MarkdownText, { text: written })).not.toMatch(/<(?!\/?(div|p)\b)/)
    },
  )
})

const entry: ExerciseEntry = {
  id: 'fence',
  title: 'What the fence is for',
  language: 'en',
  level: 'beginner',
  minutes: 15,
  outcomes: ['Say what must not happen.'],
  prerequisites: [{ id: 'first', passed: false }],
  kind: 'simulated',
  progress: undefined,
  problems: [],
}
const progress = { phase: 'graded', tries: 2, best: { points: 2, of: 3 }, passed: false } as const

describe('an exercise in the list', () => {
  it.each([
    [{}, 'new', 'Not begun'],
    [{ progress: { ...progress, phase: 'running' } }, 'begun', 'Begun'],
    [{ progress }, 'notPassed', 'Not passed yet'],
    [{ progress: { ...progress, passed: true } }, 'passed', 'Passed'],
    [{ problems: ['fence/exercise.md:3: "minuets" is no field here.'] }, 'broken', 'Its file is broken'],
  ])('says how far its learner is: %j', async (part, state, words) => {
    const props = { entry: { ...entry, ...part }, titles: { first: 'First steps' }, hasLearner: true }
    expect(await html(ExerciseCard, props)).toContain(`data-state="${state}"`)
    expect(await text(ExerciseCard, props)).toContain(words)
    expect(await text(ExerciseCard, props)).toContain('Better after: First steps')
  })

  it('cannot be opened if it is broken, or before somebody says who he is; what is wrong with it is told', async () => {
    const broken = { entry: { ...entry, problems: ['line 3 is wrong'] }, titles: {}, hasLearner: true }
    expect(await html(ExerciseCard, broken)).toMatch(/<button[^>]* disabled/)
    expect(await text(ExerciseCard, broken)).toContain('line 3 is wrong')
    expect(await html(ExerciseCard, { entry, titles: {}, hasLearner: false })).toMatch(/<button[^>]* disabled/)
    expect(await html(ExerciseCard, { entry, titles: {}, hasLearner: true })).not.toMatch(/<button[^>]* disabled/)
  })
})

const attempt: ExerciseAttempt = {
  sheet: {
    ...{ id: 'fence', language: 'en', title: 'The fence', level: 'beginner', minutes: 5, outcomes: [], introduction: 'Look.', steps: [] },
    predictions: [ORDER, NUMBER],
    questions: [],
    allowed: [{ act: 'kill', parameters: { controller: 'a' }, open: [], most: 1 }],
    hints: [{ check: 'taken-over', cost: 2, text: undefined }],
    kind: 'simulated',
    durationMs: 1000,
    firmware: undefined,
    pictures: {},
  },
  ...{ phase: 'predicting', seed: 1, predictions: {}, answers: {}, acts: [], grades: undefined, submission: undefined },
  ...{ live: undefined, recording: undefined, isBusy: false, trouble: undefined },
}
const grades: ExerciseGrades = {
  ...{ points: 1, of: 3, passed: false, hash: 'h' },
  checks: [
    { id: 'taken-over', text: 'some takeover.serving', value: 'true', message: 'Nobody took over.', points: 1, of: 1, events: [7] },
    {
      id: 'gap',
      text: 'gap(lun 0) < 5 ms',
      value: 'unknown',
      message: 'Too long.',
      why: because('lunNotMeasured', { lun: 7 }),
      points: 0,
      of: 2,
      events: [],
    },
  ],
  questions: [
    { id: 'order', value: 'wrong', actual: { kind: 'order', items: ['fenced', 'claimed'] } },
    { id: 'ms', value: 'right', actual: { kind: 'number', value: 42 } },
  ],
}

describe('a try', () => {
  const pane = (part: Partial<ExerciseAttempt>, isReady = true) => text(ExercisePane, { attempt: { ...attempt, ...part }, isReady })

  it('asks for predictions, says how many are missing, and locks nothing before', async () => {
    const shown = await pane({})
    expect(shown).toContain('What do you think will happen?')
    expect(shown).toContain('One reply is missing.')
    expect(shown).not.toContain('Kill A')
  })

  it('lets its learner act while it runs, as often as allowed', async () => {
    expect(await pane({ phase: 'running' })).toMatch(/Kill A .*once/)
    const done = { phase: 'running', acts: [{ event: 9, atMs: 12, act: 'kill', parameters: { controller: 'a' } }] } as const
    expect(await pane(done)).toMatch(/Kill A .*used up/)
    expect(await pane(done)).toMatch(/00:00\.012\.000 Kill A/)
  })

  it('shows predictions beside what happened, and why a check says nothing', async () => {
    const shown = await pane({ phase: 'graded', grades, predictions: { order: { kind: 'order', items: ['claimed', 'fenced'] } } })
    expect(shown).toContain('Not passed yet: 1 of 3 points.')
    expect(shown).toContain('You: a claim → the fence')
    expect(shown).toContain('It was: the fence → a claim')
    expect(shown).toContain('You: nothing')
    expect(shown).toContain('It was: 42 ms')
    expect(shown).toContain('Because no host measured LUN 7.')
    expect(shown).toContain('Watch it (1)')
    expect(shown).not.toContain('Nobody took over.')
  })

  it('says what is under way, what could not be done, and that a firmware is flawed', async () => {
    expect(await pane({ phase: 'graded' })).toContain('The run is being graded…')
    expect(await pane({ trouble: 'The player ended.' })).toContain('The player ended.')
    expect(await pane({ sheet: { ...attempt.sheet, firmware: 'basalt' } })).toContain('Firmware variant “basalt”')
  })
})
