/**
 * Running as an ordinary user. The sandbox of the browser engine does not work for root, and the
 * window has to be tested with it; so root hands these tests to the user `nobody` where it can.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const NOBODY = 65534
const PREFIX = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups']

export function ordinaryUser() {
  if (process.getuid?.() !== 0) return { prefix: [], env: process.env, leave: () => undefined }
  const home = mkdtempSync(join(tmpdir(), 'takeover-lab-user-'))
  chmodSync(home, 0o777)
  const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_CONFIG_HOME: join(home, 'config') }
  const leave = () => rmSync(home, { recursive: true, force: true })
  if (!canRunHere(env)) {
    console.log('An ordinary user cannot read this folder: running as root, without the sandbox.')
    return { prefix: [], env: process.env, leave }
  }
  mkdirSync('tests/artifacts', { recursive: true })
  chmodSync('tests/artifacts', 0o777)
  return { prefix: PREFIX, env: { ...env, TAKEOVER_LAB_ELECTRON: readableRuntime(home) }, leave }
}

function canRunHere(env) {
  const [file, ...args] = [...PREFIX, process.execPath, '-e', 'require("fs").accessSync("node_modules/electron-vite/package.json")']
  return spawnSync(file, args, { env }).status === 0
}

/** The runtime in root's cache is out of an ordinary user's reach. */
function readableRuntime(home) {
  const { stdout, status } = spawnSync(process.execPath, ['out/main/start.js', '--print-runtime'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) return ''
  const folder = join(home, 'runtime')
  cpSync(dirname(stdout.trim()), folder, { recursive: true })
  return join(folder, 'electron')
}
