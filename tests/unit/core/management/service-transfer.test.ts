import { beforeEach, expect, it } from 'vitest'
import { ok } from '../../../../src-main/base/result'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { CommitDone, StateChange } from '../../../../src-main/core/controller/state/state-change'
import { DEFAULT_TIMINGS } from '../../../../src-main/core/controller/peer/timings'
import { ServiceTransfer, type ServiceTransferParts } from '../../../../src-main/core/management/service-transfer'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../support/fake-lab-data'

const { serviceTenureMs, relinquishMs } = DEFAULT_TIMINGS

let clock: VirtualClock
let state: ArrayState
let transfer: ServiceTransfer

beforeEach(() => {
  clock = new VirtualClock()
  state = { ...firstArrayState(4), arbiter: 'b', serviceOwner: 'a', dispatchScheme: 'transfer-ownership' }
  const commit = (change: StateChange, _cause: undefined, done: CommitDone): void => {
    const changed = change(state)
    if (changed.ok) state = changed.value
    done(changed.ok ? ok(state) : changed)
  }
  transfer = new ServiceTransfer({
    self: 'a',
    incarnation: 1,
    clock,
    store: {
      get state() {
        return state
      },
    },
    session: { isEstablished: true, send: () => undefined },
    committer: { commit },
    midplane: { claimEpoch: () => 0 },
    trace: { record: () => 1 },
    timings: DEFAULT_TIMINGS,
    standing: { peerIsMember: true },
    transferEnded: { tell: () => undefined },
  } as unknown as ServiceTransferParts)
  transfer.installed(state, undefined)
})

function asked(): void {
  transfer.relinquishAsked({ type: 'owner-relinquish', callId: 1, request: undefined, cause: undefined })
}

it('the owner keeps its ownership for its tenure, and gives it then', () => {
  asked()
  clock.runUntil(serviceTenureMs - 1)
  expect([state.serviceOwner, transfer.isUnderWay]).toEqual(['a', true])
  clock.runUntil(serviceTenureMs + 1)
  expect([state.serviceOwner, transfer.isUnderWay]).toEqual(['b', false])
})

it('the owner finishes what it serves first', () => {
  clock.runUntil(serviceTenureMs * 2)
  transfer.servingBegan()
  transfer.servingBegan()
  asked()
  transfer.servingEnded()
  expect(state.serviceOwner).toBe('a')
  transfer.servingEnded()
  expect(state.serviceOwner).toBe('b')
})

it('and for no longer than the patience of the one that asks', () => {
  transfer.servingBegan()
  asked()
  clock.runUntil(relinquishMs - 1)
  expect(state.serviceOwner).toBe('a')
  clock.runUntil(relinquishMs + 1)
  expect(state.serviceOwner).toBe('b')
})

it('the tenure begins when ownership comes, and not with each state that is installed', () => {
  clock.runUntil(serviceTenureMs * 2)
  transfer.installed(state, state)
  asked()
  expect(state.serviceOwner).toBe('b')
})

it('an owner that waits with its transfer keeps its ownership when the other controller is lost', () => {
  transfer.servingBegan()
  asked()
  transfer.peerLost()
  expect([state.serviceOwner, transfer.isUnderWay]).toEqual(['a', false])
  transfer.servingEnded()
  clock.runUntil(2 * relinquishMs)
  expect(state.serviceOwner).toBe('a')
})
