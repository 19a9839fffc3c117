import type { Reply } from '../../contract/exercise-reply'
import type { TraceEvent } from '../../contract/trace'
import type { Question } from '../checks/question'
import { reasonText } from '../checks/reason-text'
import type { Exercise } from '../format/exercise'
import type { JudgedCheck } from '../grading/judge'
import type { Submission } from '../grading/submission'
import { askQuestion, tellEvent } from './ask-question'
import type { Terminal } from './terminal'

/** What is to be handed in, without who did it. */
export type Done = Pick<Submission, 'acts' | 'predictions' | 'answers' | 'hints' | 'result'> & { readonly checks: readonly JudgedCheck[] }

const SIGNS = { true: '✓', false: '✗', unknown: '?' } as const
const MOST_EVENTS = 3

/** What every exercise in a terminal has: its text, its questions, hints and verdicts. */
export class Conversation {
  readonly #exercise: Exercise
  readonly #terminal: Terminal
  readonly #hints = new Set<string>()

  constructor(exercise: Exercise, terminal: Terminal) {
    this.#exercise = exercise
    this.#terminal = terminal
  }

  /** Ids of the checks whose hints were taken. */
  get hints(): readonly string[] {
    return [...this.#hints]
  }

  introduce(): void {
    const { title, minutes, level, introduction, steps } = this.#exercise
    this.#terminal.say(`${title} (${minutes} minutes, ${level})\n\n${introduction.trim()}`)
    for (const step of steps) this.#terminal.say(`\n## ${step.title}\n\n${step.text.trim()}`)
  }

  /** `events`: of the run, once it is over. */
  async askAll(questions: readonly Question[], events: readonly TraceEvent[]): Promise<Record<string, Reply>> {
    const replies: Record<string, Reply> = {}
    for (const question of questions) {
      const reply = await askQuestion(this.#terminal, question, events)
      if (reply !== undefined) replies[question.id] = reply
    }
    return replies
  }

  hint(id: string): void {
    const { checks } = this.#exercise
    const check = checks.find((one) => one.id === id)
    if (check?.hint === undefined) {
      const withHints = checks.filter(({ hint }) => hint !== undefined).map((one) => `${one.id} (${one.hintCost} points)`)
      return this.#terminal.say(`There are hints for ${withHints.join(', ') || 'nothing'}.`)
    }
    this.#hints.add(id)
    this.#terminal.say(check.hint)
  }

  /** Tells each verdict with the events that decide it, and gives the points. `fromMs`: from where the times of the events count. */
  tell(judged: readonly JudgedCheck[], events: readonly TraceEvent[], fromMs = 0): number {
    this.#terminal.say('')
    for (const { id, verdict, points, of } of judged) {
      const { value, why } = verdict
      const because = why === undefined ? '' : ` (${reasonText(why, fromMs)})`
      const message = this.#exercise.checks.find((one) => one.id === id)?.message ?? ''
      const said = value === 'true' ? '' : `: ${message}${because}`
      this.#terminal.say(`${SIGNS[value]} ${id}, ${points} of ${of} points${said}`)
      for (const event of verdict.events.slice(0, MOST_EVENTS)) {
        const index = events.findIndex((one) => one.id === event)
        const found = events[index]
        if (found !== undefined) this.#terminal.say(tellEvent(found, index + 1))
      }
    }
    const reached = sum(judged.map(({ points }) => points))
    this.#terminal.say(`${reached} of ${sum(judged.map(({ of }) => of))} points`)
    return reached
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
