import * as fc from 'fast-check'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { Ledger } from '../../../src-main/core/host/ledger'
import { loadLedger } from '../../../src-main/core/host/ledger-file'
import { openLabFolder, type OpenLabFolder } from '../../../src-main/lab/lab-folder'
import { LabStartError } from '../../../src-main/platform/lab-start-error'
import { openTraceFiles } from '../../../src-main/platform/trace-files'
import { hexOf } from '../generators/bytes'
import { edited, jsonEdit, type JsonEdit } from '../generators/json'
import { expectThat, fuzzTarget, type CaseBench } from '../target'
import { KeptPlaces } from './kept-places'

const DRIVES = 4
/** Names in the folder of a lab, some of which are not there in one that is whole. */
const PLACES = [
  ...['lab.json', 'lab.json.new', 'lab.lock', 'host-ledger', 'host-ledger.new'],
  ...Array.from({ length: DRIVES + 1 }, (_, index) => `drives/drive-${index}.img`),
  ...['nvram/slot-a', 'nvram/slot-b', 'nvram/slot-b.new', 'nvram/slot-c'],
  ...[
    'trace/trace-000001.ndjson',
    'trace/trace-000007.ndjson',
    'trace/trace-999999999.ndjson',
    'trace/trace-99999999999999999999999.ndjson',
  ],
  ...['drives', 'nvram', 'trace', 'drives.partial', 'strange'],
] as const
/** What is only a name is replaced as a whole. */
const FILES = PLACES.filter((place) => place.includes('.') && place !== 'drives.partial').concat([
  'host-ledger',
  'nvram/slot-a',
  'nvram/slot-b',
])

type Change =
  | { readonly kind: 'json'; readonly edits: readonly JsonEdit[] }
  /** `fromEnd`: counted from the end of the file. */
  | { readonly kind: 'bytes'; readonly place: string; readonly at: number; readonly fromEnd: boolean; readonly hex: string }
  | { readonly kind: 'cut'; readonly place: string; readonly bytes: number }
  | { readonly kind: 'text'; readonly place: string; readonly text: string }
  | { readonly kind: 'gone' | 'folder' | 'link-outside' | 'link-to-itself' | 'link-to-nothing'; readonly place: string }

const place = fc.constantFrom(...PLACES)
const file = fc.constantFrom(...FILES)
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('json'), edits: fc.array(jsonEdit, { minLength: 1, maxLength: 3 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('bytes'),
      place: file,
      at: fc.oneof(fc.nat(128), fc.nat(70_000)),
      fromEnd: fc.boolean(),
      hex: hexOf(24, 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut'), place: file, bytes: fc.constantFrom(1, 100, 512, 4096, 2 ** 40) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('text'),
      place: file,
      text: fc.oneof(
        fc.string({ maxLength: 60, unit: 'binary' }),
        fc.constantFrom('{', '[]', 'null', '['.repeat(40_000), '{"format":2}', '1\n'),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('gone', 'folder', 'link-outside', 'link-to-itself', 'link-to-nothing'), place }),
  },
)

interface FolderCase {
  readonly changes: readonly Change[]
}

const OUTSIDE_TEXT = 'This file belongs to somebody else.'

/**
 * A lab's folder that somebody changed while it was closed. It opens, or a sentence says why not and nothing in it was written. What
 * symbolic links lead to outside stays what it was.
 */
class FolderBench implements CaseBench<FolderCase> {
  readonly #parent = fs.mkdtempSync(path.join(tmpdir(), 'takeover-fuzz-folder-'))
  readonly #folder = path.join(this.#parent, 'lab')
  readonly #outside = path.join(this.#parent, 'outside')
  readonly #kept = new KeptPlaces(this.#folder, path.join(this.#parent, 'kept'))

  #description: unknown

