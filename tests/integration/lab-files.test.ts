/** The lab as files: reopened, killed, damaged, opened twice. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ledger } from '../../src-main/core/host/ledger'
import { loadLedger } from '../../src-main/core/host/ledger-file'
import { isWhole, labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl, qemuIo, runProgram, verifyPattern } from '../support/outside-clients'

let folder: string
let running: LabProcess | undefined

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'lab-files-'))
})
afterEach(async () => {
  await running?.stop()
  running = undefined
  fs.rmSync(folder, { recursive: true })
})

const SMALL = ['--drives', '4', '--drive-mib', '16']

async function start(...args: readonly string[]): Promise<LabProcess> {
  running = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', folder, ...ANY_PORTS, ...args] })
  return running
}

async function stop(): Promise<void> {
  await running?.stop()
  running = undefined
}

/** Starts it where it must not start. */
function refused(...args: readonly string[]) {
  return runProgram(process.execPath, ['out/main/serve.js', '--lab', folder, ...ANY_PORTS, ...args])
}

describe('a lab that is opened again', () => {
  it('has its data, its configuration and its workload', async () => {
    const { ready } = await start(...SMALL, '--no-workload')
    const client = labClient(ready)
    expect((await qemuIo(lunUrl(ready.portals.b, ready.target, 1), 'write -P 0x42 0 1M')).code).toBe(0)
    expect(await client.service('b', 'rename-volume', { volume: 'alpha', name: 'renamed' })).toHaveProperty('result')
    await client.command('start-workload', {
      workload: { requestsPerSecond: 33, readShare: 0.5, blockBytes: 4096, regionBytes: 131_072, luns: [0] },
    })
    await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 10)
    await stop()

    const again = await start()
    const reopened = labClient(again.ready)
    expect(again.ready.target).toBe(ready.target)
    expect(again.ready.luns).toMatchObject([
      { lun: 0, volume: 'renamed', owner: 'a' },
      { lun: 1, owner: 'b' },
    ])
    const { host } = await reopened.until('the workload runs and the ledger was read back', (snapshot) => {
      const { workload, ledger } = snapshot.host ?? {}
      return (
        workload?.running === true && workload.settings.requestsPerSecond === 33 && ledger?.verifying === false && ledger.checkedBlocks > 0
      )
    })
    expect(host?.ledger.lost).toBe(0)
    expect(await verifyPattern(lunUrl(again.ready.portals.a, ready.target, 1), 0x42, '0 1M')).toBe('the same')
  })

  it('has lost nothing after the whole application was killed', async () => {
    const { ready } = await startKillable()
    const client = labClient(ready.line)
    await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 100)
    // It is there from the start, with nothing in it, and saved again every now and then.
    await expect.poll(savedBlocks, { timeout: 20_000 }).toBeGreaterThan(0)
    ready.child.kill('SIGKILL')
    await once(ready.child, 'exit')

    const again = await start('--no-workload')
    const { host } = await labClient(again.ready).until('the ledger was read back', (snapshot) => {
      const counts = snapshot.host?.ledger
      return counts?.verifying === false && counts.checkedBlocks > 0
    })
    expect(host?.ledger.lost).toBe(0)
  })

  function savedBlocks(): number {
    const ledger = new Ledger(0)
    const loaded = loadLedger(ledger, fs.readFileSync(path.join(folder, 'host-ledger')))
    if (!loaded.ok) throw new Error(loaded.error)
    return ledger.knownBlocks
  }

  async function startKillable() {
    const args = ['out/main/serve.js', '--lab', folder, ...ANY_PORTS, ...SMALL, '--workload', '--workload-region-mib', '1']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const [text] = (await once(child.stdout, 'data')) as [Buffer]
    return { ready: { child, line: JSON.parse(text.toString()) as LabProcess['ready'] } }
  }
})

describe('a lab that cannot be opened', () => {
  it('says which process has it', async () => {
    await start(...SMALL)
    const { code, output } = await refused()
    expect(code).toBe(1)
    expect(output).toMatch(/This lab is already open in process \d+\./)
  })

  it('names the drive file and leaves it alone, where its groups cannot do without it', async () => {
    await start(...SMALL, '--no-workload')
    await stop()
    const file = path.join(folder, 'drives', 'drive-2.img')
    fs.truncateSync(file, 4096)
    fs.rmSync(path.join(folder, 'drives', 'drive-3.img'))
    const before = fs.readFileSync(file)
    const { code, output } = await refused()
    expect(code).toBe(1)
    expect(output).toMatch(/drive-2\.img is truncated: it has 4096 bytes/)
    expect(fs.readFileSync(file).equals(before)).toBe(true)
  })

  it('names bad options', async () => {
    const { code, output } = await refused('--drives', 'many')
    expect(code).toBe(2)
    expect(output).toContain('--drives must be a whole number from 4 to 24, not "many".')
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it('says which port is taken', async () => {
    const { ready } = await start(...SMALL)
    const port = ready.portals.a.split(':')[1] ?? ''
    const other = path.join(folder, 'other')
    const args = [
      'out/main/serve.js',
      '--lab',
      other,
      '--portal-a',
      port,
      '--portal-b=0',
      '--management-a=0',
      '--management-b=0',
      '--http=0',
    ]
    const { code, output } = await runProgram(process.execPath, args)
    expect(code).toBe(1)
    expect(output).toContain(`Port ${port} for the portal of controller A is in use by another program.`)
  })
})

it('ends in order at SIGTERM: nothing is left behind but the lab', async () => {
  const { ready } = await start(...SMALL, '--workload')
  await labClient(ready).until('it runs', (snapshot) => isWhole(snapshot) && (snapshot.host?.ledger.acknowledged ?? 0) > 0)
  await stop()
  expect(fs.readdirSync(folder).sort()).toEqual(['drives', 'host-ledger', 'lab.json', 'nvram', 'trace'])
})
