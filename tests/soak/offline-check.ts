/** Compares copies and parity of every row of a lab that is stopped, from its image files alone. */
import * as fs from 'node:fs'
import { BLOCK_BYTES } from '../../src-main/base/units'
import type { ArrayState } from '../../src-main/contract/array-state'
import type { DrivePort } from '../../src-main/core/ports'
import { createGroupIo } from '../../src-main/core/raid/group-io'
import { layoutOf } from '../../src-main/core/raid/geometry'
import type { VerificationReport } from '../../src-main/core/raid/scrub'

export interface ImageFile {
  readonly index: number
  readonly file: string
  readonly blockCount: number
}

/** A sentence for each stripe that does not agree or cannot be read. */
export async function checkRows({ configuration }: Pick<ArrayState, 'configuration'>, images: readonly ImageFile[]): Promise<string[]> {
  const open = images.map((image) => ({ ...image, fd: fs.openSync(image.file, 'r') }))
  try {
    const drives = open.map(drivePort)
    const complaints: string[] = []
    for (const group of configuration.groups) {
      const { stripeCount, redundancy } = layoutOf(group)
      if (redundancy === 0 || stripeCount === 0) continue
      const io = createGroupIo({ group, drives })
      const { inconsistent, unreadable } = await new Promise<VerificationReport>((resolve) =>
        io.verify({ firstStripe: 0, stripeCount }, resolve),
      )
      for (const stripe of inconsistent) complaints.push(`group "${group.name}", stripe ${stripe}: copies or parity do not match the data`)
      for (const stripe of unreadable) complaints.push(`group "${group.name}", stripe ${stripe}: it cannot be read`)
    }
    return complaints
  } finally {
    for (const { fd } of open) fs.closeSync(fd)
  }
}

function drivePort({ index, blockCount, fd }: ImageFile & { readonly fd: number }): DrivePort {
  const refuse = (): never => {
    throw new Error('the check only reads')
  }
  return {
    index,
    blockCount,
    read({ firstBlock, into }, done) {
      const bytes = fs.readSync(fd, into, 0, into.length, firstBlock * BLOCK_BYTES)
      setImmediate(() => done(bytes === into.length ? 'good' : 'failed'))
    },
    write: refuse,
    flush: (_, done) => void setImmediate(() => done('good')),
    distrust: refuse,
    reopen: refuse,
    reopenForRebuild: refuse,
  }
}
