/** A lab whose start fails half-way. Its threads are real, but only wait. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLab } from '../../../src-main/lab/create-lab'
import type { LabSpawn } from '../../../src-main/lab/lab'
import { openLabFolder } from '../../../src-main/lab/lab-folder'

const WAITING = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', (message) => message.type === 'stop' && parentPort.postMessage({ type: 'stopped' }))
`
/** What a thread is called after it has ended. */
const ENDED = -1

let folder: string
let started: Worker[]

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'create-lab-'))
  started = []
})
afterEach(async () => {
  await Promise.all(started.map((worker) => worker.terminate()))
  fs.rmSync(folder, { recursive: true })
})

function waiting(options: WorkerOptions): Worker {
  const worker = new Worker(WAITING, { eval: true, workerData: options.workerData, transferList: options.transferList })
  started.push(worker)
  return worker
}

function create(spawn: Partial<LabSpawn> = {}) {
  const any = { a: 0, b: 0 }
  return createLab({
    folder,
    driveCount: 4,
    driveMib: 16,
    portalPorts: any,
    managementPorts: any,
    startWorkload: false,
    workload: {},
    version: 'of a test',
    spawn: { controller: waiting, host: waiting, simulation: waiting, shelf: waiting, ...spawn },
  })
}

function failing(): never {
  throw new Error('no more threads')
}

function isFree(): boolean {
  try {
    openLabFolder({ folder, driveCount: undefined, driveMib: undefined }).release()
    return true
  } catch {
    return false
  }
}

describe('a start that fails half-way', () => {
  it('ends the controllers before the folder is free', async () => {
    let freeAtEnd: boolean | undefined
    const watched = (options: WorkerOptions) => waiting(options).on('exit', () => (freeAtEnd ||= isFree()))
    await expect(create({ controller: watched, host: failing })).rejects.toThrow('no more threads')
    expect(started.map(({ threadId }) => threadId)).toEqual([ENDED, ENDED])
    expect(freeAtEnd).toBe(false)
    expect(isFree()).toBe(true)
  })

  it('ends the one controller that started', async () => {
    const second = (options: WorkerOptions) => (started.length === 0 ? waiting(options) : failing())
    await expect(create({ controller: second })).rejects.toThrow('no more threads')
    expect(started.map(({ threadId }) => threadId)).toEqual([ENDED])
    expect(isFree()).toBe(true)
  })

  it.each([
    ['the ledger', 'host-ledger', /host-ledger is not a file\. Move away what is there/],
    ['the description', 'lab.json', /lab\.json is not a file\. Move away what is there/],
    ['the NVRAM', 'nvram/slot-a', /slot-a cannot be opened: EISDIR/],
    ['the NVRAM of both', 'nvram', /Cannot open the lab in .*: E/],
    ['the trace', 'trace', /Cannot open the lab in .*: E/],
    ['the drives', 'drives', /Drive 0 is missing|cannot be opened/],
  ])('says so before any controller starts where %s cannot be read', async (_, name, message) => {
    openLabFolder({ folder, driveCount: 4, driveMib: 16 }).release()
    const place = path.join(folder, name)
    const wasFolder = fs.existsSync(place) && fs.statSync(place).isDirectory()
    fs.rmSync(place, { recursive: true, force: true })
    if (wasFolder) fs.writeFileSync(place, '')
    else fs.mkdirSync(place)
    await expect(create()).rejects.toThrow(
      expect.objectContaining({ name: 'LabStartError', message: expect.stringMatching(message) as string }),
    )
    expect(started).toEqual([])
    expect(fs.existsSync(path.join(folder, 'lab.lock'))).toBe(false)
  })

  it.each(['lab.json', 'host-ledger'])('does not wait for ever where %s is a pipe', async (name) => {
    openLabFolder({ folder, driveCount: 4, driveMib: 16 }).release()
    const place = path.join(folder, name)
    fs.rmSync(place, { force: true })
    execFileSync('mkfifo', [place])
    await expect(create()).rejects.toThrow(/is not a file/)
  })

  it('leaves alone what has the name of a trace file and is none', async () => {
    openLabFolder({ folder, driveCount: 4, driveMib: 16 }).release()
    const trace = path.join(folder, 'trace')
    fs.mkdirSync(path.join(trace, 'trace-000009.ndjson'))
    fs.symlinkSync('nowhere', path.join(trace, 'trace-999999.ndjson'))
    await (await create()).close()
    await (await create()).close()
    const made = ['trace-1000000.ndjson', 'trace-1000001.ndjson']
    expect(fs.readdirSync(trace).sort()).toEqual(['trace-000009.ndjson', ...made, 'trace-999999.ndjson'])
  })

  it('says so where the trace cannot be begun', async () => {
    openLabFolder({ folder, driveCount: 4, driveMib: 16 }).release()
    fs.rmdirSync(path.join(folder, 'trace'))
    fs.symlinkSync('/proc/self', path.join(folder, 'trace'))
    await expect(create()).rejects.toThrow(expect.objectContaining({ name: 'LabStartError' }))
    expect(isFree()).toBe(true)
  })
})
