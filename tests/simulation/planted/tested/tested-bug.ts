import type { PlantedBug } from '../../../../src-main/firmware/planted-bug'

/** A planted bug that a named test finds, since worlds drawn from seeds meet it too rarely or not at all. */
export interface TestedBug extends Pick<PlantedBug, 'name' | 'file' | 'find' | 'replace' | 'why'> {
  /** The test fails with the bug. Without it all tests pass. */
  readonly foundBy: {
    /** Under `tests`. */
    readonly file: string
    /** With the names of what it stands in: `suite > test`. */
    readonly test: string
  }
}
