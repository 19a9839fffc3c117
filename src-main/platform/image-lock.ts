import * as fs from 'node:fs'
import type { DriveFile } from './drive-files'
import { identityOf, lockFiles } from './file-lock'

/**
 * Of one drive, in one controller. The main process holds the locks of the images that the lab was opened with. A drive that was left
 * out then, or a file that took its place since, is another file: each controller locks it for itself as long as it uses it, shared,
 * because the other one does so, too. A lab in another folder, which locks its images for itself alone, cannot have it meanwhile.
 */
export class ImageLock {
  readonly #drive: Pick<DriveFile, 'file' | 'lock'>
  #held: { readonly identity: string; readonly fd: number } | undefined

  constructor(drive: Pick<DriveFile, 'file' | 'lock'>) {
    this.#drive = drive
  }

  /** `fd`: the image, which was just opened. Throws if somebody else has it. */
  cover(fd: number): void {
    const { file, lock } = this.#drive
    if (lock === undefined) return
    const identity = identityOf(fd)
    if (identity === this.#held?.identity) return
    this.release()
    if (identity === lock.identity) return
    const locked = lockFiles([file], { kind: 'shared' })
    if (!locked.ok) throw new Error(locked.error.isHeld ? 'its file is in use by a lab in another folder' : locked.error.message)
    const [own = -1] = locked.value
    this.#held = { identity: identityOf(own), fd: own }
    if (this.#held.identity === identity) return
    this.release()
    throw new Error('its file was exchanged while it was opened')
  }

  release(): void {
    if (this.#held !== undefined) fs.closeSync(this.#held.fd)
    this.#held = undefined
  }
}
