import { beforeEach, expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import type { ReservationNotice } from '../../../../../src-main/contract/reservations'
import { noteReservations } from '../../../../../src-main/core/controller/volumes/reservation-notifier'
import { firstArrayState } from '../../../../support/fake-lab-data'

const NEXUS = { initiatorPort: 'iqn.2026-11.test:x,i,0x000000000001', portalGroup: 1 } as const
const NEWS: ReservationNotice['news'] = [{ nexus: NEXUS, kind: 'reservations-released' }]

let told: unknown[]

beforeEach(() => {
  told = []
})

function note(state: ArrayState, previous: ArrayState | undefined): unknown[] {
  noteReservations({ noteReservationsChanged: (lun, news) => told.push([lun, news]) }, state, previous)
  return told.splice(0)
}

/** LUN 9 is the volume with the notice. A LUN that has its number is another one. */
function noticed(serial: number): ArrayState {
  const state = firstArrayState(4)
  const [first, other] = state.configuration.volumes
  const volumeId = first!.id
  const luns = [
    { lun: volumeId, volumeId: other!.id },
    { lun: 9, volumeId },
  ]
  return { ...state, configuration: { ...state.configuration, luns }, reservationNotice: { serial, volumeId, news: NEWS } }
}

it('tells of the news at the LUN of their volume, once', () => {
  const before = firstArrayState(4)
  const first = noticed(1)
  expect(note(first, before)).toEqual([[9, NEWS]])
  expect(note({ ...first, generation: first.generation + 1 }, first)).toEqual([])
  expect(note(noticed(2), first)).toEqual([[9, NEWS]])
})

it('tells of nothing that was there when this controller began', () => {
  expect(note(noticed(1), undefined)).toEqual([])
  expect(note(firstArrayState(4), firstArrayState(4))).toEqual([])
})
