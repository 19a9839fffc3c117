import { expect, it } from 'vitest'
import { ImportGraph } from '../../mutation/import-graph'

const MIRROR = 'tests/unit/base/bytes.test.ts'
const OTHER = 'tests/unit/base/slab.test.ts'
const FAR = 'tests/unit/core/nvram/write-cache.test.ts'

it('the tests of a file are those that reach it by their imports, its mirror first', () => {
  const graph = new ImportGraph([FAR, OTHER, MIRROR])
  expect(graph.testsOf('src-main/base/bytes.ts')).toEqual([MIRROR, FAR])
  expect(graph.testsOf('src-main/core/nvram/mirror/mirror.ts')).toEqual([FAR])
})

it('a file that is imported only for its types is not reached', () => {
  // The core takes nothing but types from it.
  expect(new ImportGraph([FAR]).testsOf('src-main/core/ports.ts')).toEqual([])
})
