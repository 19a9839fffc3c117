import { describe, expect, it } from 'vitest'
import { ExerciseRun, type ExerciseRunOptions } from '../../../../src-main/exercise/world/exercise-run'
import { exerciseStage } from '../../../../src-main/exercise/world/exercise-stage'
import { ExperiencedRun } from '../../../../src-main/player/experienced-run'
import { Playback } from '../../../../src-main/simulator/playback/playback'
import type { TraceEvent } from '../../../../src-main/contract/trace'
import { at, calmExercise } from './example'

const KILL = { act: 'kill', parameters: { controller: 'a' } } as const

interface Ran {
  readonly run: ExerciseRun
  readonly events: readonly TraceEvent[]
}

function ran(options: Partial<ExerciseRunOptions> = {}): Ran {
  const run = new ExerciseRun({ exercise: calmExercise(), seed: 7, acts: [], ...options })
  const events: TraceEvent[] = []
  run.world.trace.onEvent((event) => events.push(event))
  while (run.step());
  return { run, events }
}

function kindsAfter(events: readonly TraceEvent[], atMs: number): readonly string[] {
  return events.filter(({ timeMs }) => timeMs >= atMs).map(({ kind }) => kind)
}

describe('the world of an exercise', () => {
  it('is calm: nothing happens but the workload, and everything is read back in the end', () => {
    const { run, events } = ran()
    expect(run.violations).toEqual([])
    expect(run.isVerified).toBe(true)
    expect(run.report()?.ledger).toMatchObject({ lost: 0, retried: 0 })
    expect(run.report()?.ledger.verified).toBe(run.report()?.ledger.blocks)
    expect(events.filter(({ kind }) => /^(takeover|peer|giveback|midplane.*(killed|reset))/.test(kind))).toEqual([])
  })

  it('is the same for the same seed, and another one for another seed', () => {
    const hash = (seed: number): string => ran({ seed }).run.world.trace.hash
    expect(hash(7)).toBe(hash(7))
    expect(hash(7)).not.toBe(hash(8))
  })

  it('has the volumes, owners, policies and timers that its file says', () => {
    const { run } = ran({
      exercise: calmExercise([], {
        durationMs: 100,
        drives: 5,
        volumes: [
          { name: 'one', mebibytes: 1, level: 'raid6', owner: 'b' },
          { name: 'two', mebibytes: 2, level: 'raid6', owner: 'a' },
        ],
        policies: {
          cachePolicy: 'write-back-unmirrored',
          dispatchScheme: 'forward-to-owner',
          automaticGiveback: false,
          ownershipByLoad: true,
        },
        timers: { heartbeatMs: 50, suspectAfterBeats: 3, fenceAfterBeats: 6 },
      }),
    })
    const state = run.world.controller('a')?.state
    expect(state?.configuration.volumes).toMatchObject([
      { name: 'one', preferredOwner: 'b' },
      { name: 'two', preferredOwner: 'a' },
    ])
    expect(state?.configuration.volumes.map(({ blockCount }) => blockCount >= 2048)).toEqual([true, true])
    expect(state).toMatchObject({ cachePolicy: 'write-back-unmirrored', dispatchScheme: 'forward-to-owner', automaticGiveback: false })
    expect(state?.ownershipByLoad).toBe(true)
    expect(run.world.timings).toMatchObject({ heartbeatMs: 50, suspectAfterBeats: 3, fenceAfterBeats: 6 })
    expect(run.violations).toEqual([])
  })

  it.each(['kill', 'hang', 'panic'] as const)('has a script: after a %s the other controller takes over', (act) => {
    const { run, events } = ran({ exercise: calmExercise([at(1000, act, { controller: 'a' })]) })
    expect(kindsAfter(events, 1000)).toContain('takeover.serving')
    expect(run.report()?.paths.find(({ controller }) => controller === 'a')?.state).toBe('up')
    expect(run.acts).toMatchObject([{ by: 'script', act, parameters: { controller: 'a' } }])
    expect(run.acts[0]?.atMs).toBeCloseTo(1000 + (run.servesFromMs ?? 0), 3)
    expect(run.violations).toEqual([])
  })

  it('says why an act is not possible, and changes nothing', () => {
    const run = new ExerciseRun({ exercise: calmExercise(), seed: 1, acts: [] })
    while (run.servesFromMs === undefined) run.step()
    expect(run.act({ act: 'mend-interconnect', parameters: {} })).toMatchObject({ ok: false })
    expect(run.act({ act: 'pull-drive', parameters: { drive: 99 } })).toMatchObject({ ok: false })
    expect(run.act({ act: 'unplug-portal', parameters: { controller: 'a' } })).toMatchObject({ ok: false })
    expect(run.act(KILL)).toMatchObject({ ok: true })
    expect(run.act(KILL)).toMatchObject({ ok: false })
  })

  it('remembers who answered a service request', () => {
    const request = { to: 'b', id: 'r1', name: 'rename-array', params: { name: 'renamed' } }
    const { run } = ran({ exercise: calmExercise([at(500, 'request', request), at(600, 'request', { ...request, to: 'a' })]) })
    expect(run.requests.sent).toMatchObject([
      { id: 'r1', to: 'b', isRefused: false, answer: { outcome: 'good' } },
      { id: 'r1', to: 'a', answer: { outcome: 'good', servedBy: run.requests.sent[0]?.answer?.servedBy } },
    ])
    expect(run.violations).toEqual([])
  })

  it('loses with a controller what only its NVRAM had, if there was no battery', () => {
    const script = [at(500, 'remove-battery', { controller: 'a' }), at(1000, 'kill', { controller: 'a' })]
    expect(ran({ exercise: calmExercise(script) }).events.map(({ kind }) => kind)).toContain('midplane.nvram-erased')
  })
})

