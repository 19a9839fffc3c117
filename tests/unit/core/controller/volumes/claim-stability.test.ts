import { beforeEach, describe, expect, it } from 'vitest'
import { ClaimStability } from '../../../../../src-main/core/controller/volumes/claim-stability'

describe('what waits for a claim to be on stable storage', () => {
  let stability: ClaimStability
  let done: string[]

  beforeEach(() => {
    stability = new ClaimStability()
    done = []
  })

  const wait = (name: string): void => stability.whenStable((isStable) => done.push(isStable ? name : `not ${name}`))

  it('waits for nothing but the claim', () => {
    wait('before')
    const flushed = stability.beingFlushed()
    wait('during')
    expect(done).toEqual(['before'])
    flushed.ended()
    wait('after')
    expect(done).toEqual(['before', 'during', 'after'])
  })

  it('is not let go by the flush of the claim before, which was still under way', () => {
    const first = stability.beingFlushed()
    wait('first')
    const second = stability.beingFlushed()
    wait('second')
    first.ended()
    wait('third')
    expect(done).toEqual(['first'])
    second.ended()
    expect(done).toEqual(['first', 'second', 'third'])
  })

  it('is let go by its own flush, also where that of the claim before takes longer', () => {
    const first = stability.beingFlushed()
    wait('first')
    const second = stability.beingFlushed()
    wait('second')
    second.ended()
    wait('third')
    expect(done).toEqual(['second', 'third'])
    first.ended()
    expect(done).toEqual(['second', 'third', 'first'])
  })
  it('is refused where that takes too long, until it is stable after all', () => {
    const flushed = stability.beingFlushed()
    wait('first')
    flushed.overdue()
    wait('second')
    expect(done).toEqual(['not first', 'not second'])
    flushed.ended()
    wait('third')
    expect(done).toEqual(['not first', 'not second', 'third'])
  })
})
