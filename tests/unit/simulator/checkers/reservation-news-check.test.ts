import { beforeEach, describe, expect, it } from 'vitest'
import { TOLD } from '../../../../src-main/simulator/checkers/reservation-model'
import { ReservationNewsCheck } from '../../../../src-main/simulator/checkers/reservation-news-check'

const CLEAR = { kind: 'clear', key: '0000000000000001' } as const
const PREEMPTED = 0x2a03

let wrong: string[]
let news: ReservationNewsCheck

beforeEach(() => {
  wrong = []
  news = new ReservationNewsCheck((sentence) => wrong.push(sentence))
  news.passed(1)
})

describe('ReservationNewsCheck', () => {
  it('takes news that come once, behind their cause', () => {
    const cause = news.mayBeTold(CLEAR)
    cause?.ends(10)
    news.isDue(PREEMPTED, 5, 10)
    news.reported(PREEMPTED, 11, 12)
    news.passed(13)
    expect(wrong).toEqual([])
  })

  it('takes news that come before the other host has its answer', () => {
    const cause = news.mayBeTold(CLEAR)
    news.reported(PREEMPTED, 6, 7)
    cause?.ends(10)
    news.isDue(PREEMPTED, 5, 10)
    news.passed(13)
    expect(wrong).toEqual([])
  })

  it('finds news without a cause, and twice', () => {
    news.reported(PREEMPTED, 6, 7)
    expect(wrong).toHaveLength(1)
    news.mayBeTold(CLEAR)?.ends(10)
    news.reported(PREEMPTED, 11, 12)
    news.reported(PREEMPTED, 13, 14)
    expect(wrong).toHaveLength(2)
  })

  it('lets two preempts that are over tell a code each, one with each command', () => {
    const preempt = { kind: 'preempt', key: '1', serviceKey: '2', type: 1, aborts: false } as const
    news.mayBeTold(preempt)?.ends(10)
    news.mayBeTold(preempt)?.ends(11)
    news.reported(TOLD.released, 12, 13)
    news.reported(TOLD.unregistered, 14, 15)
    expect(wrong).toEqual([])
    news.reported(TOLD.unregistered, 16, 17)
    expect(wrong).toHaveLength(1)
  })

  it('finds that nobody was told', () => {
    news.mayBeTold(CLEAR)?.ends(10)
    news.isDue(PREEMPTED, 5, 10)
    news.passed(9)
    expect(wrong).toEqual([])
    news.passed(11)
    expect(wrong).toHaveLength(1)
  })

  it('expects no news in a session that begins later, or has not used the unit', () => {
    news.mayBeTold(CLEAR)?.ends(10)
    news.isDue(PREEMPTED, 5, 10)
    news.restart()
    news.passed(12)
    news.restart()
    news.isDue(PREEMPTED, 14, 15)
    news.passed(16)
    expect(wrong).toEqual([])
  })
})
