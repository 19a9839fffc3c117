import type { LabApi } from '../../src-main/contract/lab-api'
import type { Language } from '../../src-main/contract/language'
import type { SavedFile, SaveOutcome } from '../../src-main/contract/saved-file'

/**
 * - `refused`: the lab does not know this page's token; trying again is no use.
 * - `closed`: the lab was ended on purpose.
 */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused' | 'closed'

/** A LabApi and the state of the connection to it. Calls reject while the connection is not open. */
export interface LabConnection {
  readonly api: LabApi
  readonly kind: 'desktop' | 'browser'
  linkState(): LinkState
  onLinkState(listener: (state: LinkState) => void): () => void
  /** Where the person says, or where the browser puts what is downloaded. Rejects with a sentence. */
  saveFile(file: SavedFile): Promise<SaveOutcome>
  /** What is outside the page speaks it too: the menu of the desktop window. A browser has its own language. */
  useLanguage?(language: Language): Promise<unknown>
  /** A second window with the trainer's controls, or that one to the front. Rejects if there can be none. */
  openTrainer?(): Promise<unknown>
}
