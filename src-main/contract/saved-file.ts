import * as v from 'valibot'
import { LIMITS } from './limits'
import { EXPORT_ENDINGS } from './run-export'

/** A name, never a path. */
const SAVED_NAME = new RegExp(`^[a-z0-9][a-z0-9-]{0,79}\\.(?:${Object.values(EXPORT_ENDINGS).join('|')})$`)

/** What the window asks to be saved. Where it goes, a person says. */
export const savedFileSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(SAVED_NAME)),
  bytes: v.pipe(
    v.instance(Uint8Array),
    v.check(({ byteLength }) => byteLength <= LIMITS.exportBytes),
  ),
})
export interface SavedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Undefined: the person thought better of it. `where`: the file, or undefined where only the browser knows. */
export type SaveOutcome = { readonly where: string | undefined } | undefined
