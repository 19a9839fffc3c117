/** The command line, as somebody types it, against a lab that runs as a process of its own. */
import { execFile, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

const PROGRAM = path.resolve('out/main/command-line.js')
let folder: string
let lab: LabProcess

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-terminal-'))
  lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drive-mib', '64', '--no-workload', ...ANY_PORTS],
  })
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

interface Ended {
  readonly status: number
  readonly out: string
  readonly err: string
}

function type(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args, '--lab', folder], { timeout: 90_000 }, (error, out, err) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), out, err })
    })
  })
}

describe('a terminal', () => {
  it('finds the lab by its folder, and only its owner can read the way there', async () => {
    const file = path.join(folder, 'access.json')
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse((await type('access', '--json', '--token')).out)).toMatchObject({ target: lab.ready.target, token: lab.ready.token })
    expect((await type('access')).out).not.toContain(lab.ready.token)
  })

  it('shows the lab', async () => {
    const { status, out } = await type('status')
    expect(status).toBe(0)
    expect(out).toMatch(/^A +serving +A +alpha/m)
    expect(out).toMatch(/^bravo +1 +raid1/m)
  })

  it('sends a service request to either controller, once for one id', async () => {
    const sent = ['service', 'create-volume', 'name=carol', 'group=r5', 'megabytes=1', '--id', 'carol-1', '--json']
    const first = await type(...sent, '--to', 'a')
    const again = await type(...sent, '--to', 'b')
    expect(JSON.parse(first.out)).toMatchObject({ receivedBy: 'a', result: { name: 'carol' } })
    expect(JSON.parse(again.out)).toMatchObject({ receivedBy: 'b', result: (JSON.parse(first.out) as { result: object }).result })
    expect((await type('volumes')).out.match(/carol/g)).toHaveLength(1)
  })

  it('says why something is refused, with a status', async () => {
    expect(await type('service', 'delete-volume', 'volume=nobody')).toMatchObject({
      status: 1,
      err: expect.stringContaining('no volume "nobody"') as string,
    })
    expect(await type('do', 'put-drive-back', '0')).toMatchObject({ status: 1, err: expect.stringMatching(/\.\n$/) as string })
    expect(await type('do', 'explode')).toMatchObject({ status: 2 })
    expect(await type('wait', 'down a', '--timeout', '0.2')).toMatchObject({ status: 2 })
    expect(await type('wait', 'down', 'a', '--timeout', '0.2')).toMatchObject({
      status: 1,
      err: expect.stringContaining('Not within 0.2 s') as string,
    })
  })

  it('breaks the lab, follows what happens, waits for what comes of it, and mends it', { timeout: 120_000 }, async () => {
    await type('do', 'start-workload')
    expect(await type('wait', 'host.ledger.acknowledged>20')).toMatchObject({ status: 0 })
    const followed = type('events', '--kind', 'takeover.', '--until', 'takeover.serving', '--timeout', '30', '--json')
    // It follows once its first bytes have come; what happened before that is asked for too.
    expect(await type('do', 'kill', 'a')).toMatchObject({ status: 0, out: '' })
    expect(await type('wait', 'taken-over-by', 'b')).toMatchObject({ status: 0 })
    const past = await type('events', '--recent', '1000', '--kind', 'takeover.', '--until', 'takeover.serving', '--timeout', '10')
    expect(past.out).toMatch(/takeover\.fenced[^]*takeover\.serving/)
    expect(await type('metrics', '--to', 'a')).toMatchObject({
      status: 0,
      out: expect.stringContaining('takeover_lab_answered_by{controller="b"} 1') as string,
    })
    expect(JSON.parse((await type('openapi', '--to', 'a')).out)).toMatchObject({ openapi: '3.1.0' })
    expect(await type('do', 'make-whole')).toMatchObject({ status: 0 })
    expect(await type('wait', 'whole', '--timeout', '60')).toMatchObject({ status: 0 })
    expect((await type('takeovers', '--to', 'b')).out).toMatch(/crash/)
    await followed
  })

  it('completes in bash what is typed', async () => {
    const script = `
      takeover-lab() { "${process.execPath}" "${PROGRAM}" "$@"; }
      source <(takeover-lab completion bash)
      COMP_WORDS=(takeover-lab do pull); COMP_CWORD=2; _takeover_lab; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(takeover-lab st); COMP_CWORD=1; _takeover_lab; echo "\${COMPREPLY[@]}"`
    const { out } = await new Promise<{ out: string }>((resolve) => {
      const bash = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
      let out = ''
      bash.stdout.on('data', (piece) => (out += String(piece)))
      bash.on('close', () => resolve({ out }))
    })
    expect(out).toBe('pull-drive\nstatus\n')
  })

  it('says so where the lab has been killed, and the file it left behind leads nowhere', { timeout: 60_000 }, async () => {
    const other = fs.mkdtempSync(path.join(tmpdir(), 'takeover-terminal-killed-'))
    const killed = await startLabProcess({
      command: [process.execPath, 'out/main/serve.js', '--lab', other, '--drive-mib', '64', ...ANY_PORTS],
    })
    await killed.kill()
    const ended = await new Promise<Ended>((resolve) => {
      execFile(process.execPath, [PROGRAM, 'status', '--lab', other], (error, out, err) =>
        resolve({ status: Number(error?.code ?? 0), out, err }),
      )
    })
    expect(ended).toMatchObject({ status: 3, err: expect.stringContaining('Nobody answers at 127.0.0.1') as string })
    fs.rmSync(other, { recursive: true })
  })
})
