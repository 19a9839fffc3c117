import { describe, expect, it } from 'vitest'
import * as world from '../../../../src-main/entries/exercise-world'
import { checkExercise, type AuthorReport } from '../../../../src-main/exercise/authoring/author-check'
import { skeletonExercise } from '../../../support/skeleton-exercise'

function checked(change: (text: string) => string = (text) => text, negated?: string): AuthorReport {
  return checkExercise({ exerciseOf: (seed) => skeletonExercise(seed, change), world, seeds: [1, 2], negated })
}

describe('the author’s check', () => {
  it('passes what a new exercise begins with', () => {
    expect(checked()).toEqual({ id: 'an-example', seeds: 2, runs: 10, checks: 2, problems: [] })
  })

  it('finds a solution that does not pass, with its seed, its line and why', () => {
    const { problems } = checked((text) => text.replace('order: [fenced, claimed, serving]', 'order: [serving, claimed, fenced]'))
    expect(problems).toEqual([
      expect.stringMatching(/^Seed 1: "kill it" \(line \d+\) fails order-predicted: it is false/),
      expect.stringMatching(/^Seed 2: "kill it"/),
    ])
  })

  it('finds a wrong solution that passes the check which it names', () => {
    const { problems } = checked((text) => text.replace('order: [claimed, fenced, serving]', 'order: right'))
    expect(problems[0]).toMatch(/^Seed 1: "claims first" \(line \d+\) does not fail order-predicted: it is true/)
  })

  it('finds an exercise that the empty run passes, and checks that nothing fails', () => {
    const { problems } = checked((text) =>
      text.replace('check: some takeover.serving by ${survivor}', 'check: some host.command').replace('right("order")', 'ledger.lost = 0'),
    )
    expect(problems).toContain('Seed 1: the empty run passes all checks.')
    expect(problems.join('\n')).toMatch(/Check taken-over \(line \d+\) is never failed/)
  })

  it.each(['taken-over', 'order-predicted'])('finds that %s asks the opposite', (id) => {
    expect(checked((text) => text, id).problems).not.toEqual([])
  })

  it('finds an act that changes nothing, because it is not possible then', () => {
    const twice = 'acts: [{ act: kill, controller: $victim, at: $moment }, { act: kill, controller: $victim, at: 3000 }]'
    const { problems } = checked((text) => text.replace('acts: [{ act: kill, controller: $victim, at: $moment }]', twice))
    expect(problems[0]).toMatch(/^Seed 1: "kill it" \(line \d+\) does kill in vain\. Controller [AB] is down already\.$/)
  })

  it('finds a world that cannot be, before any run', () => {
    const { problems, runs } = checked((text) =>
      text
        .replace('workload: {', 'drives: 3\n  volumes: [{ name: alpha, level: raid6, owner: $victim }]\n  workload: {')
        .replace('allowed:\n', 'allowed:\n  - { act: unplug-portal, controller: a }\n'),
    )
    expect(runs).toBe(0)
    expect(problems).toEqual([
      'These volumes need 5 drives: write "drives: 5" or choose other levels.',
      expect.stringMatching(/^A simulated pair cannot do unplug-portal\. It can do kill, /),
    ])
  })

  it('says what is wrong in some seeds once, however many there are', () => {
    const report = checkExercise({
      exerciseOf: (seed) => skeletonExercise(seed, (text) => text.replace('some takeover.serving', 'no takeover.serving')),
      world,
      seeds: Array.from({ length: 10 }, (_, seed) => seed),
    })
    expect(report.problems.length).toBe(13)
    expect(report.problems.at(-1)).toMatch(/^And \d+ more\.$/)
  })
})
