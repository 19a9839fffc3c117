import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { Prng } from '../../../../src-main/base/prng'
import { CONTROLLER_IDS } from '../../../../src-main/contract/controller-id'
import type { ForkChange, RunFork } from '../../../../src-main/contract/run-fork'
import type { SimulationOutline } from '../../../../src-main/contract/simulation'
import { faultNamed, Forks } from '../../../../src-main/simulator/run/forks'
import { Strikes, type StrikesParts } from '../../../../src-main/simulator/run/strikes'
import { seedStage } from '../../../../src-main/simulator/playback/seed-stage'
import { Survey } from '../../../../src-main/simulator/playback/survey'
import { forkableFaults, forkProblem } from '../../../../src-main/simulator/run/fork-choices'
import { runWorld, swarmOf, WorldRun } from '../../../../src-main/simulator/run/run-world'

const OPERATIONS = 100
const SEED = seedWithCrash()
const plan = outlineOf()
const crash = plan.faults.findIndex(({ name, hits }) => name === 'crash' && hits.length > 0)
const { event: crashEvent } = present(plan.faults[crash], 'the crash')

/** The first world in which a crash, which is not the first fault, leads to a takeover before the next one. */
function seedWithCrash(): number {
  for (let seed = 1; ; seed++) {
    const { swarm } = new WorldRun({ seed, operations: OPERATIONS })
    if (swarm.losesPower || swarm.aims.length > 0 || !swarm.faults.some(({ fault }) => fault.name === 'crash')) continue
    const { faults, takeovers } = outlineOf([], seed)
    const number = faults.findIndex(({ name, hits }) => name === 'crash' && hits.length > 0)
    const [struckMs = Infinity, nextMs = Infinity] = [faults[number]?.atMs, faults[number + 1]?.atMs]
    if (number > 0 && takeovers.some(({ atMs }) => atMs > struckMs && atMs < nextMs)) return seed
  }
}

function outlineOf(forks: readonly RunFork[] = [], seed = SEED): SimulationOutline {
  const survey = new Survey(seedStage({ seed, operations: OPERATIONS, ...(forks.length === 0 ? {} : { forks }) }))
  while (survey.step());
  return survey.outline()
}

const fork = (event: number, change: ForkChange): RunFork => ({ event, change })

const DRAW_AT_ONCE = ['crash', 'hang', 'hang-for-good', 'slow-controller']

/** The first world in which two faults, one after the other, hit different controllers, and draw all they need when they strike. */
function seedWithTwoHits(): { readonly seed: number; readonly number: number; readonly outline: SimulationOutline } {
  for (let seed = 1; ; seed++) {
    const { swarm } = new WorldRun({ seed, operations: OPERATIONS })
    if (swarm.aims.length > 0 || swarm.losesPower) continue
    const draw = swarm.faults.map(({ fault }) => DRAW_AT_ONCE.includes(fault.name))
    if (!draw.some((one, index) => one && draw[index + 1] === true)) continue
    const outline = outlineOf([], seed)
    const places = outline.faults.map(({ hits }, index) => (draw[index] === true ? hits[0]?.place : undefined))
    const number = places.findIndex((place, index) => place !== undefined && places[index + 1] !== undefined && places[index + 1] !== place)
    if (number >= 0) return { seed, number, outline }
  }
}

/** How long a fault lasts depends on what comes after it. */
function struck({ faults }: SimulationOutline) {
  return faults.map(({ name, event, atMs }) => ({ name, event, atMs }))
}

function runTo(event: number, forks?: readonly RunFork[]): WorldRun {
  const run = new WorldRun({ seed: SEED, operations: OPERATIONS, forks })
  while (run.world.clock.eventsRun < event && run.step());
  return run
}

