import type { ClassReply } from '../../src-main/contract/classroom'
import type { SheetQuestion } from '../../src-main/contract/exercise-desk'
import type { Reply } from '../../src-main/contract/exercise-reply'

/** What a bar counts. `others`: what has no bar of its own; how many different ones. `outside`: numbers that nobody asked for. */
export type BarOf =
  | { readonly kind: 'option'; readonly id: string }
  | { readonly kind: 'range'; readonly from: number; readonly to: number; readonly isWhole: boolean }
  | { readonly kind: 'outside' }
  | { readonly kind: 'order'; readonly items: readonly string[] }
  | { readonly kind: 'block'; readonly block: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'others'; readonly different: number }

export interface Bar {
  readonly key: string
  readonly of: BarOf
  readonly count: number
  readonly names: readonly string[]
  /** In the runs of so many learners this was right. */
  readonly rightFor: number
}

export interface Tally {
  readonly bars: readonly Bar[]
  /** Learners with a reply to this question. A learner can name several blocks. */
  readonly replied: number
  /** Of those whose run is over: how many said what was right. */
  readonly known: number
  readonly right: number
}

/** Which try of each learner counts. Whoever tries again has seen what happens. */
export type TryChoice = 'first' | 'last'

/** One reply for each learner. */
export function chosenTries(replies: readonly ClassReply[], which: TryChoice): readonly ClassReply[] {
  const chosen = new Map<string, ClassReply>()
  for (const reply of replies) {
    const before = chosen.get(reply.key)
    const isBetter = before === undefined || (which === 'first' ? reply.tries < before.tries : reply.tries > before.tries)
    if (isBetter) chosen.set(reply.key, reply)
  }
  return [...chosen.values()]
}

const MOST_BINS = 8
const MOST_ORDERS = 6
const MOST_BLOCKS = 24
const MOST_TEXTS = 60

/** Bars for all replies to a question: of a choice one for each option, of a number its bins, of the rest what is said most often. */
export function tallyOf(question: SheetQuestion, chosen: readonly ClassReply[], durationMs: number): Tally {
  const given = chosen.flatMap(({ name, predictions, results }) => {
    const reply = predictions[question.id]
    const result = results.find(({ id }) => id === question.id)
    return reply === undefined ? [] : [{ name, reply, result }]
  })
  const binsOf = binner(question, { replies: given.map(({ reply }) => reply), durationMs })
  const bars = new Map<string, { of: BarOf; names: string[]; rightFor: number }>()
  const barOf = (of: BarOf) => {
    const key = keyOf(of)
    const bar = bars.get(key) ?? { of, names: [], rightFor: 0 }
    bars.set(key, bar)
    return bar
  }
  for (const of of binsOf.always) barOf(of)
  for (const { name, reply } of given) for (const of of binsOf.of(reply)) barOf(of).names.push(name)
  for (const { result } of given) if (result?.actual !== undefined) for (const of of binsOf.of(result.actual)) barOf(of).rightFor++
  const all = [...bars].map(([key, { of, names, rightFor }]) => ({ key, of, count: names.length, names, rightFor }))
  return {
    bars: sorted(question, all),
    replied: given.length,
    known: given.filter(({ result }) => result !== undefined && result.value !== 'unknown').length,
    right: given.filter(({ result }) => result?.value === 'right').length,
  }
}

interface Binner {
  /** Bars that are there also if nobody says so. */
  readonly always: readonly BarOf[]
  readonly of: (reply: Reply) => readonly BarOf[]
}

interface ToBin {
  readonly replies: readonly Reply[]
  readonly durationMs: number
}

function binner(question: SheetQuestion, { replies, durationMs }: ToBin): Binner {
  switch (question.kind) {
    case 'choice':
      return {
        always: question.options.map(({ id }) => ({ kind: 'option', id })),
        of: (reply) => (reply.kind === 'choice' ? [{ kind: 'option', id: reply.option }] : []),
      }
    case 'number': {
      const isWhole = question.unit !== 'ms' && replies.every((reply) => reply.kind !== 'number' || Number.isInteger(reply.value))
      const bins = binsBetween(question.from, question.to, isWhole)
      return { always: bins, of: (reply) => (reply.kind === 'number' ? [binIn(bins, reply.value)] : []) }
    }
    case 'gap': {
      const longest = Math.max(0, ...replies.map((reply) => (reply.kind === 'gap' ? reply.durationMs : 0)))
      const bins = binsBetween(0, Math.min(durationMs, longest), false)
      const of = (reply: Reply): readonly BarOf[] => {
        if (reply.kind !== 'gap') return []
        return [reply.durationMs === 0 ? { kind: 'none' } : binIn(bins, reply.durationMs)]
      }
      return { always: longest === 0 ? [] : bins, of }
    }
    case 'order':
      return { always: [], of: (reply) => (reply.kind === 'order' ? [{ kind: 'order', items: reply.items }] : []) }
    case 'blocks':
      return { always: [], of: blocksOf }
    case 'event':
    case 'text':
      return { always: [], of: textOf }
  }
}

