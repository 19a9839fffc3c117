import { expect, it } from 'vitest'
import { FirstClaim, type FirstClaimParts } from '../../../../../src-main/core/controller/pair/first-claim'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import type { Election } from '../../../../../src-main/core/raid/election'
import { firstArrayState } from '../../../../support/fake-lab-data'

/** What a controller says of itself that has read this from the drives. */
function saidOf(election: Pick<Election, 'quorum'> | undefined): { readonly generation: number; readonly nvramRank?: number | undefined } {
  const elected = election === undefined ? undefined : { state: firstArrayState(4), notes: [], ...election }
  const parts = {
    self: 'a',
    store: { state: undefined },
    standing: { phase: 'waiting' },
    cache: { rank: () => 3 },
    stateDrives: { read: (_: undefined, done: (found: typeof elected) => void) => done(elected) },
    session: { announce: () => undefined },
    log: { add: () => undefined },
  } as unknown as FirstClaimParts
  const first = new FirstClaim(parts, { review: () => undefined, claimed: () => undefined, lost: () => undefined })
  first.readDrives()
  return first.describe()
}

it('a controller that starts says how new the state is that it has read from enough drives', () => {
  expect(saidOf({ quorum: true })).toMatchObject({ generation: firstArrayState(4).generation, nvramRank: 3 })
})

it('a controller that is welcomed before it reads the drives again leaves them as they are open, and goes on', () => {
  let reads = 0
  let again = (): void => undefined
  const store: { state: ArrayState | undefined } = { state: undefined }
  const parts = {
    self: 'a',
    store,
    standing: { phase: 'waiting', wait: () => undefined },
    cache: { rank: () => 3 },
    clock: { after: (_: number, run: () => void) => (again = run) },
    timings: { retryMs: 100 },
    stateDrives: {
      read: (_: undefined, done: (found: undefined) => void) => {
        reads++
        done(undefined)
      },
    },
    session: { announce: () => undefined },
    log: { add: () => undefined },
  } as unknown as FirstClaimParts
  const first = new FirstClaim(parts, { review: () => first.review('gone'), claimed: () => undefined, lost: () => undefined })
  first.readDrives()
  let isRead = false
  first.whenRead(() => (isRead = true))
  expect([reads, isRead]).toEqual([1, false])
  store.state = firstArrayState(4)
  again()
  expect([reads, isRead]).toEqual([1, true])
})

it('a controller that has read too few drives says nothing of what it read: it reads again, and each of two could lead then', () => {
  expect(saidOf({ quorum: false })).toEqual({ phase: 'waiting', generation: -1 })
  expect(saidOf(undefined)).toEqual({ phase: 'waiting', generation: -1 })
})
