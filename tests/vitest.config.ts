/**
 * The test projects. `unit`, `simulation` and `conformance` touch no network and no process
 * `integration` and `security` start the built application and outside clients, so they run one file at a time.
 */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

interface ProjectOptions {
  readonly name: string
  readonly timeoutMs: number
  readonly serial?: boolean
  readonly include?: string
  readonly exclude?: string
  readonly globalSetup?: string
}

function project({ name, timeoutMs, serial = false, include = `tests/${name}/**/*.test.ts`, exclude, globalSetup }: ProjectOptions) {
  return {
    extends: true as const,
    test: {
      name,
      include: [include],
      exclude: exclude === undefined ? [] : [exclude],
      globalSetup: globalSetup === undefined ? [] : [globalSetup],
      environment: 'node',
      pool: 'forks' as const,
      fileParallelism: !serial,
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  }
}

/** Tests of the made installer: a project of their own, since the installer has to be made first. */
const INSTALLER_TESTS = 'tests/integration/package*.test.ts'
const PROFILES = 'tests/bench/profile/*.test.ts'

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [vue()],
  test: {
    passWithNoTests: true,
    projects: [
      project({ name: 'unit', timeoutMs: 60_000 }),
      project({ name: 'simulation', timeoutMs: 360_000 }),
      project({ name: 'conformance', timeoutMs: 30_000 }),
      project({ name: 'integration', timeoutMs: 180_000, serial: true, exclude: INSTALLER_TESTS }),
      project({ name: 'iscsi-test-cu', timeoutMs: 900_000, serial: true }),
      project({ name: 'package', timeoutMs: 180_000, serial: true, include: INSTALLER_TESTS }),
      project({ name: 'security', timeoutMs: 60_000, serial: true }),
      // Not parts of `npm test`: `npm run bench` and `npm run profile`.
      project({ name: 'bench', timeoutMs: 600_000, serial: true, exclude: PROFILES, globalSetup: 'tests/bench/figures-setup.ts' }),
      project({ name: 'profile', timeoutMs: 600_000, serial: true, include: PROFILES }),
    ],
  },
})
