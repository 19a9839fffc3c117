/** What docs/exercise-checks.md says of the language holds: each example comes to what stands before it, and nothing is left out. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { COMMON_FIELDS, dataFieldsOf, EVENT_KINDS } from '../../../../src-main/exercise/checks/event-kinds'
import type { Question } from '../../../../src-main/exercise/checks/question'
import { readTrigger, readValue } from '../../../../src-main/exercise/checks/read-check'
import { REQUEST_FIELDS } from '../../../../src-main/exercise/checks/request-fields'
import { GAP_FIELDS, GLOBALS, SIGNATURES } from '../../../../src-main/exercise/checks/signatures'
import { DURATION, tellType, type Type } from '../../../../src-main/exercise/checks/types'
import { LEDGER_FIGURES } from '../../../../src-main/exercise/evidence/evidence'
import { evidenceOf, frameAt, judge, NO_CONTEXT, TAKEOVER } from '../../../support/evidence'

const PAGE = fileURLToPath(new URL('../../../../docs/exercise-checks.md', import.meta.url))
const EVENTS_PAGE = fileURLToPath(new URL('../../../../docs/exercise-events.md', import.meta.url))
const page = readFileSync(PAGE, 'utf8')

const examples = [...page.matchAll(/```checks\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
  block
    .trim()
    .split('\n')
    .map((line) => /^(true|false|unknown)\s+(.+)$/.exec(line)?.slice(1) ?? ['no verdict', line]),
)

function trigger(text: string): Extract<Question, { readonly kind: 'order' }>['items'][number]['event'] {
  const read = readTrigger(text, NO_CONTEXT)
  if (!read.ok) throw new Error(text)
  return read.value
}

function actualGap(): Extract<Question, { readonly kind: 'number' }>['actual'] {
  const read = readValue('gap(lun 0)', [DURATION], NO_CONTEXT)
  if (!read.ok) throw new Error('no gap')
  return read.value
}

const any = { text: 'What?', line: 1 }
const questions: readonly Question[] = [
  {
    ...any,
    id: 'order',
    kind: 'order',
    items: [
      { id: 'detect', text: 'It is noticed', event: trigger('takeover.detected') },
      { id: 'fence', text: 'It is fenced', event: trigger('takeover.fenced') },
    ],
  },
  { ...any, id: 'length', kind: 'number', unit: 'ms', from: 0, to: 1000, tolerance: 50, actual: actualGap() },
  { ...any, id: 'lost', kind: 'event', actual: undefined },
  { ...any, id: 'why-not', kind: 'event', actual: undefined },
]

const run = evidenceOf(TAKEOVER, {
  frames: [frameAt(0, 'a'), frameAt(110, 'b')],
  outages: [{ lun: 0, spans: [{ fromMs: 95, toMs: 130, isOver: true }], leastMs: 5, listed: 'all' }],
  requests: [
    {
      id: 'r1',
      name: 'rename-array',
      sent: [
        { atMs: 98, to: 'a' },
        { atMs: 121, to: 'b', answer: { atMs: 124, receivedBy: 'b', servedBy: 'b', outcome: 'good' } },
      ],
      ran: [9],
    },
  ],
  ledger: { acknowledged: 12, lost: 0 },
  acts: [{ by: 'script', act: 'kill', parameters: { controller: 'a' }, atMs: 100, event: 2 }],
  predictions: { order: { kind: 'order', items: ['detect', 'fence'] }, length: { kind: 'number', value: 60 } },
  answers: { lost: { kind: 'event', event: 1 }, 'why-not': { kind: 'event', event: 3 } },
})

describe('each example', () => {
  it.each(examples)('%s: %s', (verdict, text) => {
    expect(judge(text ?? '', run, { questions, patterns: new Map() }).value).toBe(verdict)
  })
})

describe('the page names', () => {
  const words = [...Object.keys(SIGNATURES), ...Object.keys(GLOBALS), ...Object.keys(REQUEST_FIELDS), ...Object.keys(GAP_FIELDS)]
  it.each([...words, ...LEDGER_FIGURES, ...Object.keys(COMMON_FIELDS)])('%s', (word) => {
    expect(page).toMatch(new RegExp(`(?<![a-z-])${word}(?![a-z-])`))
  })
})

function tellField([name, type]: readonly [string, Type]): string {
  const options = type.type === 'text' ? type.options : undefined
  return `\`${name}\` (${options === undefined ? tellType(type) : options.map((one) => `"${one}"`).join(', ')})`
}

it('docs/exercise-events.md lists what each kind of event says; write it anew with --update', async () => {
  const rows = EVENT_KINDS.map((kind) => `| \`${kind}\` | ${Object.entries(dataFieldsOf(kind)).map(tellField).join('; ')} |`)
  const text = [
    '# What events say, for checks of exercises',
    '',
    'Besides the fields that every event has ([exercise-checks.md](exercise-checks.md)). An event may leave some of them out.',
    '',
    '| kind | fields |',
    '|---|---|',
    ...rows,
  ].join('\n')
  const options = await resolveConfig(EVENTS_PAGE)
  await expect(await format(text, { ...options, parser: 'markdown' })).toMatchFileSnapshot(EVENTS_PAGE)
})
