/** Arrays within each other, as text. */
export function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}
