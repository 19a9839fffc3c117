import * as fs from 'node:fs'

/** The file has the old contents or the new ones, whatever happens. A link in its place, or in that of the new file, is replaced too. */
export function replaceFile(file: string, bytes: Uint8Array): void {
  const next = `${file}.new`
  // Of a process that was killed, or somebody's link to a file that is none of ours. To open it exclusively follows no link.
  fs.rmSync(next, { force: true })
  const fd = fs.openSync(next, 'wx', 0o600)
  try {
    fs.writeFileSync(fd, bytes)
    fs.fdatasyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(next, file)
}
