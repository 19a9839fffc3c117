import { beforeEach, describe, expect, it } from 'vitest'
import { failure, ok } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import {
  StripeWalk,
  type BatchOutcome,
  type StripeBatch,
  type StripeJob,
  type WalkParts,
} from '../../../../../src-main/core/controller/drives/stripe-walk'
import type { WalkPace } from '../../../../../src-main/core/controller/peer/timings'
import type { Committer } from '../../../../../src-main/core/controller/state/committer'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../../support/fake-lab-data'

const PACE: WalkPace = { batchStripes: 4, restMs: 10, checkpointStripes: 8, retryMs: 200 }
const BUSY = failure({ code: 'busy', message: 'Too many changes are waiting.' } as const)

/** Stands for what a job writes into the array state: the stripes before this one are done. */
const doneBefore = (state: ArrayState): number => state.epochFloor ?? 0

let clock: VirtualClock
let state: ArrayState
let isServing: boolean
/** The job is this controller's. */
let isMine: boolean
let endStripe: number
let finds: number
/** What happened, in its order: `visit 0+4`, `secure`, `commit 8`, `ended`. */
let told: string[]
let visits: { readonly batch: StripeBatch; readonly done: (outcome: BatchOutcome) => void }[]
let answerCommit: ((isTaken: boolean) => void) | undefined
let isSecured: boolean
let walk: StripeWalk

beforeEach(() => {
  clock = new VirtualClock()
  state = firstArrayState(4)
  isServing = true
  isMine = true
  endStripe = 20
  finds = 0
  told = []
  visits = []
  answerCommit = undefined
  isSecured = true
  const commit: Committer['commit'] = (change, _cause, done) => {
    expect(answerCommit).toBeUndefined()
    answerCommit = (isTaken) => {
      answerCommit = undefined
      if (!isTaken) return done(BUSY)
      const changed = change(state)
      if (!changed.ok) throw new Error('a walk refuses no change')
      if (changed.value !== state) told.push(`commit ${doneBefore(changed.value)}`)
      state = changed.value
      done(ok(state))
    }
  }
  const store = {
    get state() {
      return state
    },
  }
  const parts = {
    clock,
    committer: { commit },
    store,
    standing: {
      get isServing() {
        return isServing
      },
    },
  } as unknown as WalkParts
  walk = new StripeWalk(parts, PACE, (current) => {
    finds++
    return isMine && doneBefore(current) < endStripe ? jobFrom(doneBefore(current)) : undefined
  })
})

function jobFrom(fromStripe: number): StripeJob {
  return {
    fromStripe,
    endStripe,
    isMine: () => isMine && isServing,
    visit(batch, done) {
      told.push(`visit ${batch.firstStripe}+${batch.stripeCount}`)
      visits.push({ batch, done })
    },
    secure(done) {
      told.push('secure')
      done(isSecured)
    },
    withDone: (current, beforeStripe) => ({ ...current, epochFloor: beforeStripe }),
    ended: () => void told.push('ended'),
  }
}

function pass(ms: number): void {
  clock.runUntil(clock.nowMs() + ms)
}

/** The batch that is under way ends. */
function end(outcome: BatchOutcome = 'good'): void {
  const visit = visits.shift()
  if (visit === undefined) throw new Error('no batch is under way')
  visit.done(outcome)
}

/** So many batches end well, each after the rest before it. */
function goOn(batches: number): void {
  for (let batch = 0; batch < batches; batch++) {
    pass(PACE.restMs)
    end()
  }
}

function takeTold(): string[] {
  return told.splice(0)
}

