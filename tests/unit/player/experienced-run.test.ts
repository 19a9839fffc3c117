import { expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { ExperiencedRun } from '../../../src-main/player/experienced-run'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'

const OPERATIONS = 60
const GIVEN_UP_AFTER_MS = 6500

function surveyed(): ExperiencedRun {
  const run = new ExperiencedRun(new Playback(seedStage({ seed: 1, operations: OPERATIONS })), GIVEN_UP_AFTER_MS)
  let looks = 0
  while (!run.survey(() => ++looks % 50 !== 0)) expect(run.surveyed.done).toBeLessThanOrEqual(OPERATIONS)
  return run
}

it('a seed has what its hosts and addresses experience, in order and within the run, and is shown at its beginning', () => {
  const run = surveyed()
  const { experience, start, end } = present(run.outline, 'an outline')
  const { answers, lanes } = present(experience, 'an experience')
  expect(answers.atMs.length).toBeGreaterThan(OPERATIONS / 2)
  expect(answers.atMs).toEqual([...answers.atMs].sort((one, other) => one - other))
  expect(lanes.map(({ of }) => of.kind)).toEqual(expect.arrayContaining(['lun', 'management']))
  for (const { spans } of lanes) {
    for (const { fromMs, toMs } of spans) {
      expect(fromMs).toBeLessThanOrEqual(toMs)
      expect(fromMs).toBeGreaterThanOrEqual(start.atMs)
      expect(toMs).toBeLessThanOrEqual(end.atMs)
    }
  }
  expect(run.event).toBe(0)
  // Each answer is found again where it is said to be.
  for (const index of [0, answers.id.length - 1]) {
    const id = present(answers.id[index], 'an id')
    expect(run.eventOf(id)).toBe(answers.event[index])
    expect(run.requestEvents(id).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['host.command', 'portal.command', 'host.response']),
    )
  }
  expect(run.eventOf(-1)).toBeUndefined()
}, 120_000)
