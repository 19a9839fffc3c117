/** `npm run serve`: the lab without a window. One JSON line on standard output when it is ready; all else goes to standard error. */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { version } from '../../package.json'
import { startBrowserShell } from '../shells/browser/server'
import { createLab } from '../lab/create-lab'
import { OPTIONS_HELP, parseCommandLine, type CommandLine } from '../lab/options'
import { readyLine } from '../lab/ready-line'
import { serveOnUsualPort } from '../shells/browser/usual-port'
import { LabStartError } from '../platform/lab-start-error'
import { outliveReaders } from '../platform/outlive-readers'

const SERVING_WITHIN_MS = 30_000
const EXIT = { fine: 0, failed: 1, badOptions: 2 } as const

outliveReaders([process.stdout, process.stderr])
const commandLine = parseCommandLine(process.argv.slice(2))
if (!commandLine.ok) {
  say(`${commandLine.error} (--help shows all options.)`)
  process.exitCode = EXIT.badOptions
} else if (commandLine.value.help) {
  process.stdout.write(`${OPTIONS_HELP}\n`)
} else {
  await run(commandLine.value)
}

async function run({ lab: labOptions, httpPort }: CommandLine): Promise<void> {
  const stop = stopSignal()
  try {
    const lab = await createLab({
      exerciseFolders: [fileURLToPath(new URL('./exercises', import.meta.url))],
      ...labOptions,
      version,
      spawn: {
        controller: (options) => new Worker(new URL('./controller-worker.js', import.meta.url), options),
        host: (options) => new Worker(new URL('./host-worker.js', import.meta.url), options),
        simulation: (options) => new Worker(new URL('./simulation-worker.js', import.meta.url), options),
        shelf: (options) => new Worker(new URL('./shelf-worker.js', import.meta.url), options),
      },
    })
    try {
      const { token } = await lab.api.access()
      const pageFolder = fileURLToPath(new URL('../renderer', import.meta.url))
      const shell = await serveOnUsualPort(httpPort, (port) =>
        startBrowserShell({ api: lab.api, token, port, pageFolder, refused: (remote, text) => lab.notePageRefusal(remote, text) }),
      )
      lab.announce({ commands: shell.url, page: true })
      try {
        await Promise.race([lab.untilServing(SERVING_WITHIN_MS), stop])
        for (const notice of [...lab.notices, ...shell.notices]) say(notice)
        say(`Open ${shell.pageUrl}`)
        process.stdout.write(`${JSON.stringify(readyLine(await lab.api.access(), await lab.api.snapshot()))}\n`)
        await stop
      } finally {
        await shell.close()
      }
    } finally {
      await lab.close()
    }
  } catch (error) {
    say(error instanceof LabStartError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error))
    // Whatever still runs ends with the process, and the lab's lock last.
    process.exit(EXIT.failed)
  }
}

/** Resolves at the first request to end; a second one ends the process at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(EXIT.failed)
        asked = true
        resolve()
      })
    }
  })
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}
