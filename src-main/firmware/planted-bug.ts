/** A bug that such pairs really had, as a change of the sources. Compiled only for the test that must find it. */
export interface PlantedBug {
  readonly name: string
  /** Of the project. */
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly replace: string
  /** A second place, where one line of defence hides the other. */
  readonly also?: { readonly file: string; readonly find: string; readonly replace: string }
  /** What goes wrong for whom. */
  readonly why: string
  /** Where the search begins; left out: at seed 1. Only to save time: chosen shortly before a seed that is known to find it. */
  readonly searchFrom?: number
  /** One of these finds it. */
  readonly checkers: readonly string[]
}
