import { describe, expect, it } from 'vitest'
import type { Outage } from '../../../src-main/contract/host'
import { LIMITS } from '../../../src-main/contract/limits'
import type { ControllerReport, TakeoverRecord } from '../../../src-main/contract/snapshot'
import { TakeoverBook } from '../../../src-main/snapshot/takeover-book'

type Reported = Omit<TakeoverRecord, 'number' | 'hostOutage' | 'hostWaits'>

const SERVE = { phase: 'serve', endedAtMs: 150, durationMs: 10 } as const

function takeover(startedAtMs: number, more: Partial<Reported> = {}): Reported {
  return { survivor: 'b', dead: 'a', reason: 'crash', startedAtMs, phases: [], totalMs: 0, volumes: [0], ...more }
}

function outage(durationMs: number): Outage {
  return { lun: 0, startedAtMs: 105, durationMs, isOver: true }
}

describe('takeover book', () => {
  it('numbers takeovers and follows each as it goes on', () => {
    const book = new TakeoverBook()
    expect(book.note([takeover(100)])).toEqual([])
    const detect = { phase: 'detect', endedAtMs: 140, durationMs: 40 } as const
    const serve = { phase: 'serve', endedAtMs: 150, durationMs: 10 } as const
    expect(book.note([takeover(100, { phases: [detect], totalMs: 40 })])).toEqual([])
    expect(book.note([takeover(100, { phases: [detect, serve], totalMs: 50 }), takeover(500)])).toMatchObject([{ number: 1, totalMs: 50 }])
    expect(book.note([takeover(100, { phases: [detect, serve], totalMs: 50, givenBackAtMs: 900 }), takeover(500)])).toEqual([])
    expect(book.records).toMatchObject([
      { number: 1, givenBackAtMs: 900 },
      { number: 2, totalMs: 0 },
    ])
  })

  it('keeps the outage of the host around the takeover that it belongs to, however long it takes', () => {
    const book = new TakeoverBook()
    book.note([takeover(100, { totalMs: 50 })])
    book.noteHostOutage(100, { ...outage(60), isOver: false })
    book.noteHostOutage(999, outage(1000))
    book.note([takeover(100, { totalMs: 50, givenBackAtMs: 300 })])
    book.noteHostOutage(100, outage(9000))
    expect(book.records).toMatchObject([{ number: 1, hostOutage: { durationMs: 9000, isOver: true }, givenBackAtMs: 300 }])
  })

  it('keeps what each LUN waited, also where only a shorter one has become longer', () => {
    const book = new TakeoverBook()
    book.note([takeover(100, { totalMs: 50 })])
    const other = (durationMs: number) => ({ ...outage(durationMs), lun: 1 })
    book.noteHostOutage(100, outage(60), [outage(60), other(20)])
    const before = book.records
    book.noteHostOutage(100, outage(60), [outage(60), other(20)])
    expect(book.records).toBe(before)
    book.noteHostOutage(100, outage(60), [outage(60), other(45)])
    expect(book.records).toMatchObject([{ hostOutage: { lun: 0 }, hostWaits: [{ lun: 0 }, { lun: 1, durationMs: 45 }] }])
  })

  it('enters none again that it has forgotten, though its controller still tells of it', () => {
    const book = new TakeoverBook()
    const ofB = Array.from({ length: LIMITS.takeoverRecords }, (_, index) => takeover(100 * (index + 1), { phases: [SERVE] }))
    expect(book.note(ofB)).toHaveLength(LIMITS.takeoverRecords)
    expect(book.note([takeover(9000, { survivor: 'a', dead: 'b', phases: [SERVE] })])).toMatchObject([{ number: 65 }])
    expect(book.noteController('b', 'running', { takeovers: ofB } as unknown as ControllerReport)).toEqual([])
    expect(book.records).toHaveLength(LIMITS.takeoverRecords)
    expect(book.records.at(-1)).toMatchObject({ number: 65, survivor: 'a' })
  })

  it('drops the attempt of a controller that lost the arbitration', () => {
    const book = new TakeoverBook()
    const detect = { phase: 'detect', endedAtMs: 140, durationMs: 40 } as const
    const fence = { phase: 'fence', endedAtMs: 145, durationMs: 5 } as const
    book.note([takeover(100, { phases: [detect, fence] })])
    book.note([takeover(101, { survivor: 'a', dead: 'b', phases: [detect] })])
    expect(book.noteController('a', 'down', undefined)).toEqual([])
    expect(book.records).toMatchObject([{ survivor: 'b' }])
    book.noteController('b', 'down', undefined)
    expect(book.records).toMatchObject([{ survivor: 'b' }])
  })
})
