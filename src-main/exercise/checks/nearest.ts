/** Names further away than this are no slip of the fingers. */
const MOST_CHANGES = 3

/** The end of a message about a name that is not known: what was meant, or what there is. */
export function suggest(name: string, known: readonly string[]): string {
  const near = known
    .map((one) => ({ one, changes: changesBetween(name, one) }))
    .toSorted((a, b) => a.changes - b.changes)
    .find(({ changes }) => changes <= MOST_CHANGES)
  if (near !== undefined) return `Did you mean ${near.one}?`
  return known.length === 0 ? 'There are none.' : `There are: ${known.slice(0, 20).join(', ')}.`
}

/** How many letters have to be changed, added or left out. */
function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1]
    for (const [index, otherLetter] of [...other].entries()) {
      const replaced = (row[index] ?? 0) + (letter === otherLetter ? 0 : 1)
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
