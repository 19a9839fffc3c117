import { isBulk, type TraceEvent } from '../../contract/trace'
import { tellEvent } from './ask-question'

const GOOD = 0
const COLUMN = 14
const MOST_SIGNS = 8
const STEPS_MS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000] as const
const MOST_ROWS = 60

/** Times count from the beginning of the recording. */
export interface Story {
  /** All of them, in order. */
  readonly events: readonly TraceEvent[]
  /** By LUN. */
  readonly volumes: readonly string[]
  readonly fromMs: number
  readonly untilMs: number
}

/**
 * A stretch of a recording as a table: how many commands to each volume were answered in each step of time, and below each step what
 * happened besides I/O, with the numbers of the events.
 */
export function recordingStory({ events, volumes, fromMs, untilMs }: Story): readonly string[] {
  const stepMs = STEPS_MS.find((ms) => (untilMs - fromMs) / ms <= MOST_ROWS) ?? 10_000
  const luns = lunsOf(events)
  const numbered = events.map((event, index) => ({ event, number: index + 1, lun: luns[index] }))
  const names = volumes.map((volume, lun) => `${volume} (LUN ${lun})`.padEnd(COLUMN))
  const lines = [
    `Commands that were answered in each ${stepMs} ms, and what happened besides.`,
    `${' '.repeat(12)}${names.join('  ')}`.trimEnd(),
  ]
  for (let atMs = fromMs; atMs < untilMs; atMs += stepMs) {
    const here = numbered.filter(({ event: { timeMs } }) => timeMs >= atMs && timeMs < Math.min(atMs + stepMs, untilMs))
    const bars = volumes.map((_, lun) => bar(here.filter((one) => one.lun === lun).length).padEnd(COLUMN))
    lines.push(`${String(Math.round(atMs)).padStart(7)} ms  ${bars.join('  ')}`.trimEnd())
    lines.push(...here.filter(({ event }) => !isBulk(event.kind)).map(({ event, number }) => tellEvent(event, number)))
  }
  return lines
}

/** Of each event that is a good answer, to which LUN: the command of the same request says it. */
function lunsOf(events: readonly TraceEvent[]): readonly unknown[] {
  const asked = new Map<string, unknown>()
  return events.map(({ kind, request = '', data }) => {
    if (kind === 'host.command') asked.set(request, data?.['lun'])
    return kind === 'host.response' && data?.['status'] === GOOD ? asked.get(request) : undefined
  })
}

function bar(count: number): string {
  return count === 0 ? '·' : `${'■'.repeat(Math.min(count, MOST_SIGNS))} ${count}`
}
