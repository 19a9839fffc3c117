import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { FLIGHT_KINDS, type FlightKind } from '../../../src-main/contract/flight'
import type { FlightExcerpt } from '../../../src-main/contract/flight-rows'
import { LIMITS } from '../../../src-main/contract/limits'
import { RECORDING_VERSION } from '../../../src-main/contract/recording'
import { FlightBook } from '../../../src-main/player/flight-book'
import { RecordedRun } from '../../../src-main/player/recorded-run'
import { Player } from '../../../src-main/player/player'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'
import { frame, RECORDED_LAB, recordingOf, takenOver } from '../../support/exported-run'
import { flightPiece, recordedTraffic, TASK_TAG, WRITTEN_BYTES } from '../../support/recorded-traffic'

const picture = await takenOver()

function around(atMs: number, kinds: readonly FlightKind[] = FLIGHT_KINDS): FlightExcerpt {
  return present(recordedTraffic(picture).run.flight, 'flight records').around(atMs, kinds)
}

describe('what the flight recorders have of a run', () => {
  it('is listed in the order of time, from both, in the words of the protocols', () => {
    const { rows, ...rest } = around(1106)
    expect(rest).toEqual({ atMs: 1106, isMoreBefore: false, isMoreAfter: false, records: 13, missing: 4 })
    expect(rows.map(({ controller, from, to, name }) => [controller, from, to, name])).toEqual([
      ['a', 'host', 'portal-a', ''],
      ['a', 'host', 'portal-a', 'Login Request'],
      ['a', 'portal-a', 'host', 'Login Response'],
      ['a', 'host', 'portal-a', 'SCSI Command WRITE(10) LUN 2'],
      ['a', 'portal-a', 'host', 'R2T'],
      ['a', 'host', 'portal-a', 'Data-Out'],
      ['a', 'controller-a', 'drive-3', 'WRITE'],
      ['a', 'portal-a', 'host', 'SCSI Response GOOD'],
      ['b', 'controller-b', 'midplane', 'A'],
      ['b', 'controller-b', 'midplane', ''],
      ['b', 'host', 'management-b', 'GET /v1/service-requests HTTP/1.1'],
      ['b', 'management-b', 'host', 'HTTP/1.1 200 OK'],
      ['b', 'controller-b', 'controller-a', 'volume-moved #12'],
    ])
    expect(rows[3]).toMatchObject({ taskTag: TASK_TAG, block: 4096, blockCount: 195, byteCount: 48 })
    expect(rows[5]).toMatchObject({ byteCount: WRITTEN_BYTES + 48, hash: expect.any(Number) as number })
    expect(rows[6]).toMatchObject({ block: 77, blockCount: 8, outcome: 'good', slot: 2, epoch: 9, hash: 0xcafe })
    expect(rows[9]).toMatchObject({ kind: 'claim', action: 'raised', slot: 2, epoch: 10 })
    expect(rows[12]).toMatchObject({ kind: 'message', action: 'lost' })
  })

  it('can be had of some kinds alone', () => {
    expect(around(0, ['line', 'claim']).rows.map(({ action }) => action)).toEqual(['reset-asked', 'raised'])
    expect(around(0, []).rows).toEqual([])
  })

  it('is what is nearest to the moment, as much as can be shown', () => {
    let nowMs = 0
    const pieces = Array.from({ length: 10 }, () => ({
      flight: flightPiece(
        'b',
        () => nowMs++,
        (log) => {
          for (let i = 0; i < 200; i++) log.line('fenced', 'a')
        },
      ),
    }))
    const book = present(recordingOf(frame(1000, picture), ...pieces).run.flight, 'flight records')
    const half = LIMITS.shownFlightRecords / 2
    const { rows, ...rest } = book.around(1000, FLIGHT_KINDS)
    expect(rest).toMatchObject({ isMoreBefore: true, isMoreAfter: true, records: 2000 })
    expect([rows.length, rows[0]?.atMs, rows.at(-1)?.atMs]).toEqual([2 * half, 1001 - half, 1000 + half])
    expect(book.around(5000, FLIGHT_KINDS)).toMatchObject({ isMoreAfter: false, rows: { length: half } })
  })

  it('is in the order in which it was added, where it is of the same time', () => {
    const at = (controller: 'a' | 'b') => ({
      flight: flightPiece(
        controller,
        () => 1500,
        (log) => log.line('fenced', 'b'),
      ),
    })
    const book = present(recordingOf(frame(1000, picture), at('b'), at('a'), at('b')).run.flight, 'flight records')
    expect(book.around(1500, FLIGHT_KINDS).rows.map(({ controller }) => controller)).toEqual(['b', 'a', 'b'])
  })

  it('is no more than the player can know, and what is missing then is counted', () => {
    const piece = flightPiece(
      'a',
      () => 1500,
      (log) => {
        for (let i = 0; i < 250; i++) log.line('fenced', 'b')
      },
    )
    const book = new FlightBook()
    const pieces = LIMITS.playedFlightRecords / 250
    for (let i = 0; i < pieces + 2; i++) expect(book.add({ ...piece, missing: 1 })).toBe(true)
    const { records, missing } = book.around(1500, ['drive'])
    expect({ records, missing }).toEqual({ records: LIMITS.playedFlightRecords, missing: pieces + 2 + 500 })
  })

  it('leaves out kinds that a later version may have', () => {
    const piece = flightPiece(
      'a',
      () => 1500,
      (log) => {
        log.line('fenced', 'b')
        log.line('halted', 'b')
      },
    )
    const bytes = Buffer.from(piece.records, 'base64')
    bytes[8] = 200
    const changed = { flight: { ...piece, records: bytes.toString('base64') } }
    const book = present(recordingOf(frame(1000, picture), changed).run.flight, 'flight records')
    expect(book.around(1500, FLIGHT_KINDS).rows.map(({ action }) => action)).toEqual(['halted'])
  })

  it.each([
    ['no base64', '!!!!'],
    ['half a record', Buffer.alloc(60).toString('base64')],
    ['a time that is none', Buffer.alloc(112, 0xff).toString('base64')],
    ['too much of it', Buffer.alloc(112 * (LIMITS.flightLineRecords + 1)).toString('base64')],
  ])('ends a recording where it is damaged: %s', (_, records) => {
    const { outline } = recordingOf(frame(1000, picture), { flight: { controller: 'a', missing: 0, records } })
    expect(outline.recording?.problem).toBe('It is whole up to line 2. Line 3 is damaged, and what comes after it is left out.')
  })
})

