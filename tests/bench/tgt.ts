/** Debian's `tgt`, to compare with: a target of its own on loopback, with a control socket of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { runProgram } from '../support/outside-clients'

const TARGET = 'iqn.2026-11.local.tgt:bench'
const START_ATTEMPTS = 50
const ATTEMPT_MS = 100

export interface TgtTarget {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

/** Serves a file of `bytes` zeros; whoever measures fills it first. */
export async function startTgt(options: {
  readonly image: string
  readonly bytes: number
  readonly port: number
  readonly controlPort: number
}): Promise<TgtTarget> {
  const { image, bytes, port, controlPort } = options
  fs.writeFileSync(image, '')
  fs.truncateSync(image, bytes)
  const control = String(controlPort)
  const daemon = spawn('tgtd', ['-f', '-C', control, '--iscsi', `portal=127.0.0.1:${port}`], { stdio: 'ignore' })
  const admin = async (...args: string[]) => {
    const { code, output } = await runProgram('tgtadm', ['-C', control, '--lld', 'iscsi', ...args])
    if (code !== 0) throw new Error(`tgtadm ${args.join(' ')}: ${output}`)
  }
  const ended = once(daemon, 'exit')
  const stop = async () => {
    daemon.kill('SIGKILL')
    await ended
  }
  try {
    await untilAnswers(() => admin('--mode', 'system', '--op', 'show'))
    await admin('--mode', 'target', '--op', 'new', '--tid', '1', '-T', TARGET)
    await admin('--mode', 'logicalunit', '--op', 'new', '--tid', '1', '--lun', '1', '-b', image)
    await admin('--mode', 'target', '--op', 'bind', '--tid', '1', '-I', 'ALL')
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `iscsi://127.0.0.1:${port}/${TARGET}/1`, pid: daemon.pid ?? 0, stop }
}

async function untilAnswers(ask: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ask()
      return
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error
      await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS))
    }
  }
}
