import * as v from 'valibot'
import { languageSchema } from './language'
import { LIMITS } from './limits'

/**
 * What can be made of the run in the player: a page to hand in, its events as lines of JSON, a trace for Perfetto's window, its traffic
 * for Wireshark.
 */
export const EXPORT_FORMATS = ['report', 'json-lines', 'perfetto', 'pcapng'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** How the names of such files end. */
export const EXPORT_ENDINGS: Readonly<Record<ExportFormat, string>> = {
  report: 'html',
  'json-lines': 'ndjson',
  perfetto: 'pftrace',
  pcapng: 'pcapng',
}

/**
 * An export comes in pieces: the first with the answer to `export`, each other one when it is asked for. There is one at a time. It ends
 * when another one begins, and with its run.
 */
export const exportOrderSchema = v.variant('order', [
  v.strictObject({
    order: v.literal('export'),
    format: v.picklist(EXPORT_FORMATS),
    /** Of the report. The other formats are for programs and have none. */
    language: languageSchema,
    /** Of a person, for the report. */
    notes: v.pipe(v.string(), v.maxLength(LIMITS.exportNotesLength, `must be at most ${LIMITS.exportNotesLength} characters`)),
  }),
  v.strictObject({ order: v.literal('export-more'), id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
])
export type ExportOrder = v.InferOutput<typeof exportOrderSchema>

interface Piece {
  /** Of the export. */
  readonly id: number
  readonly isLast: boolean
  /** How far it is, from 0 to 1. A piece may be empty, because the way through a run is long. */
  readonly share: number
}

/** From the player's thread. */
export type ExportedPiece = Piece & { readonly bytes: Uint8Array }

/** For the window: JSON has no bytes. */
export type ExportPiece = Piece & { readonly base64: string }
