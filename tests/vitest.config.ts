/**
 * The test projects. `unit`, `simulation` and `conformance` touch no network and no process;
 * `integration` and `security` start the built application and outside clients, so they run one file at a time.
 */
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

interface ProjectOptions {
  readonly name: string;
  readonly timeoutMs: number;
  readonly serial?: boolean;
}

function project({ name, timeoutMs, serial = false }: ProjectOptions) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`tests/${name}/**/*.test.ts`],
      environment: 'node',
      pool: 'forks' as const,
      fileParallelism: !serial,
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  };
}

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  plugins: [vue()],
  test: {
    passWithNoTests: true,
    projects: [
      project({ name: 'unit', timeoutMs: 15_000 }),
      project({ name: 'simulation', timeoutMs: 120_000 }),
      project({ name: 'conformance', timeoutMs: 30_000 }),
      project({ name: 'integration', timeoutMs: 180_000, serial: true }),
      project({ name: 'security', timeoutMs: 60_000, serial: true }),
    ],
  },
});
