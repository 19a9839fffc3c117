import { isBulk, type TraceEvent } from '../../contract/trace'
import type { SimulatedExercise } from '../format/exercise'
import { whyForbidden } from '../format/allowed'
import type { WorldModule } from '../grading/grade'
import { judge } from '../grading/judge'
import type { ActAfter, ExerciseRun, ExerciseRunOptions } from '../world/exercise-run'
import { tellEvent } from './ask-question'
import { Conversation, type Done } from './conversation'
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

/** One learner does one exercise in a terminal: predicts, acts, answers, and gets his verdicts. */
export class TerminalRun {
  readonly #parts: TerminalRunParts
  readonly #conversation: Conversation
  #run: ExerciseRun
  #acts: ActAfter[] = []
  #unseen: TraceEvent[] = []

  constructor(parts: TerminalRunParts) {
    this.#parts = parts
    this.#conversation = new Conversation(parts.exercise, parts.terminal)
    this.#run = this.#begin()
  }

  async do(): Promise<Done> {
    const { exercise, seed, world, terminal } = this.#parts
    const conversation = this.#conversation
    conversation.introduce()
    const predictions = await conversation.askAll(exercise.predictions, [])
    terminal.say('\nYour predictions are locked. The pair serves, and the run begins.\n')
    terminal.say([HELP, 'Allowed:', ...exercise.allowed.map(({ act, parameters }) => `  ${act} ${tellParameters(parameters)}`)].join('\n'))
    await this.#operate()
    const { evidence, hash } = world.simulate({ exercise, seed, acts: this.#acts })
    const answers = await conversation.askAll(exercise.questions, evidence.events)
    const { hints } = conversation
    const checks = judge(exercise, { ...evidence, predictions, answers }, hints)
    const points = conversation.tell(checks, evidence.events)
    return { acts: this.#acts, predictions, answers, hints, checks, result: { hash, points } }
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
      else if (command === 'hint') this.#conversation.hint(argument ?? '')
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
}

function tellParameters(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(' ')
}
