/** Recordings that somebody edited: lines of a real one, and what was done to them. */
import * as fc from 'fast-check'
import { present } from '../../../src-main/base/assert'
import { FLIGHT_AT, FLIGHT_KINDS, FLIGHT_RECORD_BYTES } from '../../../src-main/contract/flight'
import { LIMITS } from '../../../src-main/contract/limits'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { TRACE_KINDS, type TraceEvent, type TraceKind } from '../../../src-main/contract/trace'
import { headOf } from '../../../src-main/lab/recorder'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'
import { hexOf } from './bytes'
import { edited, jsonEdit, type JsonEdit } from './json'

/** `line`, `other`, `place`: of all that there are. `at`: a share of the line, in thousandths. */
export type RecordingEdit =
  | { readonly how: 'json'; readonly line: number; readonly edits: readonly JsonEdit[] }
  | { readonly how: 'number'; readonly line: number; readonly place: number; readonly number: string }
  | { readonly how: 'cut' | 'drop' | 'end'; readonly line: number; readonly at: number }
  | { readonly how: 'swap'; readonly line: number; readonly other: number }
  | { readonly how: 'again'; readonly line: number; readonly times: number }
  | { readonly how: 'nest'; readonly line: number; readonly place: number; readonly depth: number; readonly open: string }
  | { readonly how: 'huge'; readonly line: number; readonly place: number; readonly characters: number }
  | { readonly how: 'bytes'; readonly line: number; readonly at: number; readonly hex: string }
  | { readonly how: 'flight'; readonly line: number; readonly controller: string; readonly missing: number; readonly records: string }
  | { readonly how: 'event'; readonly line: number; readonly kind: TraceKind; readonly to: string; readonly data: unknown }

/** Kinds that the player looks into. */
const LOOKED_INTO: readonly TraceKind[] = [
  ...(['host.response', 'host.block-lost', 'takeover.detected', 'drive.slowed', 'drive.replaced', 'drive.pulled'] as const),
  ...(['midplane.controller-killed', 'midplane.controller-started', 'midplane.interconnect-cut', 'midplane.interconnect-mended'] as const),
]
/** Of what the player looks into, and what every object has: a value of another kind in its place. */
const FIELDS = ['latencyMs', 'status', 'block', 'lun', 'reason', 'extraLatencyMs', 'toString', 'valueOf', 'length', 'then']
const field = fc.constantFrom(...FIELDS)
const fieldValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(0, -1, 1e308, 7, null, true, '', 'crash', [], {}, [[]], { toString: 1, valueOf: 1 }, { length: -1 }),
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.dictionary(field, fc.constantFrom<unknown>(1, null, 'x', {})),
)
const data = fc.oneof(
  { weight: 6, arbitrary: fc.dictionary(field, fieldValue, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>([], null, 'text', 1, [1, 2]) },
)

const line = fc.nat(200)
const place = fc.nat(10_000)
const at = fc.nat(1000)
const NUMBERS = [
  '1e999',
  '-1e999',
  '-0',
  '1e-400',
  '00',
  '9007199254740993',
  '1e13',
  '10000000000001',
  '-1',
  '0.1',
  'NaN',
  '0x10',
  '""',
  '[]',
]

/** Of any bytes, with a kind and a time that may be, so that what follows is looked into. */
const flightRecord = fc
  .record({
    bytes: fc.uint8Array({ minLength: FLIGHT_RECORD_BYTES, maxLength: FLIGHT_RECORD_BYTES }),
    kind: fc.nat(FLIGHT_KINDS.length),
    action: fc.nat(7),
    place: fc.nat(4),
    timeMs: fc.oneof(fc.double(), fc.nat(20_000), fc.constantFrom(0, -0, 1e13, Number.NaN, -1)),
    byteCount: fc.constantFrom(0, 1, 47, 48, 112, 70_000, 2 ** 24, 2 ** 32 - 1),
  })
  .map(({ bytes, kind, action, place, timeMs, byteCount }) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    view.setFloat64(FLIGHT_AT.timeMs, timeMs, true)
    view.setUint32(FLIGHT_AT.byteCount, byteCount, true)
    bytes.set([kind, action, place], FLIGHT_AT.kind)
    return bytes
  })
const flightRecords: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(flightRecord, { maxLength: 5 }).map((records) => Buffer.concat(records).toString('base64')) },
  { weight: 1, arbitrary: fc.constantFrom('', 'AAAA', '=', '!', 'A'.repeat(70_000)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40, unit: 'binary' }) },
)

export const recordingEdit: fc.Arbitrary<RecordingEdit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ how: fc.constant('json'), line, edits: fc.array(jsonEdit, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 4, arbitrary: fc.record({ how: fc.constant('number'), line, place, number: fc.constantFrom(...NUMBERS) }) },
  { weight: 3, arbitrary: fc.record({ how: fc.constantFrom('cut', 'drop', 'end'), line, at }) },
  { weight: 2, arbitrary: fc.record({ how: fc.constant('swap'), line, other: line }) },
  { weight: 2, arbitrary: fc.record({ how: fc.constant('again'), line, times: fc.constantFrom(1, 2, 70, 3000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      how: fc.constant('nest'),
      line,
      place,
      depth: fc.constantFrom(1, 8, 31, 32, 100_000),
      open: fc.constantFrom('[', '{"a":'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ how: fc.constant('huge'), line, place, characters: fc.constantFrom(4000, 9000, 3_000_000) }),
  },
  { weight: 2, arbitrary: fc.record({ how: fc.constant('bytes'), line, at, hex: hexOf(8, 1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      how: fc.constant('flight'),
      line,
      controller: fc.constantFrom('a', 'b', 'c', ''),
      missing: fc.constantFrom(0, 1, 7, 2 ** 53 - 1, -1, 0.5),
      records: flightRecords,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      how: fc.constant('event'),
      line,
      kind: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...LOOKED_INTO) }, { weight: 1, arbitrary: fc.constantFrom(...TRACE_KINDS) }),
      to: fc.constantFrom('controller-a', 'drive-0', 'drive-999', 'host', 'nowhere'),
      data,
    }),
  },
)

