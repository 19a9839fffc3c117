/**
 * Which specs run where. Each spec can run in both hosts, and does where `E2E_EVERY_SPEC=1` asks for it (`npm test -- --every-spec`). By
 * default a spec of the page alone, which is one program in both hosts, runs in one of them; what the hosts do in ways of their own
 * (files, dialogs, windows, the way to the lab) runs in both, and so does every spec that is in no list here.
 */
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HostName } from './wdio.base'

const ENDING = '.e2e.ts'

/** Of the page alone. Chromium has more of them, since two run there at a time. */
const ONLY: Record<HostName, readonly string[]> = {
  electron: ['console', 'demo', 'exercise', 'faults', 'held-writes', 'outage', 'views'],
  chromium: [
    ...['compare-recordings', 'drive', 'explain', 'first-exercise', 'fork', 'languages', 'room-for-words', 'simulation', 'table'],
    ...['timeline', 'tour', 'violation'],
  ],
}

/** Paths as WebdriverIO wants them. Throws where a list names a spec that is not there. */
export function specsOf(host: HostName): string[] {
  const all = readdirSync(fileURLToPath(new URL('specs', import.meta.url))).filter((file) => file.endsWith(ENDING))
  const elsewhere = ONLY[host === 'electron' ? 'chromium' : 'electron'].map((name) => `${name}${ENDING}`)
  const unknown = Object.values(ONLY)
    .flat()
    .filter((name) => !all.includes(`${name}${ENDING}`))
  if (unknown.length > 0) throw new Error(`There is no spec ${unknown.join(', ')}.`)
  const isEvery = process.env['E2E_EVERY_SPEC'] === '1'
  return all.filter((file) => isEvery || !elsewhere.includes(file)).map((file) => `./specs/${file}`)
}
