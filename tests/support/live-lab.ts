import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { present } from '../../src-main/base/assert'
import { labClient, type LabClient } from './lab-client'
import { watchEvents, type LabEvents } from './lab-events'
import { ANY_PORTS, startLabProcess, type LabProcess } from './lab-process'

export interface LiveLab {
  /** Of the lab, new for every test. */
  readonly folder: string
  readonly events: LabEvents
  /** Without a workload; `args` are further options. */
  start(...args: readonly string[]): Promise<LabClient>
  stop(): Promise<void>
  /** The whole application at once. It can be started again. */
  kill(): Promise<void>
  /** All of its threads stand still until `SIGCONT`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void
}

/** For each test of a file: a lab that runs as a process of its own, in a folder that is deleted afterwards. */
export function useLiveLab(name: string): LiveLab {
  let folder = ''
  let running: LabProcess | undefined
  let events: LabEvents | undefined
  const lab: LiveLab = {
    get folder() {
      return folder
    },
    get events() {
      return present(events, 'the events of a lab that was started')
    },
    async start(...args) {
      const options = ['--lab', folder, ...ANY_PORTS, '--no-workload', ...args]
      running = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', ...options] })
      events = await watchEvents(running.ready)
      return labClient(running.ready)
    },
    signal: (signal) => present(running, 'a lab that was started').signal(signal),
    async kill() {
      events?.close()
      await running?.kill()
      running = undefined
    },
    async stop() {
      events?.close()
      await running?.stop()
      running = undefined
    },
  }
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(tmpdir(), `${name}-`))
  })
  afterEach(async () => {
    await lab.stop()
    fs.rmSync(folder, { recursive: true })
  })
  return lab
}
