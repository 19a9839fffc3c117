/** Unpacking of zip archives with file modes and symbolic links kept. */
import { createWriteStream } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { open, type Entry, type ZipFile } from 'yauzl'

const FILE_TYPE_MASK = 0o170000
const SYMBOLIC_LINK = 0o120000

export interface UnzipOptions {
  readonly archive: string
  readonly intoDir: string
  /** Path inside the target folder, or `undefined` to leave the entry out. */
  readonly placeOf: (entryName: string) => string | undefined
}

export async function unzip({ archive, intoDir, placeOf }: UnzipOptions): Promise<void> {
  const zip = await openZip(archive)
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject)
    zip.on('end', resolve)
    zip.on('entry', (entry: Entry) => {
      const place = entry.fileName.endsWith('/') ? undefined : placeOf(entry.fileName)
      const written = place === undefined ? Promise.resolve() : writeEntry(zip, entry, join(intoDir, place))
      written.then(() => zip.readEntry(), reject)
    })
    zip.readEntry()
  }).finally(() => zip.close())
}

async function writeEntry(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  const mode = entry.externalFileAttributes >>> 16
  const content = await openEntry(zip, entry)
  await mkdir(dirname(path), { recursive: true })
  if ((mode & FILE_TYPE_MASK) === SYMBOLIC_LINK) {
    await symlink((await buffer(content)).toString('utf8'), path)
    return
  }
  await pipeline(content, createWriteStream(path, { mode: mode & 0o777 || 0o644 }))
}

// yauzl refuses absolute names and names that leave the folder by itself.
function openZip(archive: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(archive, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error) reject(error)
      else resolve(zip)
    })
  })
}

function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) reject(error)
      else resolve(stream)
    })
  })
}