describe('what a learner does', () => {
  const whole = ran()
  const before = new ExerciseRun({ exercise: calmExercise(), seed: 7, acts: [] })
  while (before.world.clock.nowMs() < 1000) before.step()
  const event = before.world.clock.eventsRun

  it('comes after its event; up to there the run is as without it', () => {
    const { events } = ran({ acts: [{ event, ...KILL }] })
    const killed = events.findIndex(({ kind }) => kind === 'midplane.controller-killed')
    expect(killed).toBeGreaterThan(0)
    expect(events.slice(0, killed)).toEqual(whole.events.slice(0, killed))
    expect(events.length).not.toBe(whole.events.length)
  })

  it('is the same when it is done while the run goes on', () => {
    const run = new ExerciseRun({ exercise: calmExercise(), seed: 7, acts: [] })
    while (run.world.clock.eventsRun < event) run.step()
    run.act(KILL)
    while (run.step());
    expect(run.world.trace.hash).toBe(ran({ acts: [{ event, ...KILL }] }).run.world.trace.hash)
  })

  it('is played by the player: the same run, its act among the faults, and the host’s view', () => {
    const acts = [{ event, ...KILL }]
    const playback = new ExperiencedRun(new Playback(exerciseStage({ exercise: calmExercise(), seed: 7, acts })), 35_000)
    while (!playback.survey(() => true));
    expect(playback.outline).toMatchObject({
      run: {
        kind: 'exercise',
        id: 'calm',
        begin: expect.objectContaining({ event: expect.any(Number) as number }) as object,
        seed: 7,
        acts,
      },
      world: { hash: ran({ acts }).run.world.trace.hash },
      faults: [{ name: 'crash', event, hits: [{ place: 'controller-a' }] }],
      takeovers: [{ survivor: 'b', reason: 'crash' }],
      violations: [],
    })
    expect(playback.outline?.experience?.lanes.map(({ of }) => of.kind)).toContain('lun')
    const last = playback.outline?.end.event ?? 0
    expect(playback.goTo(last, () => true)).toBe(true)
    expect(playback.snapshot(0)?.host?.ledger.lost).toBe(0)
    expect(playback.snapshot(0)?.controllers.a.state).toBe('down')
  })
})
