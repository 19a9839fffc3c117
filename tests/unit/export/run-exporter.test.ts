import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { RunExporter } from '../../../src-main/export/run-exporter'
import type { ShownRun } from '../../../src-main/player/player'
import type { RunReader } from '../../../src-main/player/run-reader'
import { event, frame, recordingOf, takenOver } from '../../support/exported-run'

const picture = await takenOver()
const always = (): boolean => true
const BEGIN = { order: 'export', format: 'json-lines', language: 'en', notes: '' } as const

function withEvents(count: number, text = 'x'.repeat(1000)): ShownRun {
  return recordingOf(frame(1000, picture), ...Array.from({ length: count }, (_, id) => event(id, 1001 + id, { data: { text } })))
}

describe('exports of a run', () => {
  it('come in pieces of bounded length, as they are asked for', () => {
    const exporter = new RunExporter('1', () => 0)
    const shown = withEvents(1000)
    const first = exporter.order(BEGIN, shown, always)
    expect(first).toMatchObject({ ok: true, value: { id: 1, isLast: false, bytes: { length: LIMITS.exportPieceBytes } } })
    if (first.ok) expect(first.value.share).toBeLessThan(0.5)
    const lengths: number[] = []
    for (let isLast = false; !isLast;) {
      const more = exporter.order({ order: 'export-more', id: 1 }, shown, always)
      if (!more.ok) throw new Error(more.error.message)
      lengths.push(more.value.bytes.length)
      isLast = more.value.isLast
    }
    expect(Math.max(...lengths)).toBeLessThanOrEqual(LIMITS.exportPieceBytes)
    expect(exporter.order({ order: 'export-more', id: 1 }, shown, always)).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
  })

  it('give an empty piece, not a long wait, where the way through the run is long', () => {
    const exporter = new RunExporter('1', () => 0)
    const shown = withEvents(1000, '')
    const report = { ...BEGIN, format: 'report' } as const
    const first = exporter.order(report, shown, () => false)
    expect(first).toMatchObject({ ok: true, value: { isLast: false, bytes: { length: 0 } } })
    if (first.ok) expect(first.value.share).toBeCloseTo(64 / 1000)
  })

  it('end when another one begins, and with their run', () => {
    const exporter = new RunExporter('1', () => 0)
    const [shown, other] = [withEvents(1000), withEvents(1000)]
    exporter.order(BEGIN, shown, always)
    expect(exporter.order(BEGIN, shown, always)).toMatchObject({ value: { id: 2 } })
    expect(exporter.order({ order: 'export-more', id: 1 }, shown, always)).toMatchObject({ ok: false })
    expect(exporter.order({ order: 'export-more', id: 2 }, other, always)).toMatchObject({
      ok: false,
      error: { message: 'The run was closed while it was exported.' },
    })
    expect(exporter.order({ order: 'export-more', id: 2 }, shown, always)).toMatchObject({ ok: false })
    expect(exporter.order(BEGIN, undefined, always)).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
  })

  it('refuse what is too large, instead of filling the memory', () => {
    const exporter = new RunExporter('1', () => 0)
    const { outline, atMs } = withEvents(1)
    const endless: RunReader = {
      read(take, goesOn) {
        while (goesOn()) take(event(1, 1, { data: { text: 'x'.repeat(100_000) } }), 1)
        return false
      },
      share: 0,
      snapshot: undefined,
    }
    const many = { outline, atMs, run: { snapshot: () => picture, reader: () => endless } as unknown as ShownRun['run'] }
    let answer = exporter.order(BEGIN, many, always)
    let pieces = 0
    while (answer.ok) {
      pieces++
      answer = exporter.order({ order: 'export-more', id: answer.value.id }, many, always)
    }
    expect(answer.error.message).toBe('This export would be larger than 128 MiB.')
    expect(pieces).toBeLessThanOrEqual(LIMITS.exportBytes / LIMITS.exportPieceBytes)
  })

  it('refuse a run whose frames are damaged, with a sentence, and go on with others', () => {
    const exporter = new RunExporter('1', () => 0)
    const damaged = recordingOf(frame(1000, picture), frame(2000, { ...picture, takeovers: [{} as never], array: { volumes: 7 } as never }))
    const report = { ...BEGIN, format: 'report' } as const
    expect(exporter.order(report, damaged, always)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('This run cannot be exported: ') as string },
    })
    expect(exporter.order(report, withEvents(10), always)).toMatchObject({ ok: true, value: { isLast: true } })
  })
})
