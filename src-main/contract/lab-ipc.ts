import type { LabApi } from './lab-api'
import type { Language } from './language'
import type { SavedFile, SaveOutcome } from './saved-file'

/**
 * The window's way to the lab in Electron. Calls are those of contract/lab-socket and are decoded the same way; pushes
 * too. Only the preload script and the main process know these names.
 */
export const LAB_CALL_CHANNEL = 'lab:call'
export const LAB_PUSH_CHANNEL = 'lab:push'
export const LAB_SAVE_CHANNEL = 'lab:save'
export const LAB_LANGUAGE_CHANNEL = 'lab:language'
export const LAB_TRAINER_CHANNEL = 'lab:trainer'

/** The page with this fragment is the trainer's window. */
export const TRAINER_FRAGMENT = '#trainer'

/**
 * What the preload script gives the page: the lab, the one way to save a file, since downloads are refused, the menu's language, and the
 * second window, which no page may open by itself.
 */
export interface DesktopApi extends LabApi {
  saveFile(file: SavedFile): Promise<SaveOutcome>
  useLanguage(language: Language): Promise<null>
  openTrainer(): Promise<null>
}

/** What a call gives back: an error thrown across Electron's IPC would be wrapped in words of its own. */
export type LabCallOutcome = { readonly result: unknown } | { readonly error: string }
