import { failure, ok, type Result } from '../../base/result'
import type { DemoTimes } from '../../contract/classroom'
import type { TraceEvent } from '../../contract/trace'
import { triggerFits } from '../checks/trigger'
import type { Trigger } from '../checks/syntax'
import type { Demo, DemoStep } from '../format/demo'
import { ExerciseRun } from './exercise-run'

/**
 * Runs a demo once, and finds the moments of its steps, on the clock of its world. The error has a sentence for each step that does not
 * come about, or comes before the one that stands before it.
 */
export function demoTimes(demo: Demo): Result<readonly DemoTimes[], readonly string[]> {
  const { events, beginMs, endMs, refused } = runOf(demo)
  const problems = refused.map((why) => `The script does something in vain. ${why}`)
  const times: DemoTimes[] = []
  for (const [index, step] of demo.steps.entries()) {
    const before = times.at(-1)
    const found = timesOf(step, { events, beginMs, endMs, before })
    if (typeof found === 'string') problems.push(`Step ${index + 1}, "${step.title}" (line ${step.line}): ${found}`)
    else times.push(found)
  }
  return problems.length === 0 ? ok(times) : failure(problems)
}

interface DemoRun {
  readonly events: readonly TraceEvent[]
  readonly beginMs: number
  readonly endMs: number
}

function runOf({ world, script, seed }: Demo): DemoRun & { readonly refused: readonly string[] } {
  const run = new ExerciseRun({ exercise: { world, script }, seed, acts: [] })
  const events: TraceEvent[] = []
  run.world.trace.onEvent((event) => events.push(event))
  run.world.trace.onAside((event) => events.push(event))
  while (run.step());
  const beginMs = run.servesFromMs ?? 0
  return { events, beginMs, endMs: run.world.clock.nowMs(), refused: run.refused.map(({ why }) => why) }
}

/** A sentence, if the step does not come about. */
function timesOf(step: DemoStep, run: DemoRun & { readonly before: DemoTimes | undefined }): DemoTimes | string {
  const { start, stop } = step
  const { events, beginMs, endMs, before } = run
  const earliestMs = before?.fromMs ?? beginMs
  let fromMs = before?.untilMs ?? earliestMs
  if (start.type === 'at') fromMs = beginMs + start.atMs
  if (start.type === 'on') {
    const found = nthFrom(events, start, earliestMs)
    if (found === undefined) return `"${start.trigger.text}" does not happen${before === undefined ? '' : ' after the step before'}.`
    fromMs = Math.max(beginMs, found.timeMs - start.beforeMs)
  }
  if (fromMs < earliestMs) return 'it begins before the step that stands before it.'
  if (fromMs > endMs) return 'it begins after the end of the run.'
  if (stop === undefined) return { fromMs }
  if (stop.type === 'for') return fromMs + stop.ms > endMs ? 'it plays beyond the end of the run.' : { fromMs, untilMs: fromMs + stop.ms }
  const end = nthFrom(events, { trigger: stop.trigger, nth: 1 }, fromMs)
  if (end === undefined) return `"${stop.trigger.text}" does not happen after its beginning.`
  return { fromMs, untilMs: Math.min(endMs, end.timeMs + stop.plusMs) }
}

function nthFrom(events: readonly TraceEvent[], { trigger, nth }: { readonly trigger: Trigger; readonly nth: number }, fromMs: number) {
  return events.filter((event) => event.timeMs >= fromMs && triggerFits(trigger, event))[nth - 1]
}
