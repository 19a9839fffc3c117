/** What is wrong with a drive because somebody made it so. All of it is over when the lab stops. */
export interface DriveFaults {
  /** `pulled`: its bay is empty. `dead`: it is in its bay and answers nothing until another one takes its place. */
  readonly presence: 'present' | 'pulled' | 'dead'
  /** Time that every access takes on top. */
  readonly extraLatencyMs: number
  /** Sectors that cannot be read until they are written, in ascending order. */
  readonly badSectors: readonly number[]
}
