import type { TraceEvent } from '../../contract/trace'
import type { Evidence } from '../evidence/evidence'
import { Evaluator } from './evaluate'
import { NO_SCOPE } from './evaluation'
import { kindsOf } from './matching'
import { RunBook } from './run-book'
import type { Trigger } from './syntax'

/** Whether an event that happens now is one of those that a trigger waits for. */
export function triggerFits({ pattern }: Trigger, event: TraceEvent, frames: Evidence['frames'] = []): boolean {
  if (!kindsOf(pattern).has(event.kind)) return false
  const book = new RunBook({ ...NOTHING, events: [event], frames })
  const [happening] = book.happenings
  const window = { from: 0, to: 1, fromMs: event.timeMs, untilMs: event.timeMs, isOver: true }
  const evaluator = new Evaluator({ book, window, asked: { question: () => undefined, reply: () => undefined } })
  return happening !== undefined && evaluator.fits(pattern, { event: happening, scope: NO_SCOPE }).value === 'true'
}

const NOTHING: Evidence = {
  source: 'simulated',
  fromMs: 0,
  untilMs: 0,
  isOver: false,
  events: [],
  incomplete: [],
  outages: [],
  requests: [],
  ledger: {},
  frames: [],
  violations: [],
  acts: [],
  predictions: {},
  answers: {},
}
