/**
 * The next value of something, or the one before where both say the same: inside of what differs, too. So whoever compares by identity
 * finds out what has changed. Plain data only.
 */
export function sameOrNext<T>(before: unknown, next: T): T
export function sameOrNext(before: unknown, next: unknown): unknown {
  if (Object.is(before, next)) return before
  if (Array.isArray(before) && Array.isArray(next)) return sameList(before, next)
  if (isObject(before) && isObject(next)) return sameObject(before, next)
  return next
}

function sameList(before: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  const merged = next.map((value, index) => sameOrNext(before[index], value))
  return merged.length === before.length && merged.every((value, index) => Object.is(value, before[index])) ? before : merged
}

function sameObject(before: Readonly<Record<string, unknown>>, next: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(next)
  const merged = Object.fromEntries(keys.map((key) => [key, sameOrNext(before[key], next[key])]))
  const isSame = keys.length === Object.keys(before).length && keys.every((key) => key in before && Object.is(merged[key], before[key]))
  return isSame ? before : merged
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
