import { because, type Reason } from '../../contract/exercise-reason'
import { LIMITS } from '../../contract/limits'
import { GOES_ON, idsOf, NO_SCOPE, type Asked, type Candidate, type Evaluation, type Matches, type Scope, type Window } from './evaluation'
import { fieldOf, fieldOfEvent, globalValue } from './fields'
import { callFunction } from './functions'
import { fits, matchesOf, scopeOf } from './matching'
import { mentions } from './mentions'
import { printPattern } from './print'
import { relates } from './relations'
import type { Happening, RunBook } from './run-book'
import type { Expression, Literal, Pattern, Relation } from './syntax'
import { compared, evaluated, exactly, isEqual, isLess, notKnown, toldValue, word, type Evaluated, type Value } from './values'
import { absent, both, either, fails, holds, opposite, unknown, verdictOf, type Verdict } from './verdict'

class TooManySteps extends Error {
  override readonly name = 'TooManySteps'
}

/** One expression, asked of one window of a run. */
export class Evaluator implements Evaluation {
  readonly book: RunBook
  readonly window: Window
  readonly asked: Asked
  readonly #steps: { count: number }
  /** What does not depend on the event at hand is looked for once. */
  readonly #known = new Map<Pattern, Matches>()

  constructor(parts: { readonly book: RunBook; readonly window: Window; readonly asked: Asked }, steps = { count: 0 }) {
    this.book = parts.book
    this.window = parts.window
    this.asked = parts.asked
    this.#steps = steps
  }

  /** The verdict of a whole check. Whatever goes wrong makes it unknown, and is never the learner's failure. */
  judge(expression: Expression): Verdict {
    try {
      return this.truth(expression, NO_SCOPE)
    } catch (error) {
      if (error instanceof TooManySteps) return unknown(because('tooManyLooks', { most: LIMITS.checkSteps }))
      return unknown(because('checkFailed', { error: error instanceof Error ? error.message : String(error) }))
    }
  }

  /** The value of a whole expression. */
  find(expression: Expression): Evaluated {
    try {
      return this.value(expression, NO_SCOPE)
    } catch (error) {
      return notKnown(because('checkFailed', { error: error instanceof Error ? error.message : String(error) }))
    }
  }

