import type { TraceEvent } from '../../contract/trace'
import type { RecordedExercise } from '../format/exercise'
import { judge } from '../grading/judge'
import type { RunAgain } from '../grading/recorded-try'
import { listed } from './ask-question'
import { Conversation, type Done } from './conversation'
import { recordingStory } from './recording-story'
import type { Terminal } from './terminal'

const HELP = `Commands:
  story              all of the recording again
  story FROM TO      a stretch of it in smaller steps, such as story 1500 2000
  events KIND FROM   events whose kind begins so, from that number on, also those of I/O: events host.response 200
  hint CHECK         a hint for a check, which may cost points
  end                goes on to the questions`

export interface RecordedTerminalParts {
  readonly exercise: RecordedExercise
  /** Of its recording. */
  readonly run: RunAgain
  readonly terminal: Terminal
}

/** One learner does one exercise about a recording in a terminal: predicts, reads what happened, answers, and gets his verdicts. */
export class RecordedTerminalRun {
  readonly #parts: RecordedTerminalParts
  readonly #conversation: Conversation
  readonly #events: readonly TraceEvent[]

  constructor(parts: RecordedTerminalParts) {
    this.#parts = parts
    this.#conversation = new Conversation(parts.exercise, parts.terminal)
    const { events, fromMs } = parts.run.evidence
    this.#events = events.map((event) => ({ ...event, timeMs: event.timeMs - fromMs }))
  }

  async do(): Promise<Done> {
    const { exercise, run, terminal } = this.#parts
    const conversation = this.#conversation
    conversation.introduce()
    const predictions = await conversation.askAll(exercise.predictions, [])
    terminal.say('\nYour predictions are locked. This is the recording. Its times count from its beginning.\n')
    this.#tellStory()
    terminal.say(`\n${HELP}`)
    await this.#explore()
    const answers = await conversation.askAll(exercise.questions, this.#events)
    const { hints } = conversation
    const checks = judge(exercise, { ...run.evidence, predictions, answers }, hints)
    const points = conversation.tell(checks, this.#events, run.evidence.fromMs)
    return { acts: [], predictions, answers, hints, checks, result: { hash: run.hash, points } }
  }

  async #explore(): Promise<void> {
    const { terminal } = this.#parts
    for (;;) {
      const text = (await terminal.ask('recording > '))?.trim()
      if (text === undefined || text === 'end') return
      const [command, first, second] = text.split(/\s+/)
      if (command === '') continue
      if (command === 'story') this.#tellStory(first, second)
      else if (command === 'events') for (const line of listed(this.#events, text.slice('events'.length).trim())) terminal.say(line)
      else if (command === 'hint') this.#conversation.hint(first ?? '')
      else if (command === 'help') terminal.say(HELP)
      else terminal.say('Nothing can be done in a recording. (help lists the commands.)')
    }
  }

  /** All of it, or the stretch between two times. */
  #tellStory(from = '0', to?: string): void {
    const { exercise, run, terminal } = this.#parts
    const { evidence } = run
    const tookMs = evidence.untilMs - evidence.fromMs
    const [fromMs, untilMs] = [Number(from), Math.min(tookMs, to === undefined ? tookMs : Number(to))]
    if (!(fromMs >= 0 && fromMs < untilMs)) return terminal.say(`Say two times from 0 to ${Math.round(tookMs)}, such as story 1500 2000.`)
    const story = { events: this.#events, volumes: exercise.world.volumes, fromMs, untilMs }
    for (const line of recordingStory(story)) terminal.say(line)
  }
}
