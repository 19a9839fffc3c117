import * as fs from 'node:fs'

/** The file has the old contents or the new ones, whatever happens. */
export function replaceFile(file: string, bytes: Uint8Array): void {
  const next = `${file}.new`
  const fd = fs.openSync(next, 'w', 0o600)
  try {
    fs.writeFileSync(fd, bytes)
    fs.fdatasyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(next, file)
}
