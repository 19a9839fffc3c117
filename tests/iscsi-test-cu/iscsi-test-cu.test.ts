/**
 * libiscsi's test program against a lab of its own process, with everything that it may destroy and by both portals. The counts are
 * asserted: what is skipped less or more than here is a change that somebody made.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl, runProgram } from '../support/outside-clients'
import { parseTestCu } from '../support/test-cu'

/** A few tests wait for seconds, and a busy machine takes several times as long as an idle one, which needs under two minutes. */
const GIVE_UP_MS = 880_000
const OUTPUT = 'tests/artifacts/iscsi-test-cu.txt'

/** Media that can be removed or are write-protected: a volume is neither. */
const OF_OTHER_DEVICES = {
  'Logical unit is not removable. Skipping test.': 16,
  'Logical unit is not write-protected. Skipping test.': 3,
  'Media is not removable.': 2,
}

/** Alignment of what is unmapped to physical blocks of several logical ones, which no volume has. */
const OF_LARGER_BLOCKS = { 'LBPPB < 2. Skipping test': 15 }

const NOT_YET = {
  'EXTENDEDCOPY is not implemented.': 20,
  'RECEIVECOPYRESULT is not implemented.': 6,
  'RECEIVE_COPY_RESULTS is not implemented.': 6,
  'WRITESAME10 does not support 0-blocks.': 3,
  'WRITESAME16 does not support 0-blocks.': 3,
  '--allow-sanitize flag is not set. Skipping test.': 22,
}

let folder: string
let lab: LabProcess

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'iscsi-test-cu-'))
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--no-workload', ...ANY_PORTS] })
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

it('passes, and skips only what is known', async () => {
  const { portals, target } = lab.ready
  const args = ['--dataloss', '--normal', lunUrl(portals.a, target, 0), lunUrl(portals.b, target, 0)]
  const { output } = await runProgram('iscsi-test-cu', args, GIVE_UP_MS)
  fs.mkdirSync(path.dirname(OUTPUT), { recursive: true })
  fs.writeFileSync(OUTPUT, output)
  const summary = parseTestCu(output)
  console.log(summary)
  expect(summary?.ran).toBe(615)
  expect(summary?.failures).toEqual([])
  expect(summary?.skipped).toEqual({ ...OF_OTHER_DEVICES, ...OF_LARGER_BLOCKS, ...NOT_YET })
})
