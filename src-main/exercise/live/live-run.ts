import { setTimeout as wait } from 'node:timers/promises'
import { failure, ok, type Result } from '../../base/result'
import type { LabSnapshot } from '../../contract/snapshot'
import { triggerFits } from '../checks/trigger'
import type { ActEvidence, Evidence } from '../evidence/evidence'
import type { Act, LiveExercise, TimedAct } from '../format/exercise'
import type { LiveLab } from './live-lab'
import { LiveTry, type LiveAct } from './live-try'
import { recordingEvidence } from './recording-evidence'

export interface LiveRun {
  /** Without what the learner said. */
  readonly evidence: Evidence
  /** Acts that were not possible when their time came. */
  readonly refused: readonly { readonly by: 'learner'; readonly act: Act; readonly why: string }[]
}

const LOOK_EVERY_MS = 50
const WHOLE_WITHIN_MS = 90_000
/** Nobody does anything: what nobody does looks the same for how long ever. */
const EMPTY_MS = 1000
const TRY_AGAIN_MS = 100
const TRIES = 150

/** A solution in a lab that runs, from a whole pair on. The error is a sentence. */
export async function runLive(
  lab: LiveLab,
  { exercise, solution }: { readonly exercise: LiveExercise; readonly solution: readonly TimedAct[] },
): Promise<Result<LiveRun, string>> {
  const whole = await makeWhole(lab)
  if (!whole.ok) return whole
  let isOver = false
  const over = (): void => void (isOver = true)
  const begun = await LiveTry.begin({ lab, exercise, isDue: over })
  if (!begun.ok) return begun
  const plan = new Plan(lab, begun.value, { solution, ended: over })
  if (solution.length === 0) setTimeout(over, EMPTY_MS)
  while (!isOver) await wait(LOOK_EVERY_MS)
  plan.stop()
  const bytes = await begun.value.end()
  const recorded = recordingEvidence(bytes, actEvidence(begun.value.acts))
  if (!recorded.ok) return recorded
  if (recorded.value.problem !== undefined) return failure(recorded.value.problem)
  return ok({ evidence: recorded.value.evidence, refused: plan.refused })
}

/** Acts as they stand in evidence. */
export function actEvidence(acts: readonly LiveAct[]): readonly ActEvidence[] {
  return acts.map(({ act, parameters, atMs }) => ({ by: 'learner', act, parameters, atMs }))
}

/** What did not succeed is tried again, as a person would. The error is a sentence. */
async function makeWhole(lab: LiveLab): Promise<Result<null, string>> {
  const untilMs = lab.nowMs() + WHOLE_WITHIN_MS
  for (;;) {
    const { missing, makingWhole } = lab.snapshot()
    const isRunning = makingWhole?.state === 'running'
    if (missing === undefined && !isRunning) return ok(null)
    if (lab.nowMs() > untilMs) return failure(`The lab did not become whole again. ${stillMissing(missing, makingWhole)}`)
    if (!isRunning) lab.command('make-whole', { replaceDrives: true })
    await wait(LOOK_EVERY_MS)
  }
}

function stillMissing(missing: LabSnapshot['missing'], makingWhole: LabSnapshot['makingWhole']): string {
  const { name, controller, drive } = makingWhole?.step ?? missing ?? {}
  const what = [name, controller?.toUpperCase(), drive].filter((part) => part !== undefined).join(' ')
  return [`It is at this step: ${what || 'none'}.`, ...(makingWhole?.message === undefined ? [] : [makingWhole.message])].join(' ')
}

/** Acts of a solution, each at its time or after its event. */
class Plan {
  readonly refused: { readonly by: 'learner'; readonly act: Act; readonly why: string }[] = []
  readonly #try: LiveTry
  readonly #ended: () => void
  readonly #timers: NodeJS.Timeout[] = []
  readonly #stops: (() => void)[] = []
  /** Acts that are tried again, with why they were not possible the last time. */
  readonly #waiting = new Map<Act, string>()

  constructor(lab: LiveLab, current: LiveTry, { solution, ended }: { readonly solution: readonly TimedAct[]; readonly ended: () => void }) {
    this.#try = current
    this.#ended = ended
    for (const { when, ...act } of solution) {
      if (when.type === 'at') this.#after(when.atMs, act)
      else {
        let seen = 0
        const stop = lab.onEvents((events) => {
          for (const event of events)
            if (event.timeMs >= current.fromMs && triggerFits(when.trigger, event) && ++seen === when.nth) this.#after(when.plusMs, act)
        })
        this.#stops.push(stop)
      }
    }
  }

  stop(): void {
    this.#timers.forEach(clearTimeout)
    this.#stops.forEach((stop) => stop())
    for (const [act, why] of this.#waiting) this.#refuse(act, why)
  }

  #after(ms: number, act: Act): void {
    this.#timers.push(setTimeout(() => this.#perform(act), ms))
  }

  /** As a person does it: what is not possible now, since the lab is busy with something by itself, is tried again. */
  #perform(act: Act, triesLeft = TRIES): void {
    if (act.act === 'end-try') return this.#ended()
    const outcome = this.#try.act(act)
    if (outcome.ok) this.#waiting.delete(act)
    else if (triesLeft === 0 || outcome.error.code !== 'not-possible-now') this.#refuse(act, outcome.error.message)
    else {
      this.#waiting.set(act, outcome.error.message)
      this.#timers.push(setTimeout(() => this.#perform(act, triesLeft - 1), TRY_AGAIN_MS))
    }
  }

  #refuse(act: Act, why: string): void {
    this.#waiting.delete(act)
    this.refused.push({ by: 'learner', act, why })
  }
}
