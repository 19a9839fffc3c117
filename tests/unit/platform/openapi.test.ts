import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { serviceTable } from '../../../src-main/core/management/requests'
import { openApiDocument } from '../../../src-main/platform/openapi'

const document = openApiDocument(serviceTable(), '1.2.3') as {
  readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>> }
}

it('is OpenAPI 3.1, as a validator sees it', async () => {
  const result = await new Validator().validate(document)
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
})

it('has a schema for each request of the table, with its parameters', () => {
  for (const { name, parameters } of serviceTable().requests) {
    const schema = Object.values(document.components.schemas).find(
      ({ properties }) => (properties['name'] as { const?: string } | undefined)?.const === name,
    )
    const params = schema?.properties['params'] as { properties: object; required: string[] } | undefined
    expect(Object.keys(params?.properties ?? {}), name).toEqual(parameters.map((parameter) => parameter.name))
    expect(params?.required, name).toEqual(parameters.filter(({ required }) => required).map((parameter) => parameter.name))
  }
})

it('refers to nothing that is not there', () => {
  const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '')
  expect(names.length).toBeGreaterThan(serviceTable().requests.length)
  expect(names.filter((name) => !(name in document.components.schemas))).toEqual([])
})
