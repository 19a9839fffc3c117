/** The short form of `npm run soak`: each kind of fault, the whole application killed among them, and all read back. */
import { expect, it } from 'vitest'
import { DECK_SIZE } from '../soak/faults'
import { runSoak } from '../soak/soak'

const SEED = 1

it(`loses nothing in ${DECK_SIZE} random faults of seed ${SEED}`, async () => {
  const said: string[] = []
  const result = await runSoak({ faults: DECK_SIZE, seed: SEED, say: (line) => said.push(line) })
  expect(result.trouble, said.join('\n')).toBeUndefined()
  expect(result).toMatchObject({ lost: 0, verified: result.blocks })
  expect(result.blocks).toBeGreaterThan(5000)
  expect(result.acknowledged).toBeGreaterThan(500)
  expect(result.overlapping).toBeGreaterThan(20)
  expect(Object.keys(result.faults).sort()).toEqual([...result.kinds].sort())
})
