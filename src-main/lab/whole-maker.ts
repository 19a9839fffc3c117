import { failure, ok, type Result } from '../base/result'
import type { ControllerId } from '../contract/controller-id'
import type { LabError } from '../contract/lab-error'
import { LIMITS } from '../contract/limits'
import type { MakingWhole, WholeStep } from '../contract/making-whole'
import type { LabSnapshot } from '../contract/snapshot'
import { actOf, type WholeActs } from './whole-acts'
import { nextStep } from './whole-steps'

type Outcome = Result<null, LabError>

export interface WholeMakerParts extends WholeActs {
  readonly snapshot: () => LabSnapshot
  /** On the trace clock. */
  readonly nowMs: () => number
  /** Something that the snapshot shows is different now. */
  readonly changed: () => void
}

const LOOK_EVERY_MS = 100
/** Controllers tell of what was done to a drive a little later. */
const SETTLED_MS = 1500
/** An act that changed nothing is tried again after this time. */
const AGAIN_AFTER_MS = 2000
/** A refused rebuild may be possible a moment later. After so many refusals, only another start of both controllers opens the drive. */
const REFUSALS_BEFORE_RESTART = 2
/** Nothing takes so long without any progress. */
const STALLED_MS = 60_000

interface Run {
  report: MakingWhole
  readonly replaceDrives: boolean
  readonly tries: Map<string, number>
  /** What the snapshot said of the step, and since when. */
  signature: string
  progressAtMs: number
  stepAtMs: number
  actedAtMs: number
  isActing: boolean
  /** Of the step under way. */
  lastError: string | undefined
  wholeSinceMs: number | undefined
  /** To be restarted one after the other, because a drive that no group can do without cannot be rebuilt. */
  readonly toRestart: ControllerId[]
  hasReopened: boolean
}

