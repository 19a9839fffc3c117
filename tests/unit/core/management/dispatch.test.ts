import { beforeEach, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { PeerWords } from '../../../../src-main/contract/interconnect'
import type { ServiceAnswer } from '../../../../src-main/contract/service-request'
import { Dispatch, type DispatchParts } from '../../../../src-main/core/management/dispatch'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../support/fake-lab-data'

const HOLD_MS = 1000

let clock: VirtualClock
let sent: PeerWords[]
let state: ArrayState
let asks: number
let standing: { isServing: boolean; mayForward: boolean }
let dispatch: Dispatch

/** Controller A. Controller B is the service owner, and takes what is forwarded. */
beforeEach(() => {
  clock = new VirtualClock()
  sent = []
  state = { ...firstArrayState(4), serviceOwner: 'b', dispatchScheme: 'forward-to-owner' }
  asks = 0
  standing = { isServing: true, mayForward: true }
  dispatch = new Dispatch({
    self: 'a',
    incarnation: 5,
    clock,
    trace: { record: () => 1 },
    session: { isEstablished: true, send: (words: PeerWords) => sent.push(words) },
    store: {
      get state() {
        return state
      },
    },
    transfer: { isUnderWay: false, ask: () => void asks++ },
    standing,
    managementAddresses: { a: '', b: '' },
    timings: { holdMs: HOLD_MS },
    serviceCounters: { received: 0, served: 0 },
  } as unknown as DispatchParts)
})

/** The codes of its answers, with their times. */
function submit(id: string): string[] {
  const answers: string[] = []
  const code = (answer: ServiceAnswer) => ('error' in answer ? answer.error.code : 'good')
  dispatch.submit({ id, name: 'rename-array', params: { name: 'Other' } }, 'a', (answer) =>
    answers.push(`${code(answer)} at ${clock.nowMs()}`),
  )
  return answers
}

it('each request that nobody can serve is given up in its own time', () => {
  Object.assign(standing, { isServing: false, mayForward: false })
  const answers = [0, 300, 300, 200].map((waitMs, index) => {
    clock.runUntil(clock.nowMs() + waitMs)
    return submit(`${index}`)
  })
  clock.runUntil(10 * HOLD_MS)
  expect(answers).toEqual([['unavailable at 1000'], ['unavailable at 1300'], ['unavailable at 1600'], ['unavailable at 1800']])
})

it('a forwarded request is answered once: what comes again, or for an earlier try, is nobody’s answer', () => {
  const answers = submit('one')
  const [first] = sent
  if (first?.type !== 'service-forward') throw new Error('it was not forwarded')
  const returned = (callId: number) => {
    const answer: ServiceAnswer = { id: 'one', receivedBy: 'a', servedBy: 'b', route: [], result: {} }
    dispatch.returned({ type: 'service-return', callId, answer, cause: undefined })
  }
  standing.mayForward = false
  standing.isServing = false
  dispatch.peerLost()
  returned(first.callId)
  expect(answers).toEqual([])
  Object.assign(standing, { isServing: true, mayForward: true })
  dispatch.review()
  const again = sent[1]
  if (again?.type !== 'service-forward') throw new Error('it was not forwarded again')
  returned(first.callId)
  expect(answers).toEqual([])
  returned(again.callId)
  returned(again.callId)
  expect(answers).toEqual(['good at 0'])
  clock.runUntil(10 * HOLD_MS)
  expect(answers).toHaveLength(1)
})

it('where service ownership is refused, the owner serves the request this time', () => {
  state = { ...state, dispatchScheme: 'transfer-ownership' }
  submit('one')
  expect([asks, sent]).toEqual([1, []])
  dispatch.transferEnded('refused', undefined)
  expect(sent).toMatchObject([{ type: 'service-forward', request: { id: 'one' } }])
  expect(asks).toBe(1)
})
