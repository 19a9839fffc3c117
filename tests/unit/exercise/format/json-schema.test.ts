/** The published schema is the one that files are decoded with. To write it anew: run this test with `--update`. */
import { toJsonSchema } from '@valibot/to-json-schema'
import { format, resolveConfig } from 'prettier'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { demoSchema } from '../../../../src-main/exercise/format/demo-schema'
import {
  allowedSchema,
  checkSchema,
  durationSchema,
  exerciseSchema,
  questionSchema,
  timedActSchema,
} from '../../../../src-main/exercise/format/schema'

const FILE = fileURLToPath(new URL('../../../../docs/exercise.schema.json', import.meta.url))
const DEMO_FILE = fileURLToPath(new URL('../../../../docs/demo.schema.json', import.meta.url))

const definitions = { act: timedActSchema, allowed: allowedSchema, check: checkSchema, duration: durationSchema, question: questionSchema }

it('docs/exercise.schema.json is in step', async () => {
  const schema = toJsonSchema(exerciseSchema, { errorMode: 'ignore', typeMode: 'input', definitions })
  const json = JSON.stringify({ ...schema, title: 'An exercise of Takeover Lab: the fields before the text of exercise.md' })
  const options = await resolveConfig(FILE)
  await expect(await format(json, { ...options, parser: 'json' })).toMatchFileSnapshot(FILE)
})

it('docs/demo.schema.json is in step', async () => {
  const demoDefinitions = { act: timedActSchema, duration: durationSchema }
  const schema = toJsonSchema(demoSchema, { errorMode: 'ignore', typeMode: 'input', definitions: demoDefinitions })
  const json = JSON.stringify({ ...schema, title: 'A demo of Takeover Lab: the fields before the text of demo.md' })
  const options = await resolveConfig(DEMO_FILE)
  await expect(await format(json, { ...options, parser: 'json' })).toMatchFileSnapshot(DEMO_FILE)
})
