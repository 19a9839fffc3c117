import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { projectDir } from '../wdio.base'

/** Windows of their own, beside that of the test's session, which the driver would lose with its page. */
if (process.env['E2E_HOST'] === 'electron') {
  describe('a desktop window', () => {
    let folder: string
    const started: ChildProcess[] = []

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'desktop-start-'))
    })
    afterEach(async () => {
      for (const child of started.splice(0)) await end(child)
      rmSync(folder, { recursive: true, force: true })
    })

    it('loads its page again when the process of the page dies', async () => {
      const { said } = start(`--user-data-dir=${profile()}`, '--remote-debugging-port=0')
      await browser.waitUntil(() => pageShows(profile(), 'Redundant'), { timeoutMsg: 'the page did not show the lab' })
      // Not earlier: the empty page before it has a process of its own.
      const first = await rendererOf(profile())
      process.kill(first, 'SIGKILL')
      await browser.waitUntil(async () => (await rendererOf(profile())) !== first, { timeoutMsg: 'no new page was loaded' })
      await browser.waitUntil(() => pageShows(profile(), 'Redundant'), { timeoutMsg: 'the new page did not show the lab' })
      expect(said()).toContain('The process of the page ended (killed, 9). It is loaded again.')
    })

    it('says why it cannot start where it cannot keep its files', async () => {
      const { child, said } = start({ XDG_CONFIG_HOME: join(projectDir, 'package.json') })
      expect(await once(child, 'exit')).toEqual([1, null])
      expect(said()).toMatch(/The window cannot keep its files in .*package\.json/)
    })

    it('says that the port for its page is taken', async () => {
      const server = createServer()
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      try {
        const { said } = start(`--user-data-dir=${profile()}`, `--http=${port}`)
        await browser.waitUntil(() => said().includes(`Port ${port} for the page is in use by another program.`), {
          timeoutMsg: 'it did not name the port',
        })
      } finally {
        server.close()
      }
    })

    const profile = (): string => join(folder, 'profile')

    function start(...options: readonly (string | NodeJS.ProcessEnv)[]): { readonly child: ChildProcess; readonly said: () => string } {
      const sandboxSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
      const ports = ['portal-a', 'portal-b', 'management-a', 'management-b'].map((port) => `--${port}=0`)
      const lab = [`--lab=${join(folder, 'lab')}`, '--drives=4', '--drive-mib=16', ...ports]
      const switches = options.filter((option) => typeof option === 'string')
      const env = Object.assign({}, process.env, ...options.filter((option) => typeof option === 'object')) as NodeJS.ProcessEnv
      const electron = process.env['TAKEOVER_LAB_ELECTRON'] ?? ''
      const args = [...sandboxSwitches, `--app=${projectDir}`, ...lab, ...switches]
      const child = spawn(electron, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
      started.push(child)
      let text = ''
      child.stderr.on('data', (bytes: Buffer) => (text += bytes.toString()))
      return { child, said: () => text }
    }
  })
}

/** The dialog about a port waits for a person, and ends with its process. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** The process of the window's page, as soon as there is one. */
async function rendererOf(profile: string): Promise<number> {
  let found: number | undefined
  await browser.waitUntil(() => (found = findRenderer(profile)) !== undefined, { timeoutMsg: 'there is no page' })
  return found ?? Number.NaN
}

function findRenderer(profile: string): number | undefined {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.map(Number).find((pid) => {
    const line = commandLineOf(pid)
    return line.includes('--type=renderer') && line.includes(`--user-data-dir=${profile}`)
  })
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Asks the page itself, over the port for developers. */
async function pageShows(profile: string, text: string): Promise<boolean> {
  const portFile = join(profile, 'DevToolsActivePort')
  if (!existsSync(portFile)) return false
  const port = readFileSync(portFile, 'utf8').split('\n', 1)[0] ?? ''
  const pages = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly { webSocketDebuggerUrl: string }[]
  const [page] = pages
  if (page === undefined) return false
  const socket = new WebSocket(page.webSocketDebuggerUrl)
  try {
    await once(socket, 'open')
    socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'document.body.innerText' } }))
    const [answer] = (await once(socket, 'message')) as [Buffer]
    return answer.toString().includes(text)
  } finally {
    socket.close()
  }
}
