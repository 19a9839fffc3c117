import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTraceRing, TraceRingReader, TraceRingWriter } from '../../../src-main/platform/trace-ring'

function drained(reader: TraceRingReader): string[] {
  const texts: string[] = []
  reader.drain((text) => texts.push(text))
  return texts
}

describe('trace ring', () => {
  it('gives what was written, over the end of the memory and in any language', () => {
    const memory = createTraceRing(1024)
    const writer = new TraceRingWriter(memory, 200)
    const reader = new TraceRingReader(memory)
    for (let round = 0; round < 100; round++) {
      const texts = [`Übernahme ${round}`, 'x'.repeat(round % 60), '接管']
      for (const text of texts) writer.write(text)
      expect(drained(reader)).toEqual(texts)
    }
    expect(reader.overwritten).toBe(0)
  })

  it('overwrites the oldest and keeps the newest whole, whatever their lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 20, unit: 'grapheme' }), { maxLength: 200 }), (texts) => {
        const memory = createTraceRing(1024)
        const writer = new TraceRingWriter(memory, 200)
        for (const text of texts) writer.write(text)
        const reader = new TraceRingReader(memory)
        const read = drained(reader)
        expect(read).toEqual(texts.slice(texts.length - read.length))
        expect(reader.overwritten).toBe(texts.length - read.length)
        if (texts.length > 0) expect(read.length).toBeGreaterThan(0)
      }),
    )
  })

  it('counts on where a writer that died left off, and its last records can be read', () => {
    const memory = createTraceRing(1024)
    const first = new TraceRingWriter(memory, 200)
    expect([first.nextSequence(), first.nextSequence()]).toEqual([0, 1])
    first.write('last words')
    const second = new TraceRingWriter(memory, 200)
    expect(second.nextSequence()).toBe(2)
    second.addOmitted(7)
    const reader = new TraceRingReader(memory)
    expect(drained(reader)).toEqual(['last words'])
    expect(reader.counts()).toEqual({ recorded: 3, omitted: 7 })
  })
})
