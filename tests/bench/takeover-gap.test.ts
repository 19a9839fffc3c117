/** How long the lab's host has no answer from a volume when a controller is killed, or hangs. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { machine, median } from '../support/machine'

let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-gap-'))
  const command = [process.execPath, 'out/main/serve.js', '--lab', folder, '--workload', '--workload-rate', '1000', ...ANY_PORTS] as const
  lab = await startLabProcess({ command: [...command] })
  client = labClient(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

it.each([
  ['kill', 20],
  ['hang', 5],
] as const)('%s', async (fault, rounds) => {
  const gapsMs: number[] = []
  const phasesMs = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++) {
    const controller = round % 2 === 0 ? 'a' : 'b'
    const { takeovers } = await client.until('both paths are up', (snapshot) => isWhole(snapshot) && (snapshot.host?.paths ?? []).every(({ state }) => state === 'up'))
    const before = takeovers.at(-1)?.number ?? 0
    await client.command(fault, { controller })
    const after = await client.until('the takeover is measured', (snapshot) => {
      const takeover = snapshot.takeovers.at(-1)
      return takeover !== undefined && takeover.number > before && takeover.hostGapMs !== undefined && snapshot.host?.ledger.verifying === false
    })
    expect(after.host?.ledger.lost).toBe(0)
    gapsMs.push(after.takeovers.at(-1)?.hostGapMs ?? Number.NaN)
    for (const { phase, durationMs } of after.takeovers.at(-1)?.phases ?? []) phasesMs.set(phase, [...(phasesMs.get(phase) ?? []), durationMs])
    await client.command('restart', { controller })
  }
  const phases = [...phasesMs].map(([phase, durations]) => `${phase} ${median(durations).toFixed(1)}`).join(', ')
  console.log(
    `${machine()}\nhost-visible gap over ${rounds} rounds of ${fault}: median ${median(gapsMs).toFixed(0)} ms, worst ${Math.max(...gapsMs).toFixed(0)} ms; median of each phase in ms: ${phases}`,
  )
})
