/**
 * First step of `npm start`, `npm run dev`, `npm run serve` and `npm run lab`: builds when the sources are newer
 * than the last build, then continues in the built program. Plain JavaScript, since nothing is built yet.
 * Build messages go to stderr: the standard output of `serve` is for its one ready line.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const SOURCES = ['src-main', 'src-renderer', 'exercises', 'docs/glossary.md', 'package.json', 'electron.vite.config.ts']
/** Written last by a build, so its age is the age of the whole. */
const LAST_OUTPUT = join(projectDir, 'out/renderer/index.html')
const BUILDER = join(projectDir, 'node_modules/electron-vite/bin/electron-vite.js')

function newestChangeMs(path) {
  const status = statSync(path)
  if (!status.isDirectory()) return status.mtimeMs
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newestChangeMs(join(path, name))))
}

function buildIsCurrent() {
  if (!existsSync(LAST_OUTPUT)) return false
  const builtMs = statSync(LAST_OUTPUT).mtimeMs
  return SOURCES.every((source) => newestChangeMs(join(projectDir, source)) <= builtMs)
}

function build() {
  if (!existsSync(BUILDER)) {
    console.error('The packages are not installed yet. Run "npm ci" first.')
    process.exit(1)
  }
  console.error('Building Takeover Lab…')
  const result = spawnSync(process.execPath, [BUILDER, 'build', '--logLevel', 'warn'], {
    cwd: projectDir,
    stdio: ['ignore', process.stderr, process.stderr],
  })
  if (result.status !== 0) process.exit(result.status ?? 1)
}

if (!buildIsCurrent()) build()
/** The first argument, from package.json, may name another program than the window. */
const PROGRAMS = { '--serve': 'serve.js', '--command-line': 'command-line.js' }
const named = PROGRAMS[process.argv[2]]
const program = join(projectDir, 'out/main', named ?? 'start.js')
process.argv = [process.argv[0], program, ...process.argv.slice(named === undefined ? 2 : 3)]
await import(pathToFileURL(program).href)
