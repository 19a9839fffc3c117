import type { DrivePort } from '../../core/ports'
import type { FlightLog } from './flight-log'

/** A drive whose every access is in the flight log, with what became of it. */
export function recordedDrive(drive: DrivePort, log: FlightLog): DrivePort {
  const { index } = drive

  return {
    index,
    blockCount: drive.blockCount,
    read(io, done) {
      const startedAtMs = log.recently()
      drive.read(io, (outcome) => {
        const { firstBlock: block, into } = io
        const byteCount = into.length
        const hash = outcome === 'good' ? log.hashOfOne(into, startedAtMs) : undefined
        log.drive('read', { drive: index, block, outcome, startedAtMs, byteCount, hash, claim: undefined })
        done(outcome)
      })
    },
    write(io, done) {
      const startedAtMs = log.recently()
      const { firstBlock: block, from, claim } = io
      let byteCount = 0
      for (const { length } of from) byteCount += length
      const hash = log.hashOf(from, byteCount, startedAtMs)
      drive.write(io, (outcome) => {
        log.drive('write', { drive: index, block, outcome, startedAtMs, byteCount, hash, claim })
        done(outcome)
      })
    },
    flush(io, done) {
      const startedAtMs = log.recently()
      drive.flush(io, (outcome) => {
        log.drive('flush', { drive: index, block: 0, outcome, startedAtMs, byteCount: 0, hash: undefined, claim: undefined })
        done(outcome)
      })
    },
    distrust: (reason) => drive.distrust(reason),
    reopen: () => drive.reopen(),
    reopenForRebuild: () => drive.reopenForRebuild(),
  }
}