  /** The same run up to an event, which is the last one. */
  upTo({ order, timeMs }: Happening): Evaluator {
    const { book, asked, window } = this
    const to = Math.min(window.to, order + 1)
    return new Evaluator({ book, asked, window: { ...window, to, untilMs: timeMs, isOver: true } }, this.#steps)
  }

  step(): void {
    if (++this.#steps.count > LIMITS.checkSteps) throw new TooManySteps()
  }

  truth(expression: Expression, scope: Scope): Verdict {
    this.step()
    switch (expression.type) {
      case 'and':
        return both(this.truth(expression.left, scope), this.truth(expression.right, scope))
      case 'or':
        return either(this.truth(expression.left, scope), this.truth(expression.right, scope))
      case 'not':
        return opposite(this.truth(expression.operand, scope))
      case 'compare':
        return this.#compare(expression, scope)
      case 'events':
        return this.#quantified(expression, scope)
      case 'every':
        return this.#every(expression, scope)
      case 'relates': {
        const event = this.event(expression.of, scope)
        return 'why' in event ? unknown(event.why) : withEvents(this.relates(expression.relation, { event, scope }), [event])
      }
      case 'is-a': {
        const event = this.event(expression.of, scope)
        return 'why' in event ? unknown(event.why) : withEvents(this.fits(expression.pattern, { event, scope }), [event])
      }
      default: {
        const { value, events } = this.value(expression, scope)
        if (value.type === 'truth') return verdictOf(value.value, events)
        return unknown(value.type === 'unknown' ? value.why : because('noTruth'), events)
      }
    }
  }

  value(expression: Expression, scope: Scope): Evaluated {
    this.step()
    switch (expression.type) {
      case 'literal':
        return evaluated(literalValue(expression.value))
      case 'list': {
        const items = expression.items.map((item) => this.value(item, scope))
        return evaluated(
          { type: 'list', items: items.map(({ value }) => value) },
          items.flatMap(({ events }) => events),
        )
      }
      case 'name':
        return this.#named(expression.name, scope)
      case 'field':
        return fieldOf(this, this.value(expression.of, scope), expression.name)
      case 'call':
        return callFunction(this, expression, scope)
      case 'sum':
        return this.#sum(expression, scope)
      case 'events':
        return this.#oneEvent(expression, scope)
      default:
        return truthValue(this.truth(expression, scope))
    }
  }

  event(expression: Expression, scope: Scope): Happening | { readonly why: Reason } {
    const { value } = this.value(expression, scope)
    if (value.type === 'event') return value.event
    return { why: value.type === 'unknown' ? value.why : because('noEvent') }
  }

  quantity(expression: Expression, scope: Scope): { readonly number: number } | { readonly why: Reason } {
    const { value } = this.value(expression, scope)
    if (value.type === 'quantity' && value.least === value.most) return { number: value.least }
    return { why: value.type === 'unknown' ? value.why : because('notExact') }
  }

  /** All events that a pattern fits. */
  matches(pattern: Pattern, scope: Scope, near?: (event: Happening) => boolean): Matches {
    const used = mentions(pattern)
    if ([...scope.named.keys()].some((name) => used.has(name))) return matchesOf(this, pattern, scope, near)
    const known = this.#known.get(pattern) ?? matchesOf(this, pattern, scope)
    this.#known.set(pattern, known)
    return known
  }

  fits(pattern: Pattern, candidate: Candidate): Verdict {
    return fits(this, pattern, candidate)
  }

  relates(relation: Relation, candidate: Candidate): Verdict {
    return relates(this, relation, candidate)
  }

  #named(name: string, scope: Scope): Evaluated {
    const { event, named } = scope
    if (event !== undefined && name === 'it') return evaluated({ type: 'event', event }, idsOf([event]))
    const other = named.get(name)
    if (other !== undefined) return evaluated({ type: 'event', event: other }, idsOf([other]))
    return (event && fieldOfEvent(this.book, event, name)) ?? globalValue(this, name)
  }

  #sum({ left, right, sign }: Extract<Expression, { readonly type: 'sum' }>, scope: Scope): Evaluated {
    const [one, other] = [this.value(left, scope), this.value(right, scope)]
    const events = [...one.events, ...other.events]
    if (one.value.type !== 'quantity' || other.value.type !== 'quantity')
      return one.value.type === 'unknown' ? one : other.value.type === 'unknown' ? other : notKnown(because('nothingToAdd'), events)
    const [a, b] = [one.value, other.value]
    const why = a.why ?? b.why
    const bounds = sign === '+' ? { least: a.least + b.least, most: a.most + b.most } : { least: a.least - b.most, most: a.most - b.least }
    return evaluated({ type: 'quantity', ...bounds, ...(why === undefined ? {} : { why }) }, events)
  }

