import type { SavedFile, SaveOutcome } from '../../src-main/contract/saved-file'

/** The browser has begun to read it by then. */
const KEPT_MS = 60_000

/** Has the browser put a file where it puts what is downloaded. */
export function download({ name, bytes }: SavedFile): SaveOutcome {
  const address = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS)
  return { where: undefined }
}