describe('a walk', () => {
  it('goes over all stripes in batches, rests between them, and says at checkpoints and at the end how far it is', () => {
    walk.review()
    expect(told).toEqual([])
    pass(0)
    end()
    pass(PACE.restMs - 1)
    expect(takeTold()).toEqual(['visit 0+4'])
    pass(1)
    expect(takeTold()).toEqual(['visit 4+4'])
    end()
    expect(takeTold()).toEqual(['secure'])
    answerCommit?.(true)
    goOn(2)
    answerCommit?.(true)
    expect(takeTold()).toEqual(['commit 8', 'visit 8+4', 'visit 12+4', 'secure', 'commit 16'])
    goOn(1)
    pass(PACE.restMs)
    answerCommit?.(true)
    expect(takeTold()).toEqual(['visit 16+4', 'secure', 'commit 20', 'ended'])
    pass(1000)
    expect(told).toEqual([])
    // Once at the beginning, once for what comes next.
    expect(finds).toBe(2)
  })

  it('does nothing at a checkpoint before the state has it', () => {
    walk.review()
    goOn(2)
    pass(1000)
    expect(takeTold()).toEqual(['visit 0+4', 'visit 4+4', 'secure'])
    answerCommit?.(true)
    pass(PACE.restMs)
    expect(takeTold()).toEqual(['commit 8', 'visit 8+4'])
  })

  it('takes the last stripes in a batch of their own, and makes no checkpoint just before the end', () => {
    endStripe = 7
    walk.review()
    goOn(2)
    expect(takeTold()).toEqual(['visit 0+4', 'visit 4+3'])
    pass(PACE.restMs)
    answerCommit?.(true)
    expect(takeTold()).toEqual(['secure', 'commit 7', 'ended'])
    endStripe = 15
    walk.review()
    goOn(2)
    expect(takeTold()).toEqual(['visit 7+4', 'visit 11+4'])
  })

  it('begins where the state says, so that a controller that takes over goes on at the last checkpoint', () => {
    state = { ...state, epochFloor: 8 }
    walk.review()
    pass(0)
    expect(takeTold()).toEqual(['visit 8+4'])
  })

  it('has one job at a time, however often it is told to look', () => {
    walk.review()
    walk.review()
    pass(0)
    walk.review()
    pass(0)
    expect(takeTold()).toEqual(['visit 0+4'])
    expect(finds).toBe(1)
  })

  it('looks for no job while the controller does not serve', () => {
    isServing = false
    walk.review()
    expect(finds).toBe(0)
  })
})

describe("a walk whose job is not this controller's any more", () => {
  it('stops before the next batch, and begins at the last checkpoint when it is told that the job is back', () => {
    walk.review()
    goOn(2)
    answerCommit?.(true)
    goOn(1)
    takeTold()
    isMine = false
    pass(1000)
    expect(told).toEqual([])
    isMine = true
    pass(1000)
    expect(told).toEqual([])
    walk.review()
    pass(0)
    expect(takeTold()).toEqual(['visit 8+4'])
  })

  it('does not say that it is done', () => {
    endStripe = 4
    walk.review()
    goOn(1)
    pass(PACE.restMs)
    isMine = false
    answerCommit?.(true)
    pass(1000)
    expect(takeTold()).toEqual(['visit 0+4', 'secure'])
    expect(doneBefore(state)).toBe(0)
  })

  it('looks for another job at once where a batch was refused', () => {
    walk.review()
    pass(0)
    end('lost')
    pass(0)
    expect(takeTold()).toEqual(['visit 0+4', 'visit 0+4'])
    expect(finds).toBe(2)
  })
})

describe('a walk that something keeps from going on', () => {
  it('tries a batch that failed again after some time, from the last checkpoint on', () => {
    walk.review()
    goOn(2)
    answerCommit?.(true)
    goOn(1)
    pass(PACE.restMs)
    takeTold()
    end('failed')
    pass(PACE.retryMs - 1)
    expect(told).toEqual([])
    pass(1)
    expect(takeTold()).toEqual(['visit 8+4'])
  })

  it('begins again after some time where a checkpoint is refused', () => {
    walk.review()
    goOn(2)
    takeTold()
    answerCommit?.(false)
    pass(PACE.retryMs - 1)
    expect(told).toEqual([])
    pass(1)
    expect(takeTold()).toEqual(['visit 0+4'])
    expect(doneBefore(state)).toBe(0)
  })

  it('says nothing in the state of what is not secured', () => {
    isSecured = false
    walk.review()
    goOn(2)
    expect(answerCommit).toBeUndefined()
    takeTold()
    pass(PACE.retryMs)
    expect(takeTold()).toEqual(['visit 0+4'])
  })

  it('is not ended by a last commit that is refused', () => {
    endStripe = 4
    walk.review()
    goOn(1)
    pass(PACE.restMs)
    answerCommit?.(false)
    pass(PACE.retryMs)
    expect(takeTold()).toEqual(['visit 0+4', 'secure', 'visit 0+4'])
  })

  it('gives up a job that never will succeed, and says so in the state', () => {
    walk.review()
    pass(0)
    end({ giveUp: (current) => ({ ...current, epochFloor: 99 }) })
    answerCommit?.(true)
    expect(takeTold()).toEqual(['visit 0+4', 'commit 99'])
    pass(PACE.retryMs)
    expect(told).toEqual([])
    expect(finds).toBe(2)
  })

  it("leaves the job to others where it was to be given up and is not this controller's any more", () => {
    walk.review()
    pass(0)
    isMine = false
    end({ giveUp: (current) => ({ ...current, epochFloor: 99 }) })
    answerCommit?.(true)
    expect(takeTold()).toEqual(['visit 0+4'])
  })
})
