import type { Writable } from 'node:stream'

/** Whoever reads our output may end before us, as in `serve | head -1`. What we say then is lost, and nothing else. */
export function outliveReaders(outputs: readonly Writable[]): void {
  for (const output of outputs) output.on('error', () => undefined)
}
