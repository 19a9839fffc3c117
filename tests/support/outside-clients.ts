/** Programs that are not ours: libiscsi's tools and QEMU's. */
import { execFile } from 'node:child_process'

export interface ProgramOutcome {
  readonly code: number
  readonly output: string
}

const GIVE_UP_MS = 60_000

export function runProgram(file: string, args: readonly string[], giveUpMs = GIVE_UP_MS): Promise<ProgramOutcome> {
  return new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: giveUpMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      const output = stdout + stderr
      if (error === null) resolve({ code: 0, output })
      else if (typeof error.code === 'number') resolve({ code: error.code, output })
      else reject(new Error(`${file} ${args.join(' ')}: ${error.message}\n${output}`))
    })
  })
}

export function lunUrl(portal: string, target: string, lun: number): string {
  return `iscsi://${portal}/${target}/${lun}`
}

export async function qemuIo(url: string, ...commands: readonly string[]): Promise<ProgramOutcome> {
  return runProgram('qemu-io', ['-f', 'raw', ...commands.flatMap((command) => ['-c', command]), url])
}

/** The pattern fills the range; `qemu-io` reports a failed verification on its output and not always by its status. */
export async function verifyPattern(url: string, pattern: number, range: string): Promise<string> {
  const { code, output } = await qemuIo(url, `read -P ${pattern} ${range}`)
  if (code !== 0 || output.includes('verification failed') || !output.includes('read ')) return `${code}: ${output}`
  return 'the same'
}
