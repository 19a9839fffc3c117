import * as fc from 'fast-check'
import * as v from 'valibot'
import { givenPieceSchema } from '../../../src-main/contract/given-recording'
import { LIMITS } from '../../../src-main/contract/limits'
import { GivenRecording } from '../../../src-main/lab/given-recording'
import { RecordedRun } from '../../../src-main/player/recorded-run'
import { edited, jsonEdit, type JsonEdit } from '../generators/json'
import { editedRecording, recordingEdit, type RecordingEdit } from '../generators/recording'
import { expectThat, fuzzTarget, type CaseBench } from '../target'

interface GivenCase {
  readonly recording: readonly RecordingEdit[]
  readonly name: string
  /** How long each piece is, one after the other, again and again. */
  readonly pieces: readonly number[]
  /** Of a piece on its way: which one, and what becomes of it. */
  readonly mishap: {
    readonly piece: number
    readonly edits: readonly JsonEdit[]
    readonly isLost: boolean
    readonly isTwice: boolean
  } | null
}

const mishap = fc.record({ piece: fc.nat(20), edits: fc.array(jsonEdit, { maxLength: 2 }), isLost: fc.boolean(), isTwice: fc.boolean() })
const cases: fc.Arbitrary<GivenCase> = fc.record({
  recording: fc.array(recordingEdit, { maxLength: 3 }),
  name: fc.constantFrom('a.ndjson', '../a', 'a\u0000', '', 'x'.repeat(201), 'ä b.ndjson'),
  pieces: fc.array(fc.constantFrom(1, 2, 3, 100, 4096, 100_000, LIMITS.givenPieceBytes), { minLength: 1, maxLength: 4 }),
  mishap: fc.option(mishap, { nil: null }),
})
const PIECES = 3000

/** A person's file on its way into the player, in pieces, over a way that may spoil them. */
class GivenBench implements CaseBench<GivenCase> {
  readonly #given = new GivenRecording()

  run(item: GivenCase): void {
    const file = editedRecording(item.recording)
    let taken: Uint8Array | undefined
    for (const piece of arriving(item, file)) taken = this.#take(piece) ?? taken
    if (taken === undefined) return
    const opened = RecordedRun.open('given', taken)
    expectThat(opened.ok || opened.error.endsWith('.'), () => 'a given recording is refused without a sentence')
    if (item.mishap === null) expectThat(Buffer.compare(taken, file) === 0, () => 'what was given is not what was taken')
  }

  #take(given: unknown): Uint8Array | undefined {
    const parsed = v.safeParse(givenPieceSchema, given)
    if (!parsed.success) return undefined
    const taken = this.#given.take(parsed.output)
    if (taken.ok) return taken.value?.bytes
    expectThat(taken.error.message.endsWith('.'), () => `a piece is refused without a sentence: ${taken.error.message}`)
    return undefined
  }

  /** After whatever came before, a whole one is taken as it is. */
  finish(): void {
    const file = editedRecording([])
    const whole = { recording: [], name: 'whole.ndjson', pieces: [LIMITS.givenPieceBytes], mishap: null }
    const taken = arriving(whole, file).map((piece) => this.#take(piece))
    expectThat(
      taken.slice(0, -1).every((bytes) => bytes === undefined),
      () => 'a recording is open before its last piece',
    )
    expectThat(Buffer.compare(taken.at(-1) ?? Buffer.alloc(0), file) === 0, () => 'a whole recording is not taken')
  }

  close(): void {
    this.#given.giveUp()
  }
}

function arriving({ name, pieces, mishap: spoilt }: GivenCase, file: Uint8Array): unknown[] {
  const sent: unknown[] = []
  for (let at = 0; at < file.length && sent.length < PIECES;) {
    const length = Math.max(pieces[sent.length % pieces.length] ?? 1, Math.ceil(file.length / PIECES))
    sent.push({ name, byteCount: file.length, at, base64: Buffer.from(file.subarray(at, at + length)).toString('base64') })
    at += length
  }
  if (spoilt === null || sent.length === 0) return sent
  const at = spoilt.piece % sent.length
  const changed = edited(sent[at], spoilt.edits)
  return sent.toSpliced(at, 1, ...(spoilt.isLost ? [] : spoilt.isTwice ? [changed, changed] : [changed]))
}

export const givenTarget = fuzzTarget<GivenCase>({
  name: 'given',
  share: 1,
  casesPerBench: 100,
  growthMib: 96,
  slowMs: 5000,
  cases,
  open: () => new GivenBench(),
})