describe('the player', () => {
  it('shows it where a recording is open, and says why it cannot of a seed', () => {
    const shown: FlightExcerpt[] = []
    const player = new Player((push) => void (push.type === 'flight' && shown.push(push.flight)), {
      seed: () => ({ ok: true, value: new Playback(seedStage({ seed: 7, operations: 100 })) }),
      recording: () => ({ ok: true, value: recordedTraffic(picture).run }),
    })
    player.order({ order: 'open-recording', name: 'trace-000007.ndjson', file: '' })
    expect(player.order({ order: 'flight', atMs: 1106, kinds: ['http'] })).toEqual({ ok: true, value: null })
    expect(shown).toMatchObject([{ atMs: 1106, rows: [{ kind: 'http' }, { kind: 'http' }] }])
    player.order({ order: 'open', seed: 7, operations: 100 })
    while (player.turn(0, () => true) !== undefined);
    expect(player.order({ order: 'flight', atMs: 1106, kinds: ['http'] })).toMatchObject({ ok: false })
    expect(shown).toHaveLength(1)
  })
})

describe('a recording', () => {
  const bytesOf = (version: number): Uint8Array => {
    const lines = [{ recording: version, lab: RECORDED_LAB, fromMs: 1000 }, frame(1000, picture)]
    return new TextEncoder().encode(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }

  it('of the versions before opens, one of a later version is refused', () => {
    expect(RECORDING_VERSION).toBe(3)
    expect(RecordedRun.open('trace-000001.ndjson', bytesOf(1)).ok).toBe(true)
    expect(RecordedRun.open('trace-000001.ndjson', bytesOf(2)).ok).toBe(true)
    expect(RecordedRun.open('trace-000001.ndjson', bytesOf(3)).ok).toBe(true)
    expect(RecordedRun.open('trace-000001.ndjson', bytesOf(4))).toMatchObject({
      ok: false,
      error: 'This recording has format 4. This version reads formats up to 3: open it with a newer one.',
    })
  })
})
