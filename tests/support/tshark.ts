import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { present } from '../../src-main/base/assert'
import { runProgram } from './outside-clients'

/**
 * What Wireshark's `tshark` finds in a file: of each packet of `filter`, the fields in their order. Ports are no standard ones, so it
 * is told which protocol is there (`tcp.port==3260,iscsi`).
 */
export async function dissected(
  bytes: Uint8Array,
  options: { readonly ports: readonly string[]; readonly filter: string; readonly fields: readonly string[] },
): Promise<readonly (readonly string[])[]> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tshark-'))
  const file = path.join(folder, 'run.pcapng')
  try {
    fs.writeFileSync(file, bytes)
    const ports = options.ports.flatMap((port) => ['-d', port])
    const fields = options.fields.flatMap((field) => ['-e', field])
    const { code, output } = await runProgram('tshark', [
      ...['-n', '-r', file, ...ports, '-Y', options.filter, '-T', 'fields', '-E', 'separator=|', ...fields],
    ])
    if (code !== 0) throw new Error(`tshark ended with ${code}: ${output}`)
    const lines = output.split('\n').filter((line) => line.includes('|') || (line !== '' && options.fields.length === 1))
    return lines.filter((line) => !line.startsWith('Running as user')).map((line) => line.split('|'))
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

export function column(rows: readonly (readonly string[])[], index: number): readonly string[] {
  return rows.map((row) => present(row[index], `column ${index}`))
}
