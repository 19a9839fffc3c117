/**
 * What an open window costs: the share of a core that its renderer uses while the lab is idle, while it works, and while a
 * simulation is paused. `BENCH_WINDOW_SECONDS` in the environment changes for how long.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { countOf, load, machine } from '../support/machine'
import { startPageProcess, type PageProcess } from '../support/page-process'
import { simulationClient } from '../support/simulation-client'
import { noteShare } from './figures'

const SECONDS = countOf('BENCH_WINDOW_SECONDS', 20)
/** Until toasts have gone and compilers have done their work. */
const SETTLE_MS = 8000
const SIZE = { width: 1366, height: 768 }

let folder: string
let lab: LabProcess
let client: LabClient
let page: PageProcess

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-window-'))
  const command = [process.execPath, 'out/main/serve.js', '--lab', folder, '--no-workload', ...ANY_PORTS] as const
  lab = await startLabProcess({ command: [...command] })
  client = labClient(lab.ready)
  await client.until('the lab is whole', isWhole)
  page = await startPageProcess(SIZE)
})
afterAll(async () => {
  await page.close()
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

it('idle', async () => {
  await show('live')
  note('window, idle lab', { ...(await shares()), goal: 0.03 })
})

it('200 requests per second', async () => {
  await show('live')
  await client.command('start-workload', {
    workload: { requestsPerSecond: 200, readShare: 0.5, blockBytes: 4096, regionBytes: 4 * 1024 * 1024, luns: 'all' },
  })
  note('window, 200 requests/s', { ...(await shares()), goal: 0.25 })
  await client.command('stop-workload')
})

it('a paused simulation', async () => {
  const simulation = await simulationClient(lab.ready)
  await simulation.order({ order: 'open', seed: 7, operations: 300 })
  await simulation.until('the run is open', ({ phase }) => phase === 'paused' || phase === 'ended')
  await simulation.order({ order: 'seek', event: 300 })
  await show('simulation')
  note('window, paused simulation', { ...(await shares()), goal: 0.02 })
  simulation.close()
})

async function show(view: 'live' | 'simulation'): Promise<void> {
  const { http, token } = lab.ready
  await page.open(http, 'document.readyState === "complete"')
  await page.evaluate(`localStorage.setItem('takeover-lab.settings', ${JSON.stringify(JSON.stringify({ view, hintSeen: true }))})`)
  await page.open(`${http}/#token=${token}`, 'document.querySelector(".stage svg .controller") !== null')
  await sleep(SETTLE_MS)
}

/** Of one core. */
async function shares(): Promise<{ readonly renderer: number; readonly gpu: number }> {
  const at = () => ({ renderer: page.cpuSeconds('renderer'), gpu: page.cpuSeconds('gpu-process'), seconds: performance.now() / 1000 })
  const before = at()
  await sleep(SECONDS * 1000)
  const after = at()
  const seconds = after.seconds - before.seconds
  return { renderer: (after.renderer - before.renderer) / seconds, gpu: (after.gpu - before.gpu) / seconds }
}

function note(figure: string, { renderer, gpu, goal }: { readonly renderer: number; readonly gpu: number; readonly goal: number }): void {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  console.log(
    `${machine()}, ${load()}\n${figure}, ${SIZE.width}x${SIZE.height}, over ${SECONDS} s: ` +
      `renderer ${percent(renderer)} of a core, process that draws ${percent(gpu)}`,
  )
  // A page that is not there uses nothing.
  expect(renderer).toBeGreaterThan(0)
  noteShare(figure, { share: renderer, goal })
}
