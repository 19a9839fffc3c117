import { expect } from 'vitest'
import type { ArrayState, Operation } from '../../src-main/contract/array-state'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import { movedCount } from '../../src-main/core/management/operations'
import type { World } from '../../src-main/simulator/world'
import { tale } from './simulation'

/** Something that happens in a world, from a moment on to another. Prepared anew it goes the same way, event by event. */
export interface Happening<W extends { readonly world: World }> {
  prepare(): W
  begin(prepared: W): void
  /** Looked at after every event. */
  isOver(prepared: W): boolean
}

const MAX_EVENTS = 5000

/** Of the clock, from the beginning to the end of what happens. */
export function eventsOf<W extends { readonly world: World }>(happening: Happening<W>): number {
  const prepared = happening.prepare()
  happening.begin(prepared)
  let events = 0
  while (!happening.isOver(prepared)) {
    expect(++events, `it comes to an end\n${tale(prepared.world)}`).toBeLessThan(MAX_EVENTS)
    prepared.world.clock.step()
  }
  return events
}

/** The same again, up to behind its event number `events`. */
export function atEvent<W extends { readonly world: World }>(happening: Happening<W>, events: number): W {
  const prepared = happening.prepare()
  happening.begin(prepared)
  for (let event = 0; event < events; event++) prepared.world.clock.step()
  return prepared
}

/** What must hold at the end of every happening, however it was struck: both know the same, and every volume has one owner. */
export function expectOnePair(world: World, label: string): ArrayState {
  const [a, b] = CONTROLLER_IDS.map((id) => world.controller(id)?.report().array)
  if (a === undefined) throw new Error(`${label}: no state`)
  expect(b, label).toEqual(a)
  expect(
    a.ownership.map(({ volumeId }) => volumeId),
    label,
  ).toEqual(a.configuration.volumes.map(({ id }) => id))
  for (const { lun, volumeId } of a.configuration.luns) {
    const owner = a.ownership.find((ownership) => ownership.volumeId === volumeId)?.owner
    for (const id of CONTROLLER_IDS) {
      const access = ([1, 2] as const).map((group) => world.controller(id)?.directory.find(lun)?.accessState(group))
      expect(access, `${label}: LUN ${lun} at ${id}`).toEqual(
        owner === 'a' ? ['active-optimized', 'active-non-optimized'] : ['active-non-optimized', 'active-optimized'],
      )
    }
  }
  expect(world.writers.violations, label).toEqual([])
  return a
}

/** Every operation comes to an end, and what is said of it then is true in the very state that says so. */
export class OperationWatch {
  readonly #problems: string[] = []
  readonly #known = new Map<string, Operation['state']>()
  #generation = 0

  constructor(world: World) {
    world.stateListeners.push((_, state) => this.#look(state))
  }

  expectEnded(state: ArrayState, label: string): void {
    expect(this.#problems, label).toEqual([])
    expect(state.operations?.filter((operation) => operation.state === 'running') ?? [], label).toEqual([])
  }

  /** Each state once: the other controller installs it too, and later. */
  #look(state: ArrayState): void {
    if (state.generation <= this.#generation) return
    this.#generation = state.generation
    for (const operation of state.operations ?? []) {
      const { id, name, volumes, error } = operation
      const before = this.#known.get(id)
      this.#known.set(id, operation.state)
      if (operation.state === before) continue
      const isMoved = operation.to === undefined || movedCount(state, operation) === volumes.length
      if (operation.state === 'done' && !isMoved)
        this.#problems.push(`${name} ${id} is done in generation ${state.generation}, but its volumes are elsewhere`)
      if (operation.state === 'failed' && error === undefined) this.#problems.push(`${name} ${id} failed without a reason`)
      if (operation.state === 'running' && before !== undefined && before !== 'failed')
        this.#problems.push(`${name} ${id} runs again after it was ${before}`)
    }
  }
}
