import { expect, it } from 'vitest'
import { rehearseTakeovers } from '../../../src-main/simulator/rehearsal'

it('lets each controller take over from the other once', () => {
  expect(rehearseTakeovers()).toBe(true)
})
