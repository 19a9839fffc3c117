/** `npm run package`, once built. With `--release`, for users: it refuses what must not go to them. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { makePackages, type RuntimeDescription } from '../packaging/make-packages'
import { publishedElectrons, whyNoRelease } from '../packaging/release-check'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const launcher = fileURLToPath(new URL('./start.js', import.meta.url))
const isRelease = process.argv.slice(2).includes('--release')

const answer = execFileSync(process.execPath, [launcher, '--describe-runtime'], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
})
const runtime = JSON.parse(answer) as RuntimeDescription
const refusal = isRelease ? whyNoRelease(runtime, runtime.kind === 'official' ? await publishedElectrons() : []) : undefined
if (refusal === undefined) {
  if (!isRelease)
    console.log(`Development build, not for release: with Electron ${runtime.version} (${runtime.kind}). For users: --release.`)
  for (const file of await makePackages(projectDir, runtime, isRelease)) console.log(file)
} else {
  console.error(`${refusal} Nothing was made.`)
  process.exitCode = 1
}
