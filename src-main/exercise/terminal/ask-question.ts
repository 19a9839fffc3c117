import type { Reply } from '../../contract/exercise-reply'
import type { TraceEvent } from '../../contract/trace'
import type { Question } from '../checks/question'
import type { Terminal } from './terminal'

const MOST_LISTED = 40

/** Asks until the reply fits. Undefined: there is nobody any more, or he says nothing. `events`: of the run, once it is over. */
export async function askQuestion(terminal: Terminal, question: Question, events: readonly TraceEvent[]): Promise<Reply | undefined> {
  terminal.say(`\n${question.text}`)
  for (const line of choicesOf(question)) terminal.say(line)
  for (;;) {
    const text = (await terminal.ask(`${howTo(question)} (nothing: no reply) > `))?.trim()
    if (text === undefined || text === '') return undefined
    if (question.kind === 'event' && text.startsWith('events')) {
      for (const line of listed(events, text.slice('events'.length).trim())) terminal.say(line)
      continue
    }
    const reply = replyFrom(question, text, events)
    if (reply !== undefined) return reply
    terminal.say('That is no reply to this question.')
  }
}

function choicesOf(question: Question): readonly string[] {
  if (question.kind === 'order') return question.items.map(({ text }, index) => `  ${index + 1}  ${text}`)
  if (question.kind === 'choice') return question.options.map(({ text }, index) => `  ${index + 1}  ${text}`)
  return []
}

function howTo(question: Question): string {
  switch (question.kind) {
    case 'order':
      return 'The numbers in their order, such as 2 1 3'
    case 'choice':
      return 'A number'
    case 'number':
      return `A number from ${question.from} to ${question.to}${question.unit === 'count' ? '' : ` (${question.unit})`}`
    case 'gap':
      return `When LUN ${question.lun} stops to answer, and for how long, both in ms`
    case 'blocks':
      return `Numbers of ${question.of}`
    case 'event':
      return 'The number of an event; "events takeover 800" lists those whose kind begins so, from number 800 on'
    case 'text':
      return 'A sentence'
  }
}

function replyFrom(question: Question, text: string, events: readonly TraceEvent[]): Reply | undefined {
  const numbers = text.split(/[\s,]+/).map(Number)
  const [first = NaN, second = NaN] = numbers
  switch (question.kind) {
    case 'order': {
      const items = numbers.flatMap((number) => question.items[number - 1]?.id ?? [])
      return items.length === question.items.length && new Set(items).size === items.length ? { kind: 'order', items } : undefined
    }
    case 'choice': {
      const option = question.options[first - 1]?.id
      return option === undefined ? undefined : { kind: 'choice', option }
    }
    case 'number':
      return first >= question.from && first <= question.to ? { kind: 'number', value: first } : undefined
    case 'gap':
      return first >= 0 && second >= 0 ? { kind: 'gap', fromMs: first, durationMs: second } : undefined
    case 'blocks':
      return numbers.every((number) => Number.isSafeInteger(number) && number >= 0) ? { kind: 'blocks', blocks: numbers } : undefined
    case 'event': {
      const event = events[first - 1]?.id
      return event === undefined ? undefined : { kind: 'event', event }
    }
    case 'text':
      return { kind: 'text', text }
  }
}

/** Events with their numbers in the run, from 1 on. `wanted`: how the kind begins, and the number to begin with. */
export function listed(events: readonly TraceEvent[], wanted: string): readonly string[] {
  const [kind = '', from = '1'] = wanted.split(/\s+/)
  const found = events.flatMap((event, index) => {
    return event.kind.startsWith(kind) && index + 1 >= Number(from) ? [tellEvent(event, index + 1)] : []
  })
  if (found.length === 0) return [`No event from number ${from} on has a kind that begins with "${kind}".`]
  return found.length <= MOST_LISTED ? found : [...found.slice(0, MOST_LISTED), `and ${found.length - MOST_LISTED} more`]
}

/** One line about an event. */
export function tellEvent({ timeMs, kind, place, to, data }: TraceEvent, number: number): string {
  const where = to === undefined ? place : `${place} to ${to}`
  const details = data === undefined ? '' : ` ${JSON.stringify(data)}`
  return `  ${String(number).padStart(5)}  ${timeMs.toFixed(2).padStart(9)} ms  ${kind}  ${where}${details}`
}
