/** A lab of its own for live exercises, without a window, in a folder that is gone afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { version } from '../../package.json'
import type { LiveLab } from '../exercise/live/live-lab'
import { createLab } from '../lab/create-lab'

const SERVING_WITHIN_MS = 60_000
const ANY_PORT = { a: 0, b: 0 }

/** Nobody plays a run or looks at exercises there. */
function withoutWindow(): never {
  throw new Error('This lab has no window: it has no player and lists no exercises.')
}

export async function withLab<T>(use: (lab: LiveLab) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'takeover-lab-exercise-'))
  try {
    const lab = await createLab({
      folder: join(folder, 'lab'),
      driveCount: undefined,
      driveMib: undefined,
      portalPorts: ANY_PORT,
      managementPorts: ANY_PORT,
      startWorkload: false,
      workload: {},
      withoutFlightRecorder: true,
      version,
      spawn: {
        controller: (options) => new Worker(new URL('./controller-worker.js', import.meta.url), options),
        host: (options) => new Worker(new URL('./host-worker.js', import.meta.url), options),
        simulation: withoutWindow,
        shelf: withoutWindow,
      },
    })
    try {
      await lab.untilServing(SERVING_WITHIN_MS)
      return await use(lab.live)
    } finally {
      await lab.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
