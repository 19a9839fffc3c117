import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Writes `SHA256SUMS` beside these files, as `sha256sum --check` reads it. Returns its name. */
export async function writeChecksums(files: readonly string[]): Promise<string> {
  const lines = await Promise.all([...files].sort().map(async (file) => `${await sha256Of(file)}  ${basename(file)}\n`))
  const sums = join(dirname(files[0] ?? '.'), 'SHA256SUMS')
  await writeFile(sums, lines.join(''))
  return sums
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
