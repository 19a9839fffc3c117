/** The lab in its own window. With `--http PORT` it also serves the page for browsers and prints the same line as `serve`. */
import { createHash } from 'node:crypto'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { app, dialog } from 'electron'
import { version } from '../../package.json'
import { isCommandLine } from '../command-line/arguments'
import { startBrowserShell, type BrowserShell } from '../shells/browser/server'
import { developmentBuildOf } from '../shells/electron/build-info'
import { configFolderProblem } from '../shells/electron/config-folder'
import { isSharedMemoryShort } from '../shells/electron/shared-memory'
import { claimPageScheme, openLabWindow } from '../shells/electron/shell'
import { serveOnUsualPort } from '../shells/browser/usual-port'
import { createLab } from '../lab/create-lab'
import type { Lab } from '../lab/lab'
import { labArguments, OPTIONS_HELP, parseCommandLine, type CommandLine } from '../lab/options'
import { readyLine } from '../lab/ready-line'
import { outliveReaders } from '../platform/outlive-readers'

const SERVING_WITHIN_MS = 30_000
const pageFolder = fileURLToPath(new URL('../renderer', import.meta.url))

let lab: Lab | undefined
let browserShell: BrowserShell | undefined
let isClosing = false

outliveReaders([process.stdout, process.stderr])
// The arguments include Chromium's own switches, so read only what the lab knows.
const commandLine = parseCommandLine(labArguments(process.argv.slice(1)))
const typed = process.argv.slice(app.isPackaged ? 1 : 2).filter((word) => word !== '--no-sandbox')
if (isCommandLine(typed)) speakToLab(typed)
else if (!commandLine.ok) fail(commandLine.error, 2)
else if (commandLine.value.help) {
  process.stdout.write(`${OPTIONS_HELP}\n`)
  app.exit(0)
} else start(commandLine.value)

function start(options: CommandLine): void {
  claimPageScheme()
  // Chromium's sandbox does not work as root.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  if (isSharedMemoryShort()) {
    app.commandLine.appendSwitch('disable-dev-shm-usage')
    say('There is little shared memory in /dev/shm, so the window uses temporary files instead.')
  }
  keepApartByLab(options.lab.folder)
  // Without it the next line would find no lock and take that for another window.
  const problem = configFolderProblem(app.getPath('userData'))
  if (problem !== undefined) {
    fail(problem, 1)
    return
  }
  if (!app.requestSingleInstanceLock()) {
    say('This lab already has a window, which comes to the front.')
    app.exit(0)
    return
  }
  app.on('window-all-closed', () => app.quit())
  app.on('will-quit', closeInOrder)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit())
  app
    .whenReady()
    .then(() => open(options))
    .catch((error: unknown) => fail(error instanceof Error ? error.message : String(error), 1))
}

async function open(options: CommandLine): Promise<void> {
  lab = await createLab({
    exerciseFolders: [fileURLToPath(new URL('./exercises', import.meta.url))],
    ...options.lab,
    version,
    developmentBuild: developmentBuildOf({
      file: fileURLToPath(new URL('../../build-info.json', import.meta.url)),
      launchedWith: process.env['TAKEOVER_LAB_RUNTIME'],
      electron: process.versions.electron ?? '',
    }),
    spawn: {
      controller: (workerOptions) => new Worker(new URL('./controller-worker.js', import.meta.url), workerOptions),
      host: (workerOptions) => new Worker(new URL('./host-worker.js', import.meta.url), workerOptions),
      simulation: (workerOptions) => new Worker(new URL('./simulation-worker.js', import.meta.url), workerOptions),
      shelf: (workerOptions) => new Worker(new URL('./shelf-worker.js', import.meta.url), workerOptions),
    },
  })
  for (const notice of lab.notices) say(notice)
  await serveOutside(lab, options.httpPort)
  const window = openLabWindow({
    api: lab.api,
    pageFolder,
    preload: fileURLToPath(new URL('../preload/index.cjs', import.meta.url)),
    developmentUrl: app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'],
    size: askedSize(),
    say,
  })
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  if (options.httpPort !== undefined) await tellReady(lab)
}

/**
 * `takeover-lab status`: no window, only a lab that runs already. This thread waits: if it went on, Chromium would look for a display,
 * which a terminal need not have.
 */
function speakToLab(args: readonly string[]): void {
  const ended = new Int32Array(new SharedArrayBuffer(4))
  new Worker(new URL('./command-line.js', import.meta.url), { workerData: { args, ended } })
  Atomics.wait(ended, 0, 0)
  process.exit(Atomics.load(ended, 0) - 1)
}

/** For programs always; the page for browsers only where somebody asks for it with a port. */
async function serveOutside(running: Lab, pagePort: number | undefined): Promise<void> {
  const { token } = await running.api.access()
  const common = { api: running.api, token, refused: (remote: string, text: string) => running.notePageRefusal(remote, text) }
  browserShell =
    pagePort === undefined
      ? await startBrowserShell({ ...common, port: 0, pageFolder: undefined })
      : await serveOnUsualPort(pagePort, (port) => startBrowserShell({ ...common, port, pageFolder }))
  running.announce({ commands: browserShell.url, page: pagePort !== undefined })
}

async function tellReady(running: Lab): Promise<void> {
  await running.untilServing(SERVING_WITHIN_MS)
  process.stdout.write(`${JSON.stringify(readyLine(await running.api.access(), await running.api.snapshot()))}\n`)
}

/** Each lab has its own storage, so one window per lab opens and two labs do not mix. A test driver brings its own. */
function keepApartByLab(folder: string): void {
  if (app.commandLine.hasSwitch('user-data-dir')) return
  const name = createHash('sha256').update(path.resolve(folder)).digest('hex').slice(0, 16)
  app.setPath('userData', path.join(app.getPath('appData'), 'takeover-lab', name))
}

function closeInOrder(event: { preventDefault(): void }): void {
  if (isClosing || lab === undefined) return
  event.preventDefault()
  isClosing = true
  Promise.resolve(browserShell?.close())
    .then(() => lab?.close())
    .catch((error: unknown) => say(error instanceof Error ? (error.stack ?? error.message) : String(error)))
    .finally(() => app.exit(process.exitCode === undefined ? 0 : Number(process.exitCode)))
}

function askedSize(): { width: number; height: number } | undefined {
  const [width, height] = app.commandLine.getSwitchValue('window-size').split(',').map(Number)
  return width !== undefined && height !== undefined && width > 0 && height > 0 ? { width, height } : undefined
}

function fail(sentence: string, exitCode: number): void {
  say(sentence)
  if (app.isReady()) dialog.showErrorBox('Takeover Lab cannot start', sentence)
  process.exitCode = exitCode
  if (lab === undefined) app.exit(exitCode)
  else app.quit()
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
