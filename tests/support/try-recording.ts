/** Recordings of tries, written down by hand in the format of the lab. */
import { crc32c } from '../../src-main/base/crc32c'
import { checkLine, RECORDING_VERSION } from '../../src-main/contract/recording'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { TraceEvent } from '../../src-main/contract/trace'

export interface RecordedLine {
  readonly frame?: LabSnapshot
  readonly event?: TraceEvent
}

/** Each line has its check after it. `version`: of the format. */
export function tryRecording(first: LabSnapshot, lines: readonly RecordedLine[], version: number = RECORDING_VERSION): Buffer {
  const lab = { ...first.lab, startedAtMs: 0 }
  const head = { recording: version, lab, fromMs: first.timeMs }
  const texts = [
    `${JSON.stringify(head)}\n${JSON.stringify({ frame: { ...first, lab } })}\n`,
    ...lines.map(({ frame, event }) => `${JSON.stringify(frame === undefined ? event : { frame: { ...frame, lab } })}\n`),
  ]
  let crc = 0
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text)
      const checked = crc32c(bytes, crc)
      const check = Buffer.from(checkLine(checked))
      crc = crc32c(check, checked)
      return [bytes, check]
    }),
  )
}
