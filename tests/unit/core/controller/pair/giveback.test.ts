import { beforeEach, expect, it } from 'vitest'
import { failure, ok } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { Giveback, type GivebackParts } from '../../../../../src-main/core/controller/pair/giveback'
import { EventLog } from '../../../../../src-main/core/controller/peer/event-log'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../../support/fake-lab-data'

const RETRY_MS = 1000

let clock: VirtualClock
let state: ArrayState
let veto: string | undefined
let fails: boolean
let peerIsMember: boolean
/** The volumes of each move that began. */
let moves: (readonly number[])[]
let giveback: Giveback

/** A has taken over all volumes of B, which has just come back. */
beforeEach(() => {
  clock = new VirtualClock()
  const first = firstArrayState(4)
  const volumes = first.configuration.volumes.map((volume) => ({ ...volume, preferredOwner: 'b' as const }))
  const ownership = first.ownership.map((one) => ({ ...one, owner: 'a' as const }))
  state = { ...first, configuration: { ...first.configuration, volumes }, ownership, automaticGiveback: true }
  veto = undefined
  fails = false
  peerIsMember = true
  moves = []
  const moveAll: GivebackParts['mover']['moveAll'] = ({ volumeIds, to }, done) => {
    moves.push(volumeIds)
    if (fails) return done(failure({ code: 'unavailable', message: 'Too few drives.' }))
    const isMoved = ({ volumeId }: { readonly volumeId: number }): boolean => volumeIds.includes(volumeId)
    state = { ...state, ownership: state.ownership.map((one) => (isMoved(one) ? { ...one, owner: to } : one)) }
    done(ok(undefined))
  }
  giveback = new Giveback({
    self: 'a',
    clock,
    store: {
      get state() {
        return state
      },
    },
    mover: { vetoOf: () => veto, moveAll },
    trace: { record: () => 1 },
    log: new EventLog(clock),
    history: { newest: undefined },
    standing: {
      get peerIsMember() {
        return peerIsMember
      },
    },
  } as unknown as GivebackParts)
})

const all = (): readonly number[] => state.configuration.volumes.map(({ id }) => id)

function withOwn(volumeId: number, automaticGiveback: boolean): void {
  const volumes = state.configuration.volumes.map((volume) => (volume.id === volumeId ? { ...volume, automaticGiveback } : volume))
  state = { ...state, configuration: { ...state.configuration, volumes } }
}

function takenBack(): void {
  state = { ...state, ownership: state.ownership.map((one) => ({ ...one, owner: 'a' as const })) }
}

it('a peer that joins gets all its volumes back, if that is automatic', () => {
  giveback.peerJoined(undefined)
  expect(moves).toEqual([all()])
})

it('what a volume says of itself counts, whatever the array says', () => {
  const [volumeId = 0, ...others] = all()
  withOwn(volumeId, false)
  giveback.peerJoined(undefined)
  expect(moves).toEqual([others])
  takenBack()
  state = { ...state, automaticGiveback: false }
  withOwn(volumeId, true)
  giveback.peerJoined(undefined)
  expect(moves.slice(1)).toEqual([[volumeId]])
})

it('volumes that were asked for are given once: not after that, and not to a peer that was lost before', () => {
  state = { ...state, automaticGiveback: false }
  const [volumeId = 0] = all()
  giveback.askFor([volumeId])
  giveback.peerLost()
  giveback.peerJoined(undefined)
  expect(moves).toEqual([])
  giveback.askFor([volumeId])
  giveback.peerJoined(undefined)
  expect(moves).toEqual([[volumeId]])
  takenBack()
  giveback.replayed([volumeId])
  giveback.peerJoined(undefined)
  expect(moves).toHaveLength(1)
})

it('is tried again while something is against it, at once when that may have gone', () => {
  veto = 'the mirror is not in step'
  giveback.peerJoined(undefined)
  clock.runUntil(RETRY_MS * 2)
  expect(moves).toEqual([])
  veto = undefined
  giveback.review()
  expect(moves).toEqual([all()])
  giveback.review()
  clock.runUntil(RETRY_MS * 4)
  expect(moves).toHaveLength(1)
})

it('is tried again where it failed, and not once the peer is lost', () => {
  fails = true
  giveback.peerJoined(undefined)
  clock.runUntil(RETRY_MS)
  expect(moves).toHaveLength(2)
  peerIsMember = false
  giveback.peerLost()
  clock.runUntil(RETRY_MS * 10)
  giveback.review()
  expect(moves).toHaveLength(2)
})
