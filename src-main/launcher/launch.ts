/** Starts the lab in Electron if there are a runtime and a display, and otherwise as a page for a browser. */
import { join } from 'node:path'
import type { LaunchOptions } from './options'
import { runToEnd, type Program } from './processes'
import { describeRuntime, findRuntime, type Runtime, type RuntimeSource } from './runtime'

export interface LaunchContext {
  readonly projectDir: string
  readonly sources: readonly RuntimeSource[]
  readonly env: NodeJS.ProcessEnv
  readonly platform: NodeJS.Platform
  readonly isRoot: boolean
  readonly missingLibraries: (executable: string) => Promise<string | undefined>
}

export interface LaunchPlan {
  readonly program: Program
  /** What the person is told beforehand, a line each. */
  readonly notices: readonly string[]
}

export async function launch(options: LaunchOptions, context: LaunchContext): Promise<number> {
  if (options.mode === 'print-runtime' || options.mode === 'describe-runtime') return tellRuntime(options, context)
  const plan = await planLaunch(options, context)
  for (const notice of plan.notices) console.error(notice)
  return runToEnd(plan.program)
}

export async function planLaunch(options: LaunchOptions, context: LaunchContext): Promise<LaunchPlan> {
  const serve = serveCommand(options, context)
  if (!hasDisplay(context)) {
    return {
      program: serve,
      notices: ['There is no display (DISPLAY and WAYLAND_DISPLAY are not set), so the window is served as a page.'],
    }
  }
  const { runtime, refusals } = await findRuntime(context.sources)
  const why = refusals.map((refusal) => `Note: ${refusal}.`)
  if (runtime === undefined) {
    return { program: serve, notices: [...why, 'There is no Electron runtime, so the window is served as a page.'] }
  }
  const missing = await context.missingLibraries(runtime.executable)
  if (missing !== undefined) return { program: serve, notices: [...why, missing, 'The window is served as a page instead.'] }
  const notices = [...why, describeRuntime(runtime)]
  if (context.isRoot) notices.push('Running as root, so the browser sandbox is off (--no-sandbox).')
  return { program: electronCommand(runtime, options, context), notices }
}

function electronCommand(runtime: Runtime, options: LaunchOptions, context: LaunchContext): Program {
  if (options.mode === 'dev') {
    const builder = 'node_modules/electron-vite/bin/electron-vite.js'
    const sandbox = context.isRoot ? ['--noSandbox'] : []
    return {
      file: process.execPath,
      args: [builder, 'dev', '--watch', ...sandbox, '--', ...options.labArguments],
      cwd: context.projectDir,
      env: { ...context.env, ELECTRON_EXEC_PATH: runtime.executable, TAKEOVER_LAB_RUNTIME: runtime.kind },
    }
  }
  const switches = context.isRoot ? ['--no-sandbox'] : []
  if (!context.env['DISPLAY'] && context.platform === 'linux') switches.push('--ozone-platform-hint=auto')
  return {
    file: runtime.executable,
    args: [...switches, context.projectDir, ...options.labArguments],
    cwd: process.cwd(),
    env: { ...context.env, TAKEOVER_LAB_RUNTIME: runtime.kind },
  }
}

/** It prints the address of the page itself. */
function serveCommand({ labArguments }: LaunchOptions, { projectDir, env }: LaunchContext): Program {
  return { file: process.execPath, args: [join(projectDir, 'out/main/serve.js'), ...labArguments], cwd: process.cwd(), env }
}

function hasDisplay({ env, platform }: LaunchContext): boolean {
  return platform !== 'linux' || Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY'])
}

async function tellRuntime(options: LaunchOptions, context: LaunchContext): Promise<number> {
  const { runtime, refusals } = await findRuntime(context.sources)
  for (const refusal of refusals) console.error(`Note: ${refusal}.`)
  if (runtime === undefined) return 1
  console.log(options.mode === 'print-runtime' ? runtime.executable : JSON.stringify(runtime))
  return 0
}
