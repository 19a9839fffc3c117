import * as v from 'valibot'
import { LIMITS } from './limits'

/** As the file is called where it comes from: a name to show, never a path. */
const GIVEN_NAME = /^[^/\\\u0000-\u001f\u007f]{1,200}$/
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/
const PIECE_CHARACTERS = Math.ceil(LIMITS.givenPieceBytes / 3) * 4
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/**
 * A recording that a person gives from anywhere, to be looked at without becoming a file of the lab. It comes in pieces, in order; the one
 * that begins at 0 begins a recording. The last one opens it in the player, or compares it with the run that is there. There is one at a
 * time: another one, another run, or another comparison ends it.
 */
export const givenPieceSchema = v.strictObject({
  name: v.pipe(v.string('must be a name'), v.regex(GIVEN_NAME, 'must be the name of a file')),
  /** Of the whole recording. */
  byteCount: v.pipe(
    count,
    v.minValue(1, 'must be at least 1'),
    v.maxValue(LIMITS.recordingBytes, `must be at most ${LIMITS.recordingBytes}`),
  ),
  /** Where this piece begins. */
  at: count,
  /** It is set beside the run in the player, which must be known. */
  isBeside: v.optional(v.literal(true)),
  base64: v.pipe(
    v.string(),
    v.maxLength(PIECE_CHARACTERS, `must be at most ${PIECE_CHARACTERS} characters`),
    v.regex(BASE64, 'must be base64'),
  ),
})
export type GivenPiece = v.InferOutput<typeof givenPieceSchema>

/** All of it. */
export interface GivenFile {
  readonly name: string
  readonly bytes: Uint8Array
}
