import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { ArrayState } from '../../../src-main/contract/array-state'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { ControllerReport, LabSnapshot } from '../../../src-main/contract/snapshot'
import { composeSnapshot, newestArray, type SlotView } from '../../../src-main/snapshot/compose'
import { CounterBook, NO_COUNTS } from '../../../src-main/snapshot/counter-book'
import { createFakeLab } from '../../support/fake-lab'

const { controllers: _, ...others } = await createFakeLab().api.snapshot()

function reportOf(id: ControllerId, portals: readonly ControllerId[]): ControllerReport {
  const initiators = [{ name: 'iqn.x:host' }] as unknown as ControllerReport['initiators']
  return { id, phase: 'serving', array: undefined, portals, initiators, counters: NO_COUNTS, drives: [], takeovers: [], peerSilenceMs: 7 }
}

function slot(report: ControllerReport, part: Partial<SlotView> = {}): SlotView {
  return { state: 'running', incarnation: 1, isPresent: true, lastFailure: undefined, report, ...part }
}

function composed(a: SlotView, b: SlotView): LabSnapshot['controllers'] {
  const address = (port: number) => ({ portal: { host: '127.0.0.1', port }, management: { host: '127.0.0.1', port: port + 1 } })
  const addresses = { a: address(3260), b: address(3270) }
  return composeSnapshot({ ...others, slots: { a, b }, addresses, counts: new CounterBook() }).controllers
}

describe('a snapshot of the pair', () => {
  it('has of each controller where it is and who serves there', () => {
    const { a, b } = composed(slot(reportOf('a', ['a'])), slot(reportOf('b', ['b'])))
    expect(a).toMatchObject({ phase: 'serving', portalServedBy: 'a', portalAddress: '127.0.0.1:3260', peerSilenceMs: 7 })
    expect(b).toMatchObject({ portalServedBy: 'b', managementUrl: 'http://127.0.0.1:3271' })
  })

  it('has nothing of what a controller said before it ended', () => {
    const { a } = composed(slot(reportOf('a', ['a']), { state: 'down', isPresent: false }), slot(reportOf('b', ['a', 'b'])))
    expect(a).toMatchObject({ phase: undefined, portalServedBy: 'b', initiators: [] })
    expect(a.peerSilenceMs).toBeUndefined()
  })

  it.each(['hung', 'resetting'] as const)('has nobody at the address of a controller that is %s, whatever that said last', (state) => {
    expect(composed(slot(reportOf('a', ['a']), { state }), slot(reportOf('b', ['b']))).a.portalServedBy).toBeUndefined()
  })
})

describe('the newest state of the array', () => {
  const state = present(others.array, 'an array')
  const answered = (count: number): ArrayState['completedRequests'] =>
    Array.from({ length: count }, (_one, index) => ({ id: `request-${index}` })) as unknown as ArrayState['completedRequests']

  it('has no kept answers, and counts them', () => {
    const reported: ArrayState = { ...state, completedRequests: answered(3), droppedResults: 4 }
    expect(newestArray(undefined, reported)).toMatchObject({ completedRequests: [], droppedResults: 7 })
  })

  it('is the known one, unless a newer one is reported', () => {
    const newer = { ...state, generation: state.generation + 1 }
    expect(newestArray(newer, state)).toBe(newer)
    expect(newestArray(state, newer)).toMatchObject({ generation: newer.generation })
    expect(newestArray(state, undefined)).toBe(state)
  })
})