  constructor() {
    fs.writeFileSync(this.#outside, OUTSIDE_TEXT)
    this.#makeLab()
  }

  run({ changes }: FolderCase): void {
    for (const one of changes) this.#make(one)
    const before = this.#kept.stamps()
    const outcome = this.#openAndUse()
    expectThat(fs.readFileSync(this.#outside, 'utf8') === OUTSIDE_TEXT, () => 'a file outside the lab was overwritten')
    if (outcome === 'refused') {
      const changed = this.#kept.stamps().filter((stamp) => !before.includes(stamp) && !isOfOpening(stamp))
      expectThat(changed.length === 0, () => `the lab is refused, but these have changed: ${changed.join(', ')}`)
    }
    if (!this.#kept.restore()) this.#makeLab()
  }

  finish(): void {
    expectThat(this.#openAndUse() === 'used', () => 'the lab does not open any more once all is as it was')
  }

  close(): void {
    fs.rmSync(this.#parent, { recursive: true, force: true })
  }

  #makeLab(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true })
    const lab = openLabFolder({ folder: this.#folder, driveCount: DRIVES, driveMib: 16 })
    lab.saveLedger(Uint8Array.of(1))
    lab.release()
    this.#description = JSON.parse(fs.readFileSync(path.join(this.#folder, 'lab.json'), 'utf8'))
    this.#kept.learn()
  }

  #make(one: Change): void {
    if (one.kind === 'json') {
      this.#kept.replace('lab.json', (at) => fs.writeFileSync(at, JSON.stringify(edited(this.#description, one.edits)) ?? ''))
    } else if (one.kind === 'bytes') this.#kept.overwrite(one.place, one, Buffer.from(one.hex, 'hex'))
    else if (one.kind === 'cut') this.#kept.cut(one.place, one.bytes)
    else if (one.kind === 'text') this.#kept.replace(one.place, (at) => fs.writeFileSync(at, one.text))
    else this.#kept.replace(one.place, (at) => this.#putInPlace(one.kind, at))
  }

  #putInPlace(kind: Exclude<Change['kind'], 'json' | 'bytes' | 'cut' | 'text'>, at: string): void {
    if (kind === 'folder') fs.mkdirSync(at)
    else if (kind === 'link-outside') fs.symlinkSync(this.#outside, at)
    else if (kind === 'link-to-itself') fs.symlinkSync(at, at)
    else if (kind === 'link-to-nothing') fs.symlinkSync(path.join(this.#parent, 'nothing'), at)
  }

  /** As a start does, up to its threads. `unusable`: a file in it fails later, which ends the start with the system's sentence. */
  #openAndUse(): 'used' | 'refused' | 'unusable' {
    let lab: OpenLabFolder
    try {
      lab = openLabFolder({ folder: this.#folder, driveCount: undefined, driveMib: undefined })
    } catch (error) {
      if (error instanceof LabStartError) return 'refused'
      throw error
    }
    try {
      use(lab)
      return 'used'
    } catch (error) {
      if (error instanceof LabStartError || (error instanceof Error && 'syscall' in error)) return 'unusable'
      throw error
    } finally {
      lab.release()
    }
  }
}

function use(lab: OpenLabFolder): void {
  const ledger = lab.loadLedger()
  if (ledger !== undefined) loadLedger(new Ledger(1), ledger)
  const trace = openTraceFiles(lab.traceFolder, () => '')
  trace.append('{}\n')
  trace.close()
  lab.rememberWorkload(lab.workload)
  lab.saveLedger(ledger ?? Uint8Array.of(1))
}

/** The lock's file and a missing NVRAM are made before the rest is checked. */
function isOfOpening(stamp: string): boolean {
  return ['lab.lock', 'nvram', 'trace'].some((name) => stamp.startsWith(name))
}

export const folderTarget = fuzzTarget<FolderCase>({
  name: 'folder',
  share: 0.1,
  casesPerBench: 50,
  growthMib: 96,
  slowMs: 10_000,
  cases: fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 3 }) }),
  open: () => new FolderBench(),
})
