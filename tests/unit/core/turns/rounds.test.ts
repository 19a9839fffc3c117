import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src-main/contract/limits'
import { Rounds, type Place, type Portion } from '../../../../src-main/core/turns/rounds'
import { ManualTurns } from '../../../support/manual-turns'
import { VirtualClock } from '../../../support/virtual-world'

const { portionBytes, turnBytes, turnMs, patientRest } = LIMITS
const STEP_MS = 0.5

/** Rounds whose turns end when the test says so, and guests who want a number of pieces of work each. */
class Bench {
  readonly clock = new SteppedClock()
  readonly turns = new ManualTurns()
  readonly rounds = new Rounds({ clock: this.clock, turn: this.turns })
  readonly served: string[] = []

  constructor() {
    this.turns.isHolding = true
  }

  /** Each piece of its work takes so many bytes and so long. */
  guest(name: string, { pieceBytes = portionBytes, pieceMs = 0 } = {}): Guest {
    let pieces = 0
    const serve = (portion: Portion): boolean => {
      while (pieces > 0 && !portion.isSpent) {
        pieces--
        this.served.push(name)
        this.clock.spend(pieceMs)
        portion.take(pieceBytes)
      }
      return pieces > 0
    }
    const place = this.rounds.join(serve)
    const ask = (count: number): void => {
      pieces += count
      place.wake()
    }
    return { place, ask }
  }

  /** As long as anybody could want. */
  goOn(): void {
    for (let turn = 0; turn < 50; turn++) {
      this.turns.step()
      this.clock.run(10)
    }
  }

  takeServed(): string {
    return this.served.splice(0).join('')
  }
}

interface Guest {
  readonly place: Place
  ask(pieces: number): void
}

/** Time passes only where it is spent. */
class SteppedClock extends VirtualClock {
  #spentMs = 0

  override nowMs(): number {
    return super.nowMs() + this.#spentMs
  }

  spend(ms: number): void {
    this.#spentMs += ms
  }
}

describe('Rounds', () => {
  it('serves at once who asks for little', () => {
    const bench = new Bench()
    const guest = bench.guest('a', { pieceBytes: 4096 })
    guest.ask(3)
    expect(bench.takeServed()).toBe('aaa')
  })

  it('ends a turn when it has moved enough, and goes on in the next', () => {
    const bench = new Bench()
    bench.guest('a').ask(10)
    const perTurn = turnBytes / portionBytes
    expect(bench.takeServed()).toBe('a'.repeat(perTurn))
    bench.turns.step()
    expect(bench.takeServed()).toBe('a'.repeat(perTurn))
    bench.turns.step()
    expect(bench.takeServed()).toBe('a'.repeat(10 - 2 * perTurn))
  })

  it('ends a turn when it has taken long enough', () => {
    const bench = new Bench()
    bench.guest('a', { pieceBytes: 1, pieceMs: turnMs }).ask(1)
    bench.guest('b', { pieceBytes: 1 }).ask(1)
    expect(bench.takeServed()).toBe('a')
    bench.turns.step()
    expect(bench.takeServed()).toBe('b')
  })

  it('serves the patient in turn', () => {
    const bench = new Bench()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => bench.guest(name, { pieceBytes: turnBytes }))
    for (const guest of [a, b, c]) guest?.ask(2)
    bench.goOn()
    expect(bench.takeServed()).toBe('abcabc')
  })

  it('lets one that took more than its portion wait until the others have had as much', () => {
    const bench = new Bench()
    bench.guest('a', { pieceBytes: 4 * portionBytes }).ask(2)
    bench.guest('b').ask(8)
    bench.goOn()
    const served = bench.takeServed()
    expect(served.slice(0, 6)).toMatch(/^ab{3,4}a?b?/)
    expect(served.indexOf('a', 1)).toBeGreaterThanOrEqual(4)
    expect([...served].sort().join('')).toBe('aabbbbbbbb')
  })

  it('does not let one that owes be prompt because it has paused', () => {
    const bench = new Bench()
    const greedy = bench.guest('g', { pieceBytes: 16 * portionBytes })
    const modest = bench.guest('m', { pieceBytes: 4096 })
    greedy.ask(1)
    expect(bench.takeServed()).toBe('g')
    greedy.ask(1)
    modest.ask(1)
    bench.turns.step()
    // Though it asked later.
    expect(bench.takeServed()).toBe('m')
    bench.goOn()
    expect(bench.takeServed()).toBe('g')
  })

  it.each([
    { patients: 1, rest: 1 },
    { patients: 2, rest: 2 },
    { patients: 12, rest: patientRest },
  ])('lets $patients of the patient rest for $rest times what they took while others are served', ({ patients, rest }) => {
    const bench = new Bench()
    for (let i = 0; i < patients; i++) bench.guest('p', { pieceMs: turnMs }).ask(100)
    for (let turn = 1; turn < patients; turn++) bench.turns.step()
    expect(bench.takeServed()).toBe('p'.repeat(patients))
    const prompt = bench.guest('a', { pieceBytes: 4096 })
    let restedMs = -STEP_MS
    do {
      bench.clock.spend(STEP_MS)
      restedMs += STEP_MS
      prompt.ask(1)
      bench.turns.step()
    } while (bench.takeServed() === 'a')
    expect(restedMs).toBeGreaterThanOrEqual(turnMs * rest - 1)
    expect(restedMs).toBeLessThanOrEqual(turnMs * rest + 4)
  })

  it('ends their rest when nobody else asks any more', () => {
    const bench = new Bench()
    bench.guest('p', { pieceMs: turnMs }).ask(3)
    bench.guest('a', { pieceBytes: 4096 }).ask(1)
    bench.turns.step()
    expect(bench.takeServed()).toBe('pa')
    bench.clock.run(1)
    expect(bench.takeServed()).toBe('p')
  })

  it('has no rest for the patient who are alone', () => {
    const bench = new Bench()
    bench.guest('p', { pieceMs: turnMs }).ask(5)
    for (let turn = 1; turn < 5; turn++) bench.turns.step()
    expect(bench.takeServed()).toBe('ppppp')
  })

  it('forgets one that has left, even in the middle of its work', () => {
    const bench = new Bench()
    const left = bench.guest('l')
    left.ask(100)
    bench.takeServed()
    left.place.leave()
    left.ask(1)
    bench.turns.step()
    expect(bench.takeServed()).toBe('')
  })
})
