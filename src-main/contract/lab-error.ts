/** Why the lab did not do what the window, or a program, asked of it. */
export interface LabError {
  readonly code: 'bad-command' | 'not-possible-now' | 'failed'
  readonly message: string
  readonly field?: string
}
