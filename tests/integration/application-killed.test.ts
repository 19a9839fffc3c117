/** The whole application is killed while writes are under way, and started again: whatever was acknowledged is there. */
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isWhole, labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl, qemuIo } from '../support/outside-clients'

const ROUNDS = 3
const AREAS = 64
const AREA_BYTES = 16_384
const KILL_AFTER_WRITES = 150

let folder: string
let lab: LabProcess

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'application-killed-'))
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

async function start(...workload: readonly string[]): Promise<void> {
  lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', path.join(folder, 'lab'), '--drive-mib', '64', ...workload, ...ANY_PORTS],
  })
  await labClient(lab.ready).until(
    'both mirrors are in step',
    (snapshot) =>
      isWhole(snapshot) && snapshot.controllers.a.nvram?.mirror === 'in-step' && snapshot.controllers.b.nvram?.mirror === 'in-step',
  )
}

/** Writes one area after the other, without a flush; gives the pattern of each area that was acknowledged last. */
function writeUntilKilled(lun: number, seed: number): Promise<ReadonlyMap<number, number>> {
  const writer = spawn('stdbuf', ['-oL', 'qemu-io', '-t', 'writeback', '-f', 'raw', lunUrl(lab.ready.portals.a, lab.ready.target, lun)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const patterns = new Map<number, number>()
  let writes = 0
  const next = () => ({ area: (writes * 7) % AREAS, pattern: 1 + ((writes + seed) % 250) })
  const send = () => writer.stdin.write(`write -P ${next().pattern} ${next().area * AREA_BYTES} ${AREA_BYTES}\n`)
  // What is sent after its target is dead is nobody's.
  writer.stdin.on('error', () => undefined)
  return new Promise((resolve) => {
    createInterface(writer.stdout).on('line', (line) => {
      if (!line.includes(`wrote ${AREA_BYTES}/${AREA_BYTES}`)) return
      patterns.set(next().area, next().pattern)
      writes++
      send()
      if (writes === KILL_AFTER_WRITES) {
        void lab.kill().then(() => {
          writer.kill('SIGKILL')
          // Sent and not answered: both its data and what was there before are right.
          patterns.delete(next().area)
          resolve(patterns)
        })
      }
    })
    send()
  })
}

it(`loses nothing that was acknowledged in ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    await start('--no-workload')
    const lun = round % 2
    const patterns = await writeUntilKilled(lun, round * 31)
    expect(patterns.size).toBe(AREAS - 1)
    await start('--no-workload')
    const commands = [...patterns].map(([area, pattern]) => `read -P ${pattern} ${area * AREA_BYTES} ${AREA_BYTES}`)
    const { output } = await qemuIo(lunUrl(lab.ready.portals.b, lab.ready.target, lun), ...commands)
    expect(output).not.toContain('verification failed')
    expect(output.match(/read 16384\/16384/g)).toHaveLength(AREAS - 1)
    const log = await labClient(lab.ready).service('a', 'get-event-log', {})
    expect(JSON.stringify(log)).toMatch(/Replayed \d+ records of the NVRAM log/)
    await lab.stop()
  }
})

it('and the ledger of its own host stays right when it is killed again at once', async () => {
  await start('--workload', '--workload-rate', '1000', '--workload-read-share', '0', '--workload-region-mib', '1')
  const ledgerFile = path.join(folder, 'lab', 'host-ledger')
  await labClient(lab.ready).until(
    'the ledger is saved with something in it',
    () => (fs.statSync(ledgerFile, { throwIfNoEntry: false })?.size ?? 0) > 1000,
  )
  for (let round = 0; round < 3; round++) {
    await lab.kill()
    await start()
    await labClient(lab.ready).until('the host writes again', ({ host }) => (host?.ledger.acknowledged ?? 0) > 100)
  }
  await labClient(lab.ready).command('stop-workload')
  // The host reads back when it starts, and may be through before it writes its last block, or still at it.
  await labClient(lab.ready).until('what the start reads back is read', ({ host: seen }) => seen?.ledger.verifying === false)
  await labClient(lab.ready).command('verify-ledger')
  const { host } = await labClient(lab.ready).until(
    'all is read back',
    ({ host: seen }) => seen?.ledger.verifying === false && seen.ledger.checkedBlocks >= seen.ledger.blocks,
  )
  expect(host?.ledger).toMatchObject({ lost: 0 })
  await lab.stop()
})
