import type * as fc from 'fast-check'

/**
 * One thing that takes input from outside. A *case* is one input for it, as plain JSON, so that it can be kept in a file. A *bench* is
 * a running instance, which takes many cases one after the other, as the real one does.
 */
export interface FuzzTarget {
  readonly name: string
  /** How often it is chosen, beside the others. */
  readonly share: number
  readonly casesPerBench: number
  /** The most that a bench may grow between its first quarter and its end, beside what it must keep. */
  readonly growthMib: number
  /** One case, or for a hang: nothing takes longer. */
  readonly slowMs: number
  readonly cases: fc.Arbitrary<unknown>
  open(seed: number): FuzzBench | Promise<FuzzBench>
}

/** Whatever is thrown is a finding: an assertion of the core, or a `Finding` of the bench. */
export interface FuzzBench {
  run(item: unknown): void | Promise<void>
  /** What must hold once all cases of a batch are over. */
  finish(): void | Promise<void>
  close(): void | Promise<void>
}

/** The target does something that it must not do. */
export class Finding extends Error {
  override readonly name = 'Finding'
}

/** It takes all cases together. */
export class Growth extends Finding {}

export function expectThat(condition: boolean, sentence: () => string): asserts condition {
  if (!condition) throw new Finding(sentence())
}

/** Ties the type of the cases to what makes them and what takes them. */
export function fuzzTarget<Case>(
  target: Omit<FuzzTarget, 'cases' | 'open'> & {
    readonly cases: fc.Arbitrary<Case>
    open(seed: number): CaseBench<Case> | Promise<CaseBench<Case>>
  },
): FuzzTarget {
  return {
    ...target,
    open: async (seed) => {
      const bench = await target.open(seed)
      return {
        run: (item) => bench.run(item as Case),
        finish: () => bench.finish(),
        close: () => bench.close(),
      }
    },
  }
}

export interface CaseBench<Case> extends Omit<FuzzBench, 'run'> {
  run(item: Case): void | Promise<void>
}
