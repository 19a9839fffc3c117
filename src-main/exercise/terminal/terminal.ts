/** Where a learner without a window reads and writes. */
export interface Terminal {
  say(text: string): void
  /** Undefined: nobody is there any more. */
  ask(prompt: string): Promise<string | undefined>
}
