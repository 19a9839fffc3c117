import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { buildPlanted } from '../../support/planted-build'
import type { OutsideTarget } from '../targets'

const TARGET = 'iqn.2026-11.local.null:bench'

/** Builds it into `folder` and starts it; it ends with the process that started it. */
export async function startNullTarget({ folder, bytes }: { readonly folder: string; readonly bytes: number }): Promise<OutsideTarget> {
  await buildPlanted({ entry: 'tests/bench/null-target/main.ts', outDir: folder, fileName: 'null-target.mjs' })
  const child = spawn(process.execPath, [path.join(folder, 'null-target.mjs'), TARGET, String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const killed = () => child.kill('SIGKILL')
  process.once('exit', killed)
  const ended = once(child, 'exit')
  const first = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => undefined)])
  if (first === undefined) throw new Error('the null target ended before it listened')
  return {
    url: `iscsi://127.0.0.1:${String(first[0])}/${TARGET}/0`,
    pid: child.pid ?? 0,
    async stop() {
      process.removeListener('exit', killed)
      killed()
      await ended
    },
  }
}
