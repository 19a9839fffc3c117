/**
 * The window's way to the lab in Electron. Calls are those of contract/lab-socket and are decoded the same way; pushes
 * too. Only the preload script and the main process know these names.
 */
export const LAB_CALL_CHANNEL = 'lab:call'
export const LAB_PUSH_CHANNEL = 'lab:push'

/** What a call gives back: an error thrown across Electron's IPC would be wrapped in words of its own. */
export type LabCallOutcome = { readonly result: unknown } | { readonly error: string }
