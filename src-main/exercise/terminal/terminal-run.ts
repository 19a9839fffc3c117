import type { Reply } from '../../contract/exercise-reply'
import { isBulk, type TraceEvent } from '../../contract/trace'
import type { Question } from '../checks/question'
import { reasonText } from '../checks/reason-text'
import type { SimulatedExercise } from '../format/exercise'
import { whyForbidden } from '../format/allowed'
import type { WorldModule } from '../grading/grade'
import { judge, type JudgedCheck } from '../grading/judge'
import type { Submission } from '../grading/submission'
import type { ActAfter, ExerciseRun, ExerciseRunOptions } from '../world/exercise-run'
import { askQuestion, tellEvent } from './ask-question'
import type { Terminal } from './terminal'
import { typedAct } from './typed-act'

const HELP = `Commands:
  wait MS            lets that much time pass
  look               what happened since you looked
  ACT key=value ...  does something that is allowed, now, such as kill controller=a
  hint CHECK         a hint for a check, which may cost points
  again              begins the run anew
  end                lets the run come to its end`

export interface TerminalRunParts {
  readonly exercise: SimulatedExercise
  readonly seed: number
  readonly world: WorldModule & { readonly startRun: (options: ExerciseRunOptions) => ExerciseRun }
  readonly terminal: Terminal
}

/** What is to be handed in, without who did it. */
export type Done = Pick<Submission, 'acts' | 'predictions' | 'answers' | 'hints' | 'result'> & { readonly checks: readonly JudgedCheck[] }

/** One learner does one exercise in a terminal: predicts, acts, answers, and gets his verdicts. */
export class TerminalRun {
  readonly #parts: TerminalRunParts
  readonly #hints = new Set<string>()
  #run: ExerciseRun
  #acts: ActAfter[] = []
  #unseen: TraceEvent[] = []

  constructor(parts: TerminalRunParts) {
    this.#parts = parts
    this.#run = this.#begin()
  }

  async do(): Promise<Done> {
    const { exercise, seed, world, terminal } = this.#parts
    terminal.say(`${exercise.title} (${exercise.minutes} minutes, ${exercise.level})\n\n${exercise.introduction.trim()}`)
    for (const { title, text } of exercise.steps) terminal.say(`\n## ${title}\n\n${text.trim()}`)
    const predictions = await this.#askAll(exercise.predictions, [])
    terminal.say('\nYour predictions are locked. The pair serves, and the run begins.\n')
    terminal.say([HELP, 'Allowed:', ...exercise.allowed.map(({ act, parameters }) => `  ${act} ${tellParameters(parameters)}`)].join('\n'))
    await this.#operate()
    const { evidence, hash } = world.simulate({ exercise, seed, acts: this.#acts })
    const answers = await this.#askAll(exercise.questions, evidence.events)
    const hints = [...this.#hints]
    const checks = judge(exercise, { ...evidence, predictions, answers }, hints)
    this.#tell(checks, evidence.events)
    const points = checks.reduce((sum, check) => sum + check.points, 0)
    return { acts: this.#acts, predictions, answers, hints, checks, result: { hash, points } }
  }

  async #askAll(questions: readonly Question[], events: readonly TraceEvent[]): Promise<Record<string, Reply>> {
    const replies: Record<string, Reply> = {}
    for (const question of questions) {
      const reply = await askQuestion(this.#parts.terminal, question, events)
      if (reply !== undefined) replies[question.id] = reply
    }
    return replies
  }

  #begin(): ExerciseRun {
    const { exercise, seed, world } = this.#parts
    const run = world.startRun({ exercise, seed, acts: [] })
    this.#acts = []
    this.#unseen = []
    const take = (event: TraceEvent): void => {
      if (!isBulk(event.kind)) this.#unseen.push(event)
    }
    run.world.trace.onEvent(take)
    run.world.trace.onAside(take)
    while (run.servesFromMs === undefined && run.step());
    return run
  }

  async #operate(): Promise<void> {
    const { terminal, exercise } = this.#parts
    for (;;) {
      const text = (await terminal.ask(`${Math.round(this.#nowMs)} ms > `))?.trim()
      if (text === undefined || text === 'end') break
      const [command, argument] = text.split(/\s+/)
      if (command === undefined || command === '') continue
      if (command === 'wait') this.#wait(Number(argument))
      else if (command === 'look') this.#look()
      else if (command === 'hint') this.#hint(argument ?? '')
      else if (command === 'help') terminal.say(HELP)
      else if (command === 'again') this.#run = this.#begin()
      else this.#act(text)
      if (this.#nowMs >= exercise.world.durationMs) break
    }
    while (this.#run.step());
  }

  get #nowMs(): number {
    return this.#run.world.clock.nowMs() - (this.#run.servesFromMs ?? 0)
  }

  #wait(ms: number): void {
    if (!(ms > 0)) return this.#parts.terminal.say('How many milliseconds? For example: wait 500')
    const untilMs = Math.min(this.#nowMs + ms, this.#parts.exercise.world.durationMs)
    while (this.#nowMs < untilMs && this.#run.step());
    this.#look()
  }

  #look(): void {
    const from = this.#run.servesFromMs ?? 0
    const lines = this.#unseen.map((event, index) => tellEvent({ ...event, timeMs: event.timeMs - from }, index + 1))
    this.#unseen = []
    this.#parts.terminal.say(lines.length === 0 ? 'Nothing happened but I/O.' : lines.join('\n'))
  }

  #hint(id: string): void {
    const { exercise, terminal } = this.#parts
    const check = exercise.checks.find((one) => one.id === id)
    if (check?.hint === undefined) {
      const withHints = exercise.checks.filter(({ hint }) => hint !== undefined).map((one) => `${one.id} (${one.hintCost} points)`)
      return terminal.say(`There are hints for ${withHints.join(', ') || 'nothing'}.`)
    }
    this.#hints.add(id)
    terminal.say(check.hint)
  }

  #act(text: string): void {
    const { exercise, terminal } = this.#parts
    const typed = typedAct(text)
    if (!typed.ok) return terminal.say(`${typed.error} (help lists the commands.)`)
    const act: ActAfter = { ...typed.value, event: this.#run.world.clock.eventsRun }
    const why = whyForbidden(exercise, this.#acts, act)
    if (why !== undefined) return terminal.say(why)
    const outcome = this.#run.act(typed.value)
    if (!outcome.ok) terminal.say(outcome.error)
    this.#acts.push(act)
  }

  #tell(checks: readonly JudgedCheck[], events: readonly TraceEvent[]): void {
    const { exercise, terminal } = this.#parts
    terminal.say('')
    for (const { id, verdict, points, of } of checks) {
      const { value, why } = verdict
      const sign = { true: '✓', false: '✗', unknown: '?' }[value]
      const because = why === undefined ? '' : ` (${reasonText(why)})`
      const said = value === 'true' ? '' : `: ${exercise.checks.find((one) => one.id === id)?.message ?? ''}${because}`
      terminal.say(`${sign} ${id}, ${points} of ${of} points${said}`)
      for (const event of verdict.events.slice(0, 3)) {
        const index = events.findIndex((one) => one.id === event)
        const found = events[index]
        if (found !== undefined) terminal.say(tellEvent(found, index + 1))
      }
    }
    terminal.say(`${checks.reduce((sum, { points }) => sum + points, 0)} of ${checks.reduce((sum, { of }) => sum + of, 0)} points`)
  }
}

function tellParameters(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ')
}
