import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import type { SaveDialogOptions, SaveDialogReturnValue } from 'electron'
import * as v from 'valibot'
import type { LabCallOutcome } from '../../contract/lab-ipc'
import { savedFileSchema, type SaveOutcome } from '../../contract/saved-file'
import { isLabPage, type CallingFrame } from './page-origin'

export interface SaveFileOptions {
  readonly pageUrl: string
  /** The dialog of the system, which also asks before a file is replaced. */
  readonly ask: (options: SaveDialogOptions) => Promise<SaveDialogReturnValue>
  /** Where the dialog begins. */
  readonly folder: () => string
}

/**
 * The only way for the page to have a file written: it gives a name and the bytes, and a person says where they go. It asks one thing at
 * a time, so that a page cannot bury the person in dialogs.
 */
export function createFileSaver({
  pageUrl,
  ask,
  folder,
}: SaveFileOptions): (frame: CallingFrame | null, payload: unknown) => Promise<LabCallOutcome> {
  let isAsking = false
  return async (frame, payload) => {
    if (!isLabPage(frame, pageUrl)) return { error: 'Only the window of the lab may save a file.' }
    const parsed = v.safeParse(savedFileSchema, payload)
    if (!parsed.success) return { error: 'This is no file that the window may save.' }
    if (isAsking) return { error: 'Another file is being saved.' }
    isAsking = true
    try {
      const { name, bytes } = parsed.output
      const { canceled, filePath } = await ask({ defaultPath: path.join(folder(), name) })
      if (canceled || filePath === '') return { result: undefined satisfies SaveOutcome }
      await writeWhole(filePath, bytes)
      return { result: { where: filePath } satisfies SaveOutcome }
    } catch (error) {
      return { error: `The file could not be written: ${error instanceof Error ? error.message : String(error)}` }
    } finally {
      isAsking = false
    }
  }
}

/** All of it, or what was there before. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const beside = path.join(path.dirname(file), `.${path.basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    await fs.writeFile(beside, bytes, { flag: 'wx' })
    await fs.rename(beside, file)
  } catch (error) {
    await fs.rm(beside, { force: true })
    throw error
  }
}
