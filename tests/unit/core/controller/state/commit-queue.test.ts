import { beforeEach, expect, it } from 'vitest'
import { ok } from '../../../../../src-main/base/result'
import type { ServiceError } from '../../../../../src-main/contract/service-request'
import { CommitQueue, type Commit } from '../../../../../src-main/core/controller/state/commit-queue'

const CONFLICT: ServiceError = { code: 'conflict', message: 'Another was first.' }

let queue: CommitQueue
let told: string[]

function commit(name: string, change: Partial<Commit> = {}): Commit {
  const done: Commit['done'] = (outcome) => told.push(`${name}: ${outcome.ok ? 'good' : outcome.error.code}`)
  const commit: Commit = { change: (state) => ok(state), cause: undefined, done, isFirst: false, isOfPeer: false, attempts: 0, ...change }
  names.set(commit, name)
  return commit
}

const names = new WeakMap<Commit, string>()

function takeAll(): (string | undefined)[] {
  const taken: (string | undefined)[] = []
  for (let next = queue.take(); next !== undefined; next = queue.take()) taken.push(names.get(next))
  return taken
}

beforeEach(() => {
  queue = new CommitQueue()
  told = []
  queue.admit('all')
})

it('changes are committed in their order, after those that go first', () => {
  queue.push(commit('one'))
  queue.push(commit('two'))
  queue.push(commit('urgent', { isFirst: true }))
  expect(takeAll()).toEqual(['urgent', 'one', 'two'])
})

it('one that is tried again stays before those that came after it', () => {
  queue.push(commit('one'))
  queue.push(commit('two'))
  const one = queue.take()
  if (one === undefined) throw new Error('nothing to take')
  queue.putBack(one)
  queue.push(commit('three'))
  expect(takeAll()).toEqual(['one', 'two', 'three'])
})

it('during a replay only those begin that go first', () => {
  queue.admit('first')
  queue.push(commit('one'))
  queue.push(commit('urgent', { isFirst: true }))
  expect(takeAll()).toEqual(['urgent'])
  queue.admit('all')
  expect(takeAll()).toEqual(['one'])
})

it("a pause waits for what is being written; a stop refuses what waits; the peer's are refused alone", () => {
  queue.push(commit('peer', { isOfPeer: true }))
  queue.push(commit('own'))
  queue.refusePeer(CONFLICT)
  expect(told).toEqual(['peer: conflict'])
  queue.began()
  let isIdle = false
  queue.pause(() => (isIdle = true))
  expect([isIdle, queue.isPaused]).toEqual([false, false])
  queue.ended()
  expect([isIdle, queue.isPaused]).toEqual([true, true])
  queue.stop()
  queue.putBack(commit('late'))
  expect(queue.push(commit('later'))).toBe(false)
  expect(told.slice(1).map((one) => one.split(':')[0])).toEqual(['own', 'late', 'later'])
})
