import { crc32c } from '../base/crc32c'
import { LIMITS } from '../contract/limits'
import { checkLine } from '../contract/recording'
import type { LabSnapshot } from '../contract/snapshot'
import type { TryRecording } from '../exercise/live/live-lab'
import { createRecorder, headOf } from './recorder'
import type { TraceCollector } from './trace-collector'

export interface TryRecorder extends TryRecording {
  /** Something of the pair may have changed. */
  look(): void
}

/** A recording in memory of what happens from now on, in the format of those in the lab's folder. */
export function recordTry(parts: {
  readonly compose: () => LabSnapshot
  readonly collector: Pick<TraceCollector, 'onEvents' | 'flush'>
  /** It adds nothing any more. */
  readonly ended: () => void
}): TryRecorder {
  const { compose, collector } = parts
  const first = compose()
  const pieces: Buffer[] = []
  let [byteCount, crc, eventCount] = [0, 0, 0]
  let isFull = false
  append(headOf(first))
  const endEvents = collector.onEvents((events) => {
    // Those of before are told a little later.
    const own = events.filter(({ timeMs }) => timeMs >= first.timeMs)
    if (own.length === 0 || isFull) return
    eventCount += own.length
    append(own.map((event) => `${JSON.stringify(event)}\n`).join(''))
  })
  const recorder = createRecorder({ sink: { append }, compose, onEvents: collector.onEvents })

  function append(lines: string): void {
    const bytes = Buffer.from(lines)
    if (isFull || byteCount + bytes.length > LIMITS.liveExerciseRecordingBytes) {
      isFull = true
      return
    }
    const checked = crc32c(bytes, crc)
    const check = Buffer.from(checkLine(checked))
    crc = crc32c(check, checked)
    pieces.push(bytes, check)
    byteCount += bytes.length + check.length
  }

  return {
    fromMs: first.timeMs,
    get eventCount() {
      return eventCount
    },
    get isFull() {
      return isFull
    },
    look: () => recorder.look(),
    async end() {
      await collector.flush()
      recorder.close()
      endEvents()
      parts.ended()
      return Buffer.concat(pieces)
    },
  }
}
