import { describe, expect, it } from 'vitest'
import type { LaneSpan, RunExperience, SimulationOutline } from '../../../src-main/contract/simulation'
import { comparedFigures, wholeOf, windowIn, type ComparedRuns } from '../../../src-renderer/model/run-comparison'

function outlineOf(options: {
  endMs: number
  outageMs: number
  answers: number
  faultMs: number
  luns?: readonly number[]
}): SimulationOutline {
  const { endMs, outageMs, answers, faultMs, luns = [0] } = options
  const spans: readonly LaneSpan[] = [{ fromMs: faultMs, toMs: faultMs + outageMs, state: 'unanswered' }]
  const atMs = Array.from({ length: answers }, (_, index) => faultMs + outageMs + index)
  const experience: RunExperience = {
    acts: [],
    answers: {
      atMs,
      latencyMs: atMs.map(() => 1),
      outcome: atMs.map(() => 'good'),
      lun: atMs.map(() => 0),
      event: atMs.map((_, index) => index),
      id: atMs.map((_, index) => index),
      leftOut: 0,
    },
    commands: { againAtMs: [faultMs + 1], unansweredAtMs: [], omitted: [{ atMs: faultMs, commands: 1000 * answers }] },
    lanes: luns.map((lun) => ({ of: { kind: 'lun', lun }, leastMs: 0, spans })),
  }
  return {
    run: { kind: 'seed', seed: 1, operations: 100 },
    start: { event: 0, atMs: 0 },
    end: { event: 100, atMs: endMs },
    experience,
    faults: [{ event: 5, atMs: faultMs, name: 'crash', hits: [] }],
    takeovers: [],
    violations: [],
  }
}

const here = outlineOf({ endMs: 1000, outageMs: 30, answers: 5, faultMs: 400 })
const there = outlineOf({ endMs: 3000, outageMs: 100, answers: 8, faultMs: 2500, luns: [0, 2] })
const runs: ComparedRuns = { here, there, aligned: { here: { event: 5, atMs: 400 }, there: { event: 5, atMs: 2500 } } }

describe('two runs on one axis', () => {
  it('reach from the earlier beginning to the later end', () => {
    expect(wholeOf(runs)).toEqual({ fromMs: -2500, toMs: 600 })
    expect(windowIn({ fromMs: -10, toMs: 20 }, 400)).toEqual({ fromMs: 390, toMs: 420 })
  })

  it('are added up in the same window of both', () => {
    const figures = comparedFigures(runs, { fromMs: -100, toMs: 200 })
    const of = (key: string) => figures.find((figure) => figure.key === key)
    expect(of('lun-0')).toMatchObject({ here: 30, there: 100, isMs: true })
    expect(of('lun-2')).toMatchObject({ here: undefined, there: 100 })
    expect(of('requests')).toMatchObject({ here: 5, there: 8, isMs: false })
    expect(of('omitted')).toMatchObject({ here: 5000, there: 8000, isMs: false })
    expect(of('again')).toMatchObject({ here: 1, there: 1 })
    expect(of('faults')).toMatchObject({ here: 1, there: 1 })
    expect(of('lost')).toMatchObject({ here: 0, there: 0 })
  })

  it('are added up only there', () => {
    const figures = comparedFigures(runs, { fromMs: -100, toMs: 50 })
    const of = (key: string) => figures.find((figure) => figure.key === key)
    expect(of('lun-0')).toMatchObject({ here: 30, there: 50 })
    expect(of('requests')).toMatchObject({ here: 5, there: 0 })
  })

  it('are added up with what happens at the very ends', () => {
    const of = (fromMs: number, toMs: number) =>
      comparedFigures(runs, { fromMs, toMs }).flatMap((figure) => (figure.key === 'faults' ? [figure.here, figure.there] : []))
    expect(of(0, 10)).toEqual([1, 1])
    expect(of(-10, 0)).toEqual([1, 1])
    expect(of(0.001, 10)).toEqual([0, 0])
  })

  it('have no figures where nothing is known of one', () => {
    const { experience: _, ...bare } = here
    expect(comparedFigures({ ...runs, here: bare }, { fromMs: -1, toMs: 1 }).every((figure) => figure.here === undefined)).toBe(true)
  })
})
