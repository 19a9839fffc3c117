/** Faults that are aimed at a phase of the pair strike in it. Without aims, hardly any fault meets most of these phases. */
import { expect, it } from 'vitest'
import { PHASES } from '../../src-main/simulator/pair-phases'
import { Meetings } from '../../src-main/simulator/coverage/meetings'

const WORLDS = 72
const OPERATIONS = 100

it('some fault strikes in every phase', () => {
  const meetings = new Meetings()
  for (let seed = 1; seed <= WORLDS; seed++) expect(meetings.run({ seed, operations: OPERATIONS }).violations, `seed ${seed}`).toEqual([])
  const strikes = PHASES.map((_, phase) => meetings.rows().reduce((sum, { counts }) => sum + (counts[phase] ?? 0), 0))
  const never = PHASES.filter((_, phase) => (strikes[phase] ?? 0) < 3)
  expect(never, strikes.join(' ')).toEqual([])
})
