/** A function to be called `count` times. The last call runs `done`. */
export function countdown(count: number, done: () => void): () => void {
  let left = count
  return () => {
    left--
    if (left === 0) done()
  }
}
