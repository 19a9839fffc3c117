/** A broken invariant: a bug in the lab, never an operator's or an initiator's mistake. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/**
 * Stays on in production. A failed assertion kills the worker, and the window says so. On the path of every I/O, a message
 * that contains figures is passed as a function, because building the text costs more than the check.
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (!condition) throw new InvariantError(typeof message === 'string' ? message : message())
}

/** Closes a switch over a union: adding a member without handling it fails to compile. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`)
}

/** Returns the value and asserts that there is one. */
export function present<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} is missing`)
  return value
}