/** Carries out `make-whole`: looks what is missing, does it or waits for it, and looks again, until nothing is missing. */
export class WholeMaker {
  readonly #parts: WholeMakerParts
  #run: Run | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(parts: WholeMakerParts) {
    this.#parts = parts
  }

  get report(): MakingWhole | undefined {
    return this.#run?.report
  }

  start({ replaceDrives = false }: { readonly replaceDrives?: boolean | undefined }): Outcome {
    if (this.#run?.report.state === 'running') return notNow('The lab is being made whole already (cancel-make-whole ends that).')
    const dead = this.#parts.snapshot().drives.find(({ faults }) => faults?.presence === 'dead')
    if (dead !== undefined && !replaceDrives) return notNow(mayNotReplace(dead.index))
    const nowMs = this.#parts.nowMs()
    this.#run = {
      report: { state: 'running', startedAtMs: nowMs, done: [] },
      replaceDrives,
      tries: new Map(),
      signature: '',
      progressAtMs: nowMs,
      stepAtMs: nowMs,
      actedAtMs: Number.NEGATIVE_INFINITY,
      isActing: false,
      lastError: undefined,
      wholeSinceMs: undefined,
      toRestart: [],
      hasReopened: false,
    }
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#look()
    return ok(null)
  }

  /** What has begun goes on, such as a rebuild. */
  cancel(): Outcome {
    if (this.#run?.report.state !== 'running') return notNow('The lab is not being made whole.')
    this.#end(this.#run, { state: 'cancelled' })
    return ok(null)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const run = this.#run
    if (run === undefined || run.report.state !== 'running') return
    const snapshot = this.#parts.snapshot()
    const nowMs = this.#parts.nowMs()
    const step = stepOf(run, snapshot)
    if (step === undefined) return this.#isWhole(run, nowMs)
    run.wholeSinceMs = undefined
    this.#goTo(run, step, nowMs)
    const signature = signatureOf(step, snapshot)
    if (signature !== run.signature) {
      run.signature = signature
      run.progressAtMs = nowMs
    }
    if (nowMs - run.progressAtMs > STALLED_MS)
      return this.#end(run, { state: 'failed', message: run.lastError ?? 'It has got no further for a minute.' })
    this.#act(run, step, snapshot)
  }

  #isWhole(run: Run, nowMs: number): void {
    run.wholeSinceMs ??= nowMs
    if (nowMs - run.wholeSinceMs >= SETTLED_MS) this.#end(run, { state: 'done' })
  }

  #goTo(run: Run, step: WholeStep, nowMs: number): void {
    const { step: before, done } = run.report
    if (before !== undefined && keyOf(before) === keyOf(step)) return
    run.report = { ...run.report, step, done: before === undefined ? done : withStep(done, before) }
    run.stepAtMs = nowMs
    run.actedAtMs = Number.NEGATIVE_INFINITY
    run.lastError = undefined
    this.#parts.changed()
  }

  #act(run: Run, step: WholeStep, snapshot: LabSnapshot): void {
    const nowMs = this.#parts.nowMs()
    const act = actOf(step, snapshot)
    if (act === undefined || run.isActing || nowMs - run.stepAtMs < act.afterMs || nowMs - run.actedAtMs < AGAIN_AFTER_MS) return
    if (step.name === 'replace-drive' && !run.replaceDrives)
      return this.#end(run, { state: 'failed', message: mayNotReplace(step.drive ?? 0) })
    const tries = (run.tries.get(keyOf(step)) ?? 0) + 1
    const maxTries = run.lastError === undefined ? act.maxTries : undefined
    if (tries > (maxTries ?? LIMITS.wholeStepTries))
      return this.#end(run, { state: 'failed', message: run.lastError ?? act.inVain ?? 'What was done for it has not helped.' })
    run.tries.set(keyOf(step), tries)
    run.actedAtMs = nowMs
    run.isActing = true
    void act
      .run(this.#parts)
      .catch((error: unknown) => notNow(error instanceof Error ? error.message : String(error)))
      .then((outcome) => this.#acted(run, step, outcome))
  }

  #acted(run: Run, step: WholeStep, outcome: Outcome): void {
    run.isActing = false
    const isCurrent = run.report.step !== undefined && keyOf(run.report.step) === keyOf(step)
    if (isCurrent) run.lastError = outcome.ok ? undefined : outcome.error.message
    if (step.name === 'reopen-drive') run.toRestart.shift()
    const isRefused = step.name === 'rebuild-drive' && !outcome.ok && (run.tries.get(keyOf(step)) ?? 0) >= REFUSALS_BEFORE_RESTART
    if (!isRefused || run.hasReopened) return
    run.hasReopened = true
    run.toRestart.push('b', 'a')
  }

  #end(run: Run, outcome: { readonly state: 'done' | 'failed' | 'cancelled'; readonly message?: string }): void {
    clearInterval(this.#timer)
    const { step, done, startedAtMs } = run.report
    const isOver = outcome.state === 'done' && step !== undefined
    run.report = {
      ...outcome,
      startedAtMs,
      endedAtMs: this.#parts.nowMs(),
      done: isOver ? withStep(done, step) : done,
      ...(isOver || step === undefined ? {} : { step }),
    }
    this.#parts.changed()
  }
}

function stepOf({ toRestart }: Run, snapshot: LabSnapshot): WholeStep | undefined {
  const step = nextStep(snapshot)
  const [controller] = toRestart
  if (step?.name !== 'rebuild-drive' || step.drive === undefined || controller === undefined) return step
  return { name: 'reopen-drive', drive: step.drive, controller }
}

function keyOf({ name, controller, drive }: WholeStep): string {
  return `${name}/${controller ?? ''}/${drive ?? ''}`
}

/** A step may come back, as when a drive is rebuilt again: it is told once. */
function withStep(done: readonly WholeStep[], step: WholeStep): readonly WholeStep[] {
  return done.some((one) => keyOf(one) === keyOf(step)) ? done : [...done, step].slice(-LIMITS.wholeSteps)
}

/** Changes with everything that is on its way. */
function signatureOf(step: WholeStep, { drives, array, controllers, host }: LabSnapshot): string {
  return JSON.stringify([
    keyOf(step),
    drives.map(({ rebuild }) => rebuild),
    array?.ownership,
    [controllers.a, controllers.b].map(({ state, phase, incarnation }) => [state, phase, incarnation]),
    host?.paths.map(({ state }) => state),
  ])
}

function mayNotReplace(drive: number): string {
  return (
    `Drive ${drive} is dead, so only a blank one in its place can make the lab whole. What was on it would be gone for good. ` +
    'If you want that, send make-whole with "replaceDrives": true.'
  )
}

function notNow(message: string): Result<never, LabError> {
  return failure({ code: 'not-possible-now', message })
}