let kept: readonly string[] | undefined

/** The head, frames and events of a pair under faults, as the lab records them. Each ends with a new line. */
export function recordedLines(): readonly string[] {
  kept ??= record()
  return kept
}

/** A simulated pair is at no time of day. */
const STARTED_AT_MS = 1_700_000_000_000
const FRAMES = 5
const EVENTS_A_FRAME = 24

function record(): readonly string[] {
  const run = new Playback(seedStage({ seed: 7, operations: 100 }))
  while (!run.survey(() => true));
  const { end } = present(run.outline, 'the outline')
  const picture = (): LabSnapshot => {
    const snapshot = run.snapshot()
    return { ...snapshot, lab: { ...snapshot.lab, startedAtMs: STARTED_AT_MS } }
  }
  const lines = [headOf(picture())]
  for (let frame = 1; frame <= FRAMES; frame++) {
    while (!run.goTo(Math.floor((end.event * frame) / FRAMES), () => true));
    const events: readonly TraceEvent[] = run.takeUnshown().events
    lines.push(...events.slice(-EVENTS_A_FRAME).map((event) => `${JSON.stringify(event)}\n`))
    lines.push(`${JSON.stringify({ frame: picture() })}\n`)
  }
  return lines.join('').split(/(?<=\n)/)
}

export function editedRecording(edits: readonly RecordingEdit[]): Uint8Array {
  const lines = edits.reduce<readonly Uint8Array[]>(
    (now, edit) => (now.length === 0 ? now : changed(now, edit)),
    recordedLines().map((text) => Buffer.from(text)),
  )
  return Buffer.concat(lines)
}

function changed(lines: readonly Uint8Array[], edit: RecordingEdit): readonly Uint8Array[] {
  const index = edit.line % lines.length
  const bytes = present(lines[index], `line ${index}`)
  const share = (thousandths: number): number => Math.floor((thousandths * bytes.length) / 1000)
  switch (edit.how) {
    case 'json':
      return lines.with(index, jsonLine(edited(parsed(bytes), edit.edits)))
    case 'event':
      return lines.toSpliced(index, 0, jsonLine(eventOf(edit, index)))
    case 'flight':
      return lines.toSpliced(index, 0, jsonLine({ flight: { controller: edit.controller, missing: edit.missing, records: edit.records } }))
    case 'number':
      return lines.with(
        index,
        atNumber(bytes, edit.place, () => edit.number),
      )
    case 'nest':
      return lines.with(
        index,
        atNumber(bytes, edit.place, (number) => edit.open.repeat(edit.depth) + number + closing(edit)),
      )
    case 'huge':
      return lines.with(
        index,
        atNumber(bytes, edit.place, () => `"${'x'.repeat(edit.characters)}"`),
      )
    case 'cut':
      return lines.with(index, bytes.subarray(0, share(edit.at)))
    case 'end':
      return [...lines.slice(0, index), bytes.subarray(0, share(edit.at))]
    case 'drop':
      return lines.toSpliced(index, 1)
    case 'swap': {
      const other = edit.other % lines.length
      return lines.with(index, present(lines[other], `line ${other}`)).with(other, bytes)
    }
    case 'again':
      return lines.toSpliced(index, 0, ...Array.from({ length: Math.min(edit.times, mostTimes(bytes)) }, () => bytes))
    case 'bytes':
      return lines.with(
        index,
        Buffer.concat([bytes.subarray(0, share(edit.at)), Buffer.from(edit.hex, 'hex'), bytes.subarray(share(edit.at))]),
      )
  }
}

/** A file somewhat longer than a recording may be is as good as one of a terabyte. */
function mostTimes(bytes: Uint8Array): number {
  return Math.floor(LIMITS.recordingBytes / Math.max(1, bytes.length)) + 1
}

function closing({ open, depth }: { readonly open: string; readonly depth: number }): string {
  return (open === '[' ? ']' : '}').repeat(depth)
}

function eventOf({ kind, to, data }: Extract<RecordingEdit, { how: 'event' }>, index: number): unknown {
  return { id: index, timeMs: index, place: 'controller-b', kind, to: to === 'nowhere' ? undefined : to, data }
}

function jsonLine(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value) ?? ''}\n`)
}

/** A line that was edited before may be none any more. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return null
  }
}

/** Replaces one of the numbers in the text. */
function atNumber(bytes: Uint8Array, place: number, replacement: (number: string) => string): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8')
  const numbers = [...text.matchAll(/(?<=[:[,])-?\d+(?:\.\d+)?/g)]
  const found = numbers[place % Math.max(1, numbers.length)]
  if (found === undefined) return bytes
  return Buffer.from(text.slice(0, found.index) + replacement(found[0]) + text.slice(found.index + found[0].length))
}
