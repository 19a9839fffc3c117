/** A lab of its own whose threads can be told apart and profiled. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { selfTimes, type FunctionTime } from '../support/cpu-profile'
import { cpuSeconds } from '../support/machine'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl } from '../support/outside-clients'

const PROBE = fileURLToPath(new URL('../support/thread-probe.mjs', import.meta.url))
const POLL_MS = 50
const PROFILE_WITHIN_MS = 30_000

export interface ProbedLab {
  readonly lab: LabProcess
  readonly pid: number
  /** Of a LUN, by the portal of a controller. */
  url(lun: number, by: ControllerId): string
  /** Processor time used so far: of either controller's thread, and of all others together. */
  cpuSeconds(): { readonly a: number; readonly b: number; readonly rest: number }
  /** Profiles of both controllers' threads while `run` runs. */
  profile(run: () => Promise<unknown>): Promise<Record<ControllerId, FunctionTime[]>>
  stop(): Promise<void>
}

/** `parent`: the folder for its files. `options`: more of its command line. */
export async function startProbedLab(parent?: string, options: readonly string[] = []): Promise<ProbedLab> {
  const folder = fs.mkdtempSync(path.join(parent ?? tmpdir(), 'bench-lab-'))
  const command = [
    process.execPath,
    '--import',
    PROBE,
    'out/main/serve.js',
    '--lab',
    path.join(folder, 'lab'),
    '--no-workload',
    ...ANY_PORTS,
    ...options,
  ] as const
  const lab = await startLabProcess({ command: [...command], env: { ...process.env, TAKEOVER_LAB_PROBE: folder } })
  // The lock file of an open lab says whose it is.
  const pid = Number.parseInt(fs.readFileSync(path.join(folder, 'lab', 'lab.lock'), 'utf8'), 10)
  const threadOf = (id: ControllerId) => Number(fs.readFileSync(path.join(folder, `controller-${id}.thread`), 'utf8'))
  const ofController = (id: ControllerId) => {
    try {
      return cpuSeconds(pid, threadOf(id))
    } catch {
      throw new Error(`controller ${id} ended while it was measured: the machine may be too busy for figures`)
    }
  }
  const profileFile = (id: ControllerId) => path.join(folder, `controller-${id}.cpuprofile`)

  return {
    lab,
    pid,
    url: (lun, by) => lunUrl(lab.ready.portals[by], lab.ready.target, lun),
    cpuSeconds() {
      const [a, b] = [ofController('a'), ofController('b')]
      return { a, b, rest: cpuSeconds(pid) - a - b }
    },
    async profile(run) {
      for (const id of ['a', 'b'] as const) fs.rmSync(profileFile(id), { force: true })
      process.kill(pid, 'SIGUSR2')
      await run()
      process.kill(pid, 'SIGUSR2')
      await untilThere([profileFile('a'), profileFile('b')])
      return { a: selfTimes(profileFile('a')), b: selfTimes(profileFile('b')) }
    },
    async stop() {
      await lab.stop()
      fs.rmSync(folder, { recursive: true })
    },
  }
}

async function untilThere(files: readonly string[]): Promise<void> {
  const deadline = Date.now() + PROFILE_WITHIN_MS
  while (!files.every((file) => fs.existsSync(file))) {
    if (Date.now() > deadline) throw new Error(`no profile within ${PROFILE_WITHIN_MS} ms: ${files.join(', ')}`)
    await sleep(POLL_MS)
  }
}