  #compare({ operator, left, right }: Extract<Expression, { readonly type: 'compare' }>, scope: Scope): Verdict {
    const sides = [this.value(left, scope), this.value(right, scope)] as const
    const [one, other] = [sides[0].value, sides[1].value]
    const whyNot = because('is', { value: toldValue(one) })
    switch (operator) {
      case '=':
        return compared(isEqual(one, other), sides, whyNot)
      case '!=':
        return opposite(compared(isEqual(one, other), sides, whyNot))
      case '<':
      case '<=':
        return compared(isLess(one, other, operator === '<='), sides, whyNot)
      case '>':
      case '>=':
        return compared(isLess(other, one, operator === '>='), sides, whyNot)
      case 'in':
        return compared(isIn(one, other), sides, whyNot)
    }
  }

  #quantified({ quantifier, pattern }: Extract<Expression, { readonly type: 'events' }>, scope: Scope): Verdict {
    const { sure, maybe, missing, goesOn } = this.matches(pattern, scope)
    const open = maybe[0]?.why ?? missing ?? (goesOn ? GOES_ON : undefined)
    if (quantifier === 'no') {
      if (sure.length > 0) return fails(idsOf(sure), firstOf(sure))
      return open === undefined ? holds() : unknown(open)
    }
    const [first] = sure
    if (first !== undefined) return holds(idsOf([first]))
    return open === undefined ? absent(noneOf(pattern)) : unknown(open)
  }

  #oneEvent({ quantifier, pattern }: Extract<Expression, { readonly type: 'events' }>, scope: Scope): Evaluated {
    if (quantifier === 'no' || quantifier === 'some')
      return truthValue(this.#quantified({ type: 'events', at: 0, quantifier, pattern }, scope))
    const { sure, maybe, missing, goesOn } = this.matches(pattern, scope)
    const event = quantifier === 'last' ? sure.at(-1) : sure[0]
    if (event === undefined) return notKnown(maybe[0]?.why ?? missing ?? (goesOn ? GOES_ON : noneOf(pattern)))
    const other = maybe.find((one) => (quantifier === 'last' ? one.event.order > event.order : one.event.order < event.order))
    const open = other?.why ?? missing ?? (goesOn && quantifier === 'last' ? GOES_ON : undefined)
    return open === undefined ? evaluated({ type: 'event', event }, idsOf([event])) : notKnown(open, idsOf([event]))
  }

  #every({ pattern, condition }: Extract<Expression, { readonly type: 'every' }>, scope: Scope): Verdict {
    const { sure, maybe, missing, goesOn } = this.matches(pattern, scope)
    let all: Verdict = holds(idsOf(sure))
    for (const event of sure) {
      const one = this.truth(condition, scopeOf(event, pattern, scope))
      if (one.value === 'false')
        return fails([...idsOf([event]), ...one.events], one.why ?? because('notTrueOf', { kind: event.kind, at: event.timeMs }))
      if (one.value === 'unknown' && all.value === 'true') all = withEvents(one, [event])
    }
    const open = maybe[0]?.why ?? missing ?? (goesOn ? GOES_ON : undefined)
    if (open !== undefined && all.value === 'true') return unknown(open)
    return sure.length === 0 ? unknown(noneOf(pattern)) : all
  }
}

function noneOf(pattern: Pattern): Reason {
  return because('noneOf', { what: printPattern(pattern) })
}

function firstOf([event]: readonly Happening[]): Reason | undefined {
  return event && because('isThere', { kind: event.kind, at: event.timeMs })
}

function withEvents(verdict: Verdict, events: readonly Happening[]): Verdict {
  return { ...verdict, events: [...new Set([...idsOf(events), ...verdict.events])].slice(0, LIMITS.checkEvents) }
}

function truthValue({ value, why, events }: Verdict): Evaluated {
  return value === 'unknown' ? notKnown(why, events) : evaluated({ type: 'truth', value: value === 'true' }, events)
}

function isIn(one: Value, list: Value): boolean | undefined {
  if (one.type === 'unknown' || list.type !== 'list') return undefined
  const same = list.items.map((item) => isEqual(one, item))
  return same.includes(true) ? true : same.includes(undefined) ? undefined : false
}

function literalValue(literal: Literal): Value {
  switch (literal.type) {
    case 'number':
      return exactly(literal.value)
    case 'duration':
      return exactly(literal.ms)
    case 'lun':
      return exactly(literal.lun)
    case 'blocks':
      return exactly(literal.count)
    case 'text':
      return word(literal.text)
    case 'truth':
      return { type: 'truth', value: literal.value }
    case 'controller':
      return word(literal.controller)
    case 'place':
      return word(literal.place)
  }
}
