import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../src-main/base/crc32c'
import { Prng } from '../../../src-main/base/prng'
import { checkLine, RECORDING_VERSION } from '../../../src-main/contract/recording'
import { ProvenBytes } from '../../../src-main/player/proven-bytes'
import { RecordedRun } from '../../../src-main/player/recorded-run'
import { event, frame, RECORDED_LAB, takenOver } from '../../support/exported-run'

const NEW_LINE = 10

/** Pieces of lines, each with its check. */
function checked(...pieces: readonly (readonly string[])[]): Uint8Array {
  const bytes = pieces.reduce((text, lines) => {
    const longer = text + lines.map((line) => `${line}\n`).join('')
    return longer + checkLine(crc32c(new TextEncoder().encode(longer)))
  }, '')
  return new TextEncoder().encode(bytes)
}

/** Lines that may be taken, before the first that may not. */
function heldLines(bytes: Uint8Array): number {
  const proven = new ProvenBytes(bytes)
  let lines = 0
  for (let at = 0, end = bytes.indexOf(NEW_LINE); end >= 0; at = end + 1, end = bytes.indexOf(NEW_LINE, at)) {
    if (!proven.holds(at)) return lines
    lines++
  }
  return lines
}

describe('proven bytes', () => {
  const bytes = checked(['a', 'b'], ['c'], ['d', 'e', 'f'])

  it('are all of what was written, and what comes after the last check', () => {
    expect(heldLines(bytes)).toBe(9)
    expect(heldLines(Buffer.concat([bytes, Buffer.from('g\nh\n')]))).toBe(11)
    expect(heldLines(Buffer.from('no\nchecks\n'))).toBe(2)
  })

  it('end before the piece in which a bit is different, wherever it is', () => {
    const ends = [0, 3, 5]
    const random = new Prng(11)
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes)
      changed[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
      const lines = bytes.subarray(0, at).filter((byte) => byte === NEW_LINE).length
      const piece = lines < 3 ? 0 : lines < 5 ? 1 : 2
      // Without the beginning of its line, the last check is none, and its piece has no proof.
      const isLastCheck = at >= bytes.lastIndexOf(NEW_LINE, -2)
      if (!isLastCheck) expect([at, heldLines(changed)]).toEqual([at, ends[piece]])
    }
  })

  it('end where a line was taken out, put in, or moved', () => {
    const lines = new TextDecoder().decode(bytes).split('\n').slice(0, -1)
    const without = (...left: readonly number[]) => lines.filter((_, index) => !left.includes(index))
    const held = (some: readonly string[]) => heldLines(new TextEncoder().encode(some.map((line) => `${line}\n`).join('')))
    expect(held(without(1))).toBe(0)
    expect(held(without(3, 4))).toBe(3)
    expect(held([...lines.slice(0, 3), 'x', ...lines.slice(3)])).toBe(3)
    expect(held([...lines.slice(0, 5), 'e', 'd', ...lines.slice(7)])).toBe(5)
  })
})

const picture = await takenOver()

describe('a recording that was changed', () => {
  const head = JSON.stringify({ recording: RECORDING_VERSION, lab: RECORDED_LAB, fromMs: 1000 })
  const first = JSON.stringify(frame(1000, picture))
  const later = JSON.stringify(event(1, 2000))
  const open = (text: string) => {
    const run = RecordedRun.open('trace-000001.ndjson', new TextEncoder().encode(text))
    if (run.ok) while (!run.value.survey(() => true));
    return run
  }
  const text = new TextDecoder().decode(checked([head, first], [later]))

  it('opens up to where it is whole, and says so', () => {
    const run = open(text.replace('"timeMs":2000', '"timeMs":2001'))
    expect(run.ok && run.value.outline?.recording?.problem).toBe(
      'It is whole up to line 3. After it something was changed, so what comes after it is left out.',
    )
    expect(run.ok && run.value.times.last).toBe(0)
    const whole = open(text)
    expect(whole.ok && [whole.value.outline?.recording?.problem, whole.value.times.last]).toEqual([undefined, 1])
  })

  it('is refused where its beginning was changed', () => {
    expect(open(text.replace(RECORDED_LAB.folder, 'elsewhere'))).toEqual({
      ok: false,
      error: 'The beginning of this recording is damaged or cut short: there is nothing to show.',
    })
  })
})
