import { describe, expect, it } from 'vitest'
import { runBatch } from '../../fuzz/batch'
import { batchOf, CORPUS_FOLDER, readCorpus } from '../../fuzz/corpus'

/** What the fuzzer found, once it was mended. */
describe('Hostile input that was too much once', () => {
  it.each(readCorpus(CORPUS_FOLDER))(
    '$name is taken as it should: $file.found',
    async ({ file }) => {
      expect(await runBatch(batchOf(file))).toBeUndefined()
    },
    60_000,
  )
})