function blocksOf(reply: Reply): readonly BarOf[] {
  if (reply.kind !== 'blocks') return []
  if (reply.blocks.length === 0) return [{ kind: 'none' }]
  return [...new Set(reply.blocks)].map((block) => ({ kind: 'block', block }))
}

function textOf(reply: Reply): readonly BarOf[] {
  if (reply.kind === 'event') return [{ kind: 'text', text: String(reply.event) }]
  if (reply.kind !== 'text') return []
  const text = reply.text.trim()
  return text === '' ? [{ kind: 'none' }] : [{ kind: 'text', text }]
}

type Range = Extract<BarOf, { readonly kind: 'range' }>

/** At most `MOST_BINS`, of a width that is easy to read. The last one has both its ends in it. */
export function binsBetween(from: number, to: number, isWhole: boolean): readonly Range[] {
  const span = to - from
  if (!Number.isFinite(span) || span < 0) return []
  if (span === 0) return [{ kind: 'range', from, to, isWhole }]
  const wanted = niceWidth((isWhole ? span + 1 : span) / MOST_BINS)
  const width = isWhole ? Math.max(1, Math.ceil(wanted)) : wanted
  const bins: Range[] = []
  for (let index = 0; bins.length <= MOST_BINS; index++) {
    const start = from + index * width
    if (isWhole ? start > to : start >= to) break
    bins.push({ kind: 'range', from: start, to: Math.min(to, isWhole ? start + width - 1 : start + width), isWhole })
  }
  return bins
}

/** 1, 2, 2.5 or 5 times a power of ten, and not less than asked. */
function niceWidth(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= least * (1 - 1e-9)) ?? 10
  return factor * power
}

function binIn(bins: readonly Range[], value: number): BarOf {
  const last = bins.at(-1)
  const bin = bins.find(({ from, to, isWhole }) => value >= from && (isWhole ? value <= to : value < to))
  return bin ?? (last !== undefined && value === last.to ? last : { kind: 'outside' })
}

function keyOf(of: BarOf): string {
  switch (of.kind) {
    case 'option':
      return `option ${of.id}`
    case 'range':
      return `range ${of.from}`
    case 'order':
      return `order ${of.items.join(' ')}`
    case 'block':
      return `block ${of.block}`
    case 'text':
      return `text ${of.text.toLowerCase()}`
    case 'others':
    case 'outside':
    case 'none':
      return of.kind
  }
}

/** What has an order of its own keeps it; the rest stands by how often it was said. */
function sorted(question: SheetQuestion, bars: readonly Bar[]): readonly Bar[] {
  switch (question.kind) {
    case 'choice':
    case 'number':
    case 'gap':
      return bars
    case 'blocks':
      return mostOften(bars, MOST_BLOCKS, (a, b) => blockOf(a) - blockOf(b))
    case 'order':
      return mostOften(bars, MOST_ORDERS)
    case 'event':
    case 'text':
      return mostOften(bars, MOST_TEXTS)
  }
}

function blockOf({ of }: Bar): number {
  return of.kind === 'block' ? of.block : Number.POSITIVE_INFINITY
}

/** A right one is there, however few have said it. */
function mostOften(bars: readonly Bar[], most: number, then?: (a: Bar, b: Bar) => number): readonly Bar[] {
  const byCount = bars.toSorted((a, b) => b.count - a.count || b.rightFor - a.rightFor)
  const shown = [
    ...byCount.slice(0, most),
    ...byCount
      .slice(most)
      .filter(({ rightFor }) => rightFor > 0)
      .slice(0, most),
  ]
  const rest = byCount.filter((bar) => !shown.includes(bar))
  const inOrder = then === undefined ? shown : shown.toSorted(then)
  if (rest.length === 0) return inOrder
  const names = rest.flatMap((bar) => bar.names)
  return [...inOrder, { key: 'others', of: { kind: 'others', different: rest.length }, count: names.length, names, rightFor: 0 }]
}
