import * as v from 'valibot'
import { LIMITS } from './limits'
import { EXPORT_ENDINGS } from './run-export'

/** Of what a learner hands in. */
export const SUBMISSION_ENDING = 'submission.json'
const ENDINGS = [...Object.values(EXPORT_ENDINGS), SUBMISSION_ENDING].map((ending) => ending.replaceAll('.', '\\.'))
/** A name, never a path. Learners have names in all scripts. */
const SAVED_NAME = new RegExp(`^[\\p{L}\\p{N}][\\p{L}\\p{N}-]{0,99}\\.(?:${ENDINGS.join('|')})$`, 'u')

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
