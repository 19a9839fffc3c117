/**
 * Delta debugging: leaves out parts of the list, large ones first, as long as `holds` for what is left, until each element is needed.
 * `holds` yields whenever the caller may stop.
 */
export function* smallestList<T>(
  all: readonly T[],
  holds: (list: readonly T[]) => Generator<void, boolean, void>,
): Generator<void, readonly T[], void> {
  if (all.length === 0 || (yield* holds([]))) return []
  let list = all
  let parts = 2
  while (list.length > 1) {
    const smaller = yield* withoutOne(list, Math.ceil(list.length / parts), holds)
    if (smaller !== undefined) {
      list = smaller
      parts = Math.max(2, parts - 1)
    } else if (parts >= list.length) break
    else parts = Math.min(list.length, parts * 2)
  }
  return list
}

/** Without one part of that length. Undefined: all are needed. */
function* withoutOne<T>(
  list: readonly T[],
  length: number,
  holds: (list: readonly T[]) => Generator<void, boolean, void>,
): Generator<void, readonly T[] | undefined, void> {
  for (let from = 0; from < list.length; from += length) {
    const smaller = list.toSpliced(from, length)
    if (smaller.length > 0 && (yield* holds(smaller))) return smaller
  }
  return undefined
}