describe('a fork', () => {
  it('is the same world up to its event, event by event, and another one after it', () => {
    const forks = [fork(crashEvent - 50, { kind: 'strike', name: 'crash', controller: 'b' })]
    const [one, other] = [runTo(0), runTo(0, forks)]
    while (one.world.clock.eventsRun < crashEvent - 50) {
      one.step()
      other.step()
      expect(other.world.trace.hash).toBe(one.world.trace.hash)
      expect(other.world.clock.nowMs()).toBe(one.world.clock.nowMs())
    }
    one.step()
    other.step()
    expect(other.world.trace.hash).not.toBe(one.world.trace.hash)
    expect(other.parted).toEqual({ event: crashEvent - 50, atMs: runTo(crashEvent - 50).world.clock.nowMs() })
  })

  it('is the same fork again', () => {
    const forks = [fork(crashEvent - 50, { kind: 'strike', name: 'crash-in-nvram-write' })]
    const once = runWorld({ seed: SEED, operations: OPERATIONS, forks })
    expect(runWorld({ seed: SEED, operations: OPERATIONS, forks })).toEqual(once)
    expect(once.hash).not.toBe(plan.world?.hash)
  })

  it('leaves out a fault, without which there is no takeover after it', () => {
    const without = outlineOf([fork(crashEvent - 1, { kind: 'without', fault: crash })])
    expect(struck(without)[crash]).not.toEqual(struck(plan)[crash])
    expect(struck(without).slice(0, crash)).toEqual(struck(plan).slice(0, crash))
    expect(without.world?.parted).toEqual({ event: crashEvent, atMs: plan.faults[crash]?.atMs, leftOut: 'crash' })
    const nextMs = plan.faults[crash + 1]?.atMs ?? plan.end.atMs
    const takeovers = ({ takeovers: all }: SimulationOutline) =>
      all.filter(({ atMs }) => atMs >= (plan.faults[crash]?.atMs ?? 0) && atMs < nextMs).length
    expect(takeovers(plan)).toBe(1)
    expect(takeovers(without)).toBe(0)
  })

  it('lets later faults hit what they would have hit, where it is told how much the one drew that is left out', () => {
    const { seed, number, outline } = seedWithTwoHits()
    const [left, next] = [outline.faults[number], present(outline.faults[number + 1], 'the next fault')]
    const without = outlineOf([fork(0, { kind: 'without', fault: number, draws: left?.draws })], seed).faults[number]
    expect(left?.draws).toBeGreaterThan(0)
    expect(without).toMatchObject({ name: next.name, atMs: next.atMs })
    expect(without?.hits[0]?.place).toBe(next.hits[0]?.place)
  })

  it('has another fault strike at the same moment, on the controller that was chosen', () => {
    const { world } = runTo(crashEvent - 1)
    const alive = CONTROLLER_IDS.filter((id) => world.incarnation(id)?.state === 'running')
    expect(alive).not.toEqual([])
    for (const controller of alive) {
      const instead = outlineOf([fork(0, { kind: 'instead', fault: crash, name: 'hang-for-good', controller })])
      expect(instead.faults[crash]).toMatchObject({
        name: 'hang-for-good',
        event: crashEvent,
        atMs: plan.faults[crash]?.atMs,
        hits: [{ place: `controller-${controller}` }],
      })
      expect(instead.faults).toHaveLength(plan.faults.length)
    }
  })

  it('can be forked again: numbers of faults are those of the run that is forked', () => {
    const first = fork(crashEvent - 1, { kind: 'strike', name: 'cut' })
    const once = outlineOf([first])
    expect(once.faults[crash]).toMatchObject({ name: 'cut', event: crashEvent - 1 })
    const twice = outlineOf([first, fork(crashEvent - 1, { kind: 'without', fault: crash + 1 })])
    expect(struck(twice).slice(0, crash + 1)).toEqual(struck(once).slice(0, crash + 1))
    expect(twice.world?.parted?.event).toBe(once.faults[crash + 1]?.event)
    const both = outlineOf([fork(0, { kind: 'without', fault: 0 }), fork(0, { kind: 'without', fault: 0 })])
    expect(both.world?.parted?.atMs).toBe(plan.faults[1]?.atMs)
  })

  it('draws anew for each of several faults that strike after the same event', () => {
    const change = { kind: 'strike', name: 'crash' } as const
    const forks = new Forks([fork(9, change), fork(9, change)], { seed: SEED, now: () => ({ event: 9, atMs: 90 }) })
    const drawn = [forks.takeDue(), forks.takeDue()].map((due) => (due !== undefined && 'random' in due ? due.random.u32() : undefined))
    expect(drawn[0]).not.toBe(drawn[1])
    expect(drawn).not.toContain(undefined)
    expect(forks.takeDue()).toBeUndefined()
  })

  it('has parted for the last time with its last change', () => {
    let event = 5
    const change = { kind: 'strike', name: 'crash' } as const
    const forks = new Forks([fork(5, change), fork(9, change)], { seed: SEED, now: () => ({ event, atMs: 10 * event }) })
    expect(forks.takeDue()).toBeDefined()
    expect(forks.parted).toBeUndefined()
    event = 9
    expect(forks.takeDue()).toBeDefined()
    expect(forks.parted).toEqual({ event: 9, atMs: 90 })
  })

  it('draws as many random numbers of the plan as it is told for what it leaves out', () => {
    const [random, expected] = [new Prng(7), new Prng(7)]
    const strikes = new Strikes({ random, forked: () => ({ draws: 3, instead: undefined }) } as Partial<StrikesParts> as StrikesParts)
    strikes.strike(present(faultNamed('crash'), 'crash'), random)
    for (let draw = 0; draw < 3; draw++) expected.u32()
    expect(random.u32()).toBe(expected.u32())
  })

  it('says that it has not come about where there is nothing to change, and is the same run then', () => {
    const { fromEvent, untilEvent } = present(plan.world?.forks, 'where it can be forked')
    const never = [
      fork(fromEvent - 1, { kind: 'strike', name: 'crash' }),
      fork(untilEvent + 1, { kind: 'strike', name: 'crash' }),
      fork(plan.end.event + 1000, { kind: 'strike', name: 'crash' }),
      fork(crashEvent, { kind: 'without', fault: crash }),
      fork(0, { kind: 'without', fault: 1000 }),
    ]
    for (const one of never) {
      const outline = outlineOf([one])
      expect(outline.world?.hash).toBe(plan.world?.hash)
      expect(outline.world?.parted).toBeUndefined()
    }
    for (const event of [fromEvent, untilEvent])
      expect(outlineOf([fork(event, { kind: 'strike', name: 'crash' })]).world?.parted?.event).toBe(event)
  })
})

