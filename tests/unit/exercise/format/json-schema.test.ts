/** The published schema is the one that files are decoded with. To write it anew: run this test with `--update`. */
import { toJsonSchema } from '@valibot/to-json-schema'
import { format, resolveConfig } from 'prettier'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import {
  allowedSchema,
  checkSchema,
  durationSchema,
  exerciseSchema,
  questionSchema,
  timedActSchema,
} from '../../../../src-main/exercise/format/schema'

const FILE = fileURLToPath(new URL('../../../../docs/exercise.schema.json', import.meta.url))

const definitions = { act: timedActSchema, allowed: allowedSchema, check: checkSchema, duration: durationSchema, question: questionSchema }

it('docs/exercise.schema.json is in step', async () => {
  const schema = toJsonSchema(exerciseSchema, { errorMode: 'ignore', typeMode: 'input', definitions })
  const json = JSON.stringify({ ...schema, title: 'An exercise of Takeover Lab: the fields before the text of exercise.md' })
  const options = await resolveConfig(FILE)
  await expect(await format(json, { ...options, parser: 'json' })).toMatchFileSnapshot(FILE)
})
