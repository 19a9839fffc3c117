/** What `npm start` itself understands; everything else is passed on to the lab. */
export type LaunchMode = 'start' | 'dev' | 'print-runtime' | 'describe-runtime'

export interface LaunchOptions {
  readonly mode: LaunchMode
  readonly labArguments: readonly string[]
}

const MODE_FLAGS: Readonly<Record<string, LaunchMode>> = {
  '--dev': 'dev',
  '--print-runtime': 'print-runtime',
  '--describe-runtime': 'describe-runtime',
}

export function parseLaunchOptions(args: readonly string[]): LaunchOptions {
  const modes = args.flatMap((arg) => MODE_FLAGS[arg] ?? [])
  return { mode: modes[0] ?? 'start', labArguments: args.filter((arg) => MODE_FLAGS[arg] === undefined) }
}