describe('a policy of a fork', () => {
  const from = present(plan.world?.forks, 'where it can be forked').fromEvent + 1
  const set = (change: ForkChange): WorldRun => runTo(crashEvent, [fork(from, change)])

  it('is set by a service request, at the pair that serves', () => {
    const stateOf = (run: WorldRun) => present(run.world.controller('a')?.state, 'the state of A')
    expect(stateOf(runTo(crashEvent)).cachePolicy ?? 'write-through').toBe('write-through')
    const cache = set({ kind: 'policy', policy: 'cache-policy', value: 'write-back-unmirrored' })
    expect(stateOf(cache).cachePolicy).toBe('write-back-unmirrored')
    expect(stateOf(set({ kind: 'policy', policy: 'dispatch-scheme', value: 'serve-locally' })).dispatchScheme).toBe('serve-locally')
    expect(stateOf(set({ kind: 'policy', policy: 'automatic-giveback', value: 'off' })).automaticGiveback).toBe(false)
    expect(stateOf(set({ kind: 'policy', policy: 'ownership-by-load', value: 'on' })).ownershipByLoad).toBe(true)
  })

  it('is set beside others that change after the same event', () => {
    const policies = [
      { kind: 'policy', policy: 'automatic-giveback', value: 'off' },
      { kind: 'policy', policy: 'ownership-by-load', value: 'on' },
      { kind: 'policy', policy: 'cache-policy', value: 'write-back-unmirrored' },
    ] as const
    const run = runTo(
      crashEvent,
      policies.map((change) => fork(from, change)),
    )
    expect(run.world.controller('a')?.state).toMatchObject({
      automaticGiveback: false,
      ownershipByLoad: true,
      cachePolicy: 'write-back-unmirrored',
    })
  })

  it('makes detection quicker or slower', () => {
    const takeoverMs = (heartbeatMs: string): number => {
      const outline = outlineOf([
        fork(from, { kind: 'policy', policy: 'heartbeat-ms', value: heartbeatMs }),
        fork(from, { kind: 'instead', fault: 0, name: 'hang-for-good', controller: 'a' }),
        // Nothing else gets in its way.
        ...[1, 1, 1, 1, 1].map((fault) => fork(from, { kind: 'without', fault })),
      ])
      expect(outline.violations).toEqual([])
      const hungMs = present(outline.faults[0], 'the hang').atMs
      return (
        present(
          outline.takeovers.find(({ atMs }) => atMs > hungMs),
          'a takeover',
        ).atMs - hungMs
      )
    }
    expect(takeoverMs('25')).toBeLessThan(300)
    expect(takeoverMs('200')).toBeGreaterThan(1200)
  })
})

describe('what a fork may have', () => {
  it('is what the checks of its world can judge', () => {
    const whole = { losesPower: false, smallArray: undefined }
    expect(forkableFaults(whole)).toContain('drive-failure')
    expect(forkableFaults(whole)).not.toContain('power-loss')
    expect(forkableFaults(whole)).not.toContain('two-drives')
    expect(forkableFaults({ ...whole, losesPower: true })).toContain('power-loss')
    expect(forkableFaults({ ...whole, losesPower: true })).not.toContain('drive-failure')
    const smallArray = { chunkBlocks: 8, stripes: 100, hasMoreVolumes: false, survivesMore: true }
    expect(forkableFaults({ ...whole, smallArray })).toContain('two-drives')
    expect(forkableFaults({ ...whole, smallArray: { ...smallArray, survivesMore: false } })).not.toContain('two-drives')
  })

  it('is refused with a sentence otherwise', () => {
    const swarm = swarmOf({ seed: SEED, operations: OPERATIONS })
    expect(forkProblem([fork(1, { kind: 'strike', name: 'crash' })], swarm)).toBeUndefined()
    expect(forkProblem([fork(1, { kind: 'without', fault: 1 })], swarm)).toBeUndefined()
    expect(forkProblem([fork(1, { kind: 'instead', fault: 1, name: 'flood' })], swarm)).toContain('"flood"')
  })
})
