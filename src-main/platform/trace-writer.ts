import type { TraceRingSetup } from '../contract/midplane'
import { parseJson } from '../contract/json'
import { LIMITS } from '../contract/limits'
import type { Place, TraceEvent, TraceId } from '../contract/trace'
import type { TracePort } from '../core/ports'
import type { TraceClock } from './clock'
import { TraceRingWriter } from './trace-ring'

const IDS_PER_WRITER = 2 ** 40
const OMITTED_REPORT_MS = 1000
/** Commands that may be traced at once. Beyond that, they are sampled evenly over the second. */
const BURST_COMMANDS = 50
/** Commands refused without looking at the clock again. */
const REFUSED_IN_A_ROW = 8

export interface TraceWriter extends TracePort {
  close(): void
}

/** Records go into a ring in shared memory, so they survive the thread. */
export function createTraceWriter(options: {
  readonly setup: TraceRingSetup
  readonly now: TraceClock
  readonly place: Place
}): TraceWriter {
  const { setup, now, place } = options
  const ring = new TraceRingWriter(setup.memory, LIMITS.traceRecordBytes)
  const firstId = setup.writer * IDS_PER_WRITER
  let allowance = BURST_COMMANDS
  let allowedAtMs = now()
  let omitted = 0
  let refusing = 0

  const refuse = () => {
    omitted++
    ring.addOmitted(1)
    return false
  }

  const record: TracePort['record'] = (event) => {
    const id: TraceId = firstId + ring.nextSequence()
    const head = `{"id":${id},"timeMs":${Math.round(now() * 1000) / 1000},"place":"${event.place}","kind":"${event.kind}"`
    const links =
      (event.request === undefined ? '' : `,"request":${JSON.stringify(event.request)}`) +
      (event.cause === undefined ? '' : `,"cause":${event.cause}`) +
      (event.to === undefined ? '' : `,"to":"${event.to}"`)
    const data = event.data === undefined ? '' : `,"data":${JSON.stringify(event.data)}`
    const whole = `${head}${links}${data}}`
    ring.write(fits(whole) ? whole : `${head}${fits(links) ? links : ''},"data":{"tooLong":true}}`)
    return id
  }

  const reporting = setInterval(() => {
    if (omitted === 0) return
    record({ place, kind: 'trace.omitted', data: { commands: omitted } })
    omitted = 0
  }, OMITTED_REPORT_MS)
  reporting.unref()

  return {
    admit() {
      if (allowance < 1) {
        if (refusing-- > 0) return refuse()
        const nowMs = now()
        allowance = Math.min(BURST_COMMANDS, allowance + ((nowMs - allowedAtMs) * LIMITS.tracedCommandsPerSecond) / 1000)
        allowedAtMs = nowMs
        refusing = REFUSED_IN_A_ROW
        if (allowance < 1) return refuse()
      }
      allowance--
      return true
    },
    record,
    close: () => clearInterval(reporting),
  }
}

/** Whether it stays within one record in UTF-8. */
function fits(text: string): boolean {
  return text.length * 3 <= LIMITS.traceRecordBytes || Buffer.byteLength(text) <= LIMITS.traceRecordBytes
}

/** Decodes a record of the ring. Undefined if it is unreadable, which only a bug can cause. */
export function parseTraceRecord(text: string): TraceEvent | undefined {
  const json = parseJson(text)
  return json.ok ? (json.value as TraceEvent) : undefined
}
