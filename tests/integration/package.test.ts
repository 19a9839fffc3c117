/**
 * The installer, unpacked and started by an ordinary user with the sandbox on: the workers run from inside
 * the archive, a controller is killed and the other takes over.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { simulationClient } from '../support/simulation-client'

const distDir = fileURLToPath(new URL('../../dist', import.meta.url))
const NOBODY = 65534
const isRoot = process.getuid?.() === 0
const asOrdinaryUser = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []

let workDir: string
let installDir: string
let lab: LabProcess

function installer(): string {
  const name = readdirSync(distDir).find((file) => file.endsWith('.deb'))
  if (name === undefined) throw new Error('no .deb in dist: run "npm run package" first')
  return join(distDir, name)
}

function makeFolderForAll(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), name))
  chmodSync(dir, 0o777)
  return dir
}

beforeAll(async () => {
  installDir = makeFolderForAll('takeover-lab-installed-')
  workDir = makeFolderForAll('takeover-lab-home-')
  execFileSync('dpkg-deb', ['-x', installer(), installDir])
  chmodSync(installDir, 0o755)
  const command = [...asOrdinaryUser, 'xvfb-run', '-a', join(installDir, 'usr/lib/takeover-lab/takeover-lab')]
  lab = await startLabProcess({
    command: [...command, `--lab=${join(workDir, 'lab')}`, ...ANY_PORTS] as [string, ...string[]],
    cwd: workDir,
    env: { PATH: process.env['PATH'], HOME: workDir, TMPDIR: workDir, LANG: 'C.UTF-8' },
    timeoutMs: 60_000,
  })
})

afterAll(async () => {
  await lab?.stop()
  // Its helpers end a moment later, and would write their folders anew.
  while (installedProcesses().length > 0) await sleep(50)
  for (const dir of [workDir, installDir]) rmSync(dir, { recursive: true, force: true })
})

async function ask(path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(new URL(`/api/lab/${path}`, lab.ready.http), {
    headers: { authorization: `Bearer ${lab.ready.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
  expect(response.status, path).toBeLessThan(300)
  return response.json()
}

const snapshot = () => ask('snapshot') as Promise<LabSnapshot>

async function until(what: string, holds: (lab: LabSnapshot) => boolean): Promise<LabSnapshot> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const seen = await snapshot()
    if (holds(seen)) return seen
    await sleep(200)
  }
  throw new Error(`${what}: not within 30 s\n${JSON.stringify(await snapshot()).slice(0, 4000)}`)
}

const owners = ({ array }: LabSnapshot) => new Set(array?.ownership.map(({ owner }) => owner))

/** Command lines of the processes that run from the unpacked installer. */
function installedProcesses(): { pid: string; commandLine: string; user: number }[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const user = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
        return commandLine.startsWith(installDir) ? [{ pid, commandLine, user }] : []
      } catch {
        return []
      }
    })
}

describe('the installed application', () => {
  it('is marked as a development build, since it is no release', () => {
    const version = execFileSync('dpkg-deb', ['-f', installer(), 'Version'], { encoding: 'utf8' }).trim()
    const electron = readFileSync(join(installDir, 'usr/lib/takeover-lab/version'), 'utf8').trim()
    expect(version).toMatch(electron.startsWith('33.') ? /~dev\.registry$/ : /~dev\.(official|override)$/)
  })

  it('lies beside its checksums and its bill of materials', () => {
    const check = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: distDir, encoding: 'utf8' })
    const names = readdirSync(distDir).filter((name) => name !== 'SHA256SUMS')
    expect(check.trim().split('\n').sort()).toEqual(names.map((name) => `${name}: OK`).sort())
    const bill = names.find((name) => name.endsWith('.cdx.json')) ?? ''
    const { components } = JSON.parse(readFileSync(join(distDir, bill), 'utf8')) as { components: readonly { name: string }[] }
    expect(components.map(({ name }) => name)).toEqual(expect.arrayContaining(['electron', 'valibot', 'vue', 'ws']))
  })

  it('holds its bill of materials, and no program of the workshop', () => {
    const archive = readFileSync(join(installDir, 'usr/lib/takeover-lab/resources/app.asar')).toString('latin1')
    expect(archive).toContain('"sbom.cdx.json"')
    expect(archive).toContain('"electron.js"')
    for (const program of ['serve.js', 'start.js', 'package.js']) expect(archive).not.toContain(`"${program}"`)
  })

  it('brings a desktop entry, icons and the licence texts', () => {
    const shared = join(installDir, 'usr/share')
    expect(readFileSync(join(shared, 'applications/takeover-lab.desktop'), 'utf8')).toContain('Name=Takeover Lab')
    expect(readdirSync(join(shared, 'icons/hicolor'))).toContain('256x256')
    expect(readFileSync(join(shared, 'doc/takeover-lab/copyright'), 'utf8')).toContain('Apache License')
    expect(readdirSync(join(installDir, 'usr/lib/takeover-lab'))).toContain('LICENSES.chromium.html')
  })

  it('runs as an ordinary user with a sandboxed renderer', () => {
    const processes = installedProcesses()
    expect(processes.length).toBeGreaterThan(1)
    expect(processes.filter(({ user }) => user === 0)).toEqual([])
    const renderer = processes.find(({ commandLine }) => commandLine.includes('--type=renderer'))
    expect(renderer?.commandLine).toBeDefined()
    expect(processes.filter(({ commandLine }) => commandLine.includes('--no-sandbox'))).toEqual([])
    // 2: the renderer's system calls are filtered.
    expect(readFileSync(`/proc/${renderer?.pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m)
  })

  it('survives the kill of a controller and gives back after its restart', async () => {
    await until('both controllers serve', (seen) => owners(seen).size === 2 && seen.controllers.a.phase !== undefined)
    await ask('start-workload', {})
    await ask('kill', { controller: 'a' })
    const taken = await until('B owns everything', (seen) => [...owners(seen)].join() === 'b' && seen.takeovers.length > 0)
    expect(taken.takeovers.at(-1)).toMatchObject({ survivor: 'b', dead: 'a' })

    await ask('restart', { controller: 'a' })
    const given = await until('A has its volumes back', (seen) => owners(seen).size === 2)
    expect(given.host?.ledger.lost).toBe(0)
  })
  it('speaks to the lab from a terminal without a display', () => {
    const [file = '', ...before] = [...asOrdinaryUser, join(installDir, 'usr/bin/takeover-lab')]
    const env = { PATH: process.env['PATH'], HOME: workDir, TMPDIR: workDir, LANG: 'C.UTF-8' }
    const status = execFileSync(file, [...before, 'status', '--lab', join(workDir, 'lab')], { env, encoding: 'utf8' })
    expect(status).toMatch(/^A +serving +A/m)
  })

  it('plays a seed on a thread of its own', async () => {
    const simulation = await simulationClient(lab.ready)
    try {
      expect(await simulation.order({ order: 'open', seed: 1, operations: 300 })).toMatchObject({ ok: true })
      await simulation.until('the seed is run through', ({ phase }) => phase === 'paused')
      expect(simulation.outline.violations).toEqual([])
    } finally {
      simulation.close()
    }
  })
})
