import type { ClockPort } from '../../ports'
import type { Standing } from '../peer/standing'
import type { VolumeService } from './volume-service'

/** A region keeps its mark for one to two of these after its last write. */
const SWEEP_EVERY_MS = 1000

/** Takes the marks of idle regions from the write-intent maps of this controller's volumes, for as long as it runs. */
export function sweepIntents(parts: {
  readonly clock: ClockPort
  readonly standing: Pick<Standing, 'isStopped'>
  readonly volumes: VolumeService
}): void {
  const { clock, standing, volumes } = parts
  clock.after(SWEEP_EVERY_MS, () => {
    if (standing.isStopped) return
    volumes.sweepIntents()
    sweepIntents(parts)
  })
}
