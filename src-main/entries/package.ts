/** `npm run package`, once built. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { makePackages, type RuntimeDescription } from '../packaging/make-packages'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const launcher = fileURLToPath(new URL('./start.js', import.meta.url))

const answer = execFileSync(process.execPath, [launcher, '--describe-runtime'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
const runtime = JSON.parse(answer) as RuntimeDescription
if (runtime.kind !== 'official') {
  console.log(`Development build: its Electron ${runtime.version} is not the official binary (${runtime.kind}).`)
}
for (const file of await makePackages(projectDir, runtime)) console.log(file)
