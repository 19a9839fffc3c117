import { describe, expect, it } from 'vitest'
import { simulate, type SimulatedRun } from '../../../../src-main/exercise/world/simulate'
import type { TimedAct } from '../../../../src-main/exercise/format/exercise'
import { exerciseStage } from '../../../../src-main/exercise/world/exercise-stage'
import { ExperiencedRun } from '../../../../src-main/player/experienced-run'
import { Playback } from '../../../../src-main/simulator/playback/playback'
import { at, calmExercise } from './example'

function after(script: readonly TimedAct[], world: Parameters<typeof calmExercise>[1] = {}): SimulatedRun {
  const busy = { requestsPerSecond: 200, readShare: 0.3, blocks: 8, regionBlocks: 512, luns: 'all' } as const
  return simulate({ exercise: calmExercise(script, { workload: busy, ...world }), seed: 3, acts: [] })
}

function rename(id: string, to: 'a' | 'b', name = id): TimedAct['parameters'] {
  return { to, id, name: 'rename-array', params: { name } }
}

describe('what a simulated run leaves behind', () => {
  it('has its events in order, from the moment at which the pair serves', () => {
    const { evidence } = after([])
    expect(evidence.events.map(({ timeMs }) => timeMs)).toEqual(evidence.events.map(({ timeMs }) => timeMs).toSorted((a, b) => a - b))
    expect(evidence.events[0]?.timeMs).toBeGreaterThanOrEqual(evidence.fromMs)
    expect(evidence).toMatchObject({ source: 'simulated', isOver: true, incomplete: [], violations: [] })
    expect(new Set(evidence.events.map(({ kind }) => kind)).has('drive.write')).toBe(true)
    expect(evidence.ledger).toMatchObject({ lost: 0 })
    expect(evidence.ledger.verified).toBeGreaterThan(100)
    expect(evidence.ledger.at).toBeDefined()
  })

  it('has the ids of the events that the player shows', () => {
    const options = { exercise: calmExercise([at(1000, 'hang', { controller: 'a' })]), seed: 3, acts: [] }
    const { evidence, hash } = simulate(options)
    const played = new ExperiencedRun(new Playback(exerciseStage(options)), 35_000)
    while (!played.survey(() => true));
    expect(played.outline?.world?.hash).toBe(hash)
    expect(played.traced().events.filter(({ timeMs }) => timeMs >= evidence.fromMs)).toEqual(evidence.events)
  })

  it('has the outages of each LUN', () => {
    const { evidence } = after([at(1000, 'hang', { controller: 'a' })])
    const [of0] = evidence.outages.find(({ lun }) => lun === 0)?.spans ?? []
    expect((of0?.toMs ?? 0) - (of0?.fromMs ?? 0)).toBeGreaterThan(700)
    expect(of0?.isOver).toBe(true)
    expect(evidence.outages.find(({ lun }) => lun === 1)?.leastMs).toBeGreaterThan(0)
  })

  it('has how the pair stood, anew after each change', () => {
    const { frames } = after([at(1000, 'kill', { controller: 'a' }), at(1500, 'cut-interconnect')]).evidence
    expect(frames[0]).toMatchObject({
      controllers: { a: { state: 'running', servedBy: 'a', mirror: 'in-step' }, b: { state: 'running', servedBy: 'b' } },
      array: { serviceOwner: 'a', completedRequests: [] },
      interconnect: 'up',
      drives: Array.from({ length: 6 }, () => 'online'),
    })
    expect(frames.at(-1)).toMatchObject({
      controllers: { a: { state: 'down', servedBy: 'b' }, b: { state: 'running', servedBy: 'b' } },
      array: { serviceOwner: 'b' },
      interconnect: 'cut',
    })
    expect(frames.length).toBeLessThan(40)
  })

  it('has each request: where it was sent, who answered, and how often it ran', () => {
    const { requests, events } = after([
      at(500, 'request', rename('r1', 'b')),
      at(800, 'request', rename('r1', 'a')),
      at(900, 'request', rename('r2', 'a')),
      at(1000, 'kill', { controller: 'a' }),
      at(1000, 'request', rename('r3', 'a')),
      at(2000, 'request', rename('r2', 'a')),
      at(2100, 'request', { to: 'b', id: 'l', name: 'list-luns', params: {} }),
    ]).evidence
    expect(requests.map(({ id, ran }) => [id, ran?.length])).toEqual([
      ['r1', 1],
      ['r2', 1],
      ['r3', 0],
      ['l', 1],
    ])
    const [r1, r2, r3] = requests
    expect(r1?.sent).toMatchObject([
      { to: 'b', answer: { outcome: 'good', servedBy: 'b' } },
      { to: 'a', answer: { outcome: 'good', servedBy: 'b' } },
    ])
    expect(r2?.sent).toMatchObject([{ to: 'a' }, { to: 'a', answer: { servedBy: 'a' } }])
    expect(r3?.sent.map(({ answer }) => answer)).toEqual([undefined])
    const kindOf = (id: number | undefined): string | undefined => events.find((event) => event.id === id)?.kind
    for (const one of r1?.sent ?? [])
      expect([kindOf(one.received), kindOf(one.answer?.event)]).toEqual(['service.received', 'service.answered'])
  })
})
