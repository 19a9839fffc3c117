import { CONTROLLER_IDS } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import { SERVICE_ERROR_CODES, type ServiceParameter, type ServiceRequestDescription } from '../contract/service-request'
import type { ServiceTable } from '../contract/snapshot'

type Schema = Readonly<Record<string, unknown>>

/** The management port as an OpenAPI 3.1 document, made of the table of service requests: a new request is in it by itself. */
export function openApiDocument({ requests }: ServiceTable, version: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Takeover Lab: service requests',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Each controller of the pair takes all service requests at its management address. After a takeover the survivor answers at ' +
        'both. A request that is sent again with the same id gives its first answer, whichever controller it is sent to.',
    },
    security: [{ token: [] }],
    paths: {
      '/v1/service-requests': { get: listOperation(), post: serviceOperation(requests) },
      '/v1/openapi.json': { get: documentOperation() },
      '/metrics': { get: metricsOperation() },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'The token of the lab: in access.json in its folder.' } },
      schemas: {
        ...Object.fromEntries(requests.map((request) => [schemaName(request.name), requestSchema(request)])),
        Answer: answerSchema(),
        Failure: failureSchema(),
        Description: descriptionSchema(),
      },
    },
  }
}

function serviceOperation(requests: readonly ServiceRequestDescription[]): Schema {
  const references = requests.map(({ name }) => [name, reference(schemaName(name))] as const)
  return {
    operationId: 'serviceRequest',
    summary: 'Sends a service request: configuration, management, or monitoring.',
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            oneOf: references.map(([, schema]) => schema),
            discriminator: { propertyName: 'name', mapping: Object.fromEntries(references.map(([name, { $ref }]) => [name, $ref])) },
          },
        },
      },
    },
    responses: {
      200: jsonResponse('It was carried out, now or when it first came.', reference('Answer')),
      default: jsonResponse('It was refused. The message says what is wrong and what to do.', reference('Failure')),
    },
  }
}

function listOperation(): Schema {
  const schema = { type: 'object', properties: { requests: { type: 'array', items: reference('Description') } }, required: ['requests'] }
  return {
    operationId: 'listServiceRequests',
    summary: 'The table of all service requests.',
    responses: { 200: jsonResponse('The table.', schema) },
  }
}

function documentOperation(): Schema {
  return { operationId: 'openApi', summary: 'This document.', responses: { 200: jsonResponse('OpenAPI 3.1.', { type: 'object' }) } }
}

function metricsOperation(): Schema {
  return {
    operationId: 'metrics',
    summary: 'Measurements of the controller that answers here, for Prometheus.',
    responses: { 200: { description: 'Text format 0.0.4.', content: { 'text/plain': { schema: { type: 'string' } } } } },
  }
}

function requestSchema({ name, kind, summary, parameters }: ServiceRequestDescription): Schema {
  const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name)
  return {
    type: 'object',
    title: name,
    description: `${summary} (${kind})`,
    properties: {
      id: {
        type: 'string',
        minLength: 1,
        maxLength: LIMITS.serviceRequestIdLength,
        pattern: '^[\\x21-\\x7e]+$',
        description: 'Chosen by the caller. Sent again it gives the first answer.',
      },
      since: { type: 'integer', minimum: 0, description: 'resultCount of the array when the id was chosen.' },
      name: { const: name },
      params: {
        type: 'object',
        properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameterSchema(parameter)])),
        required,
        additionalProperties: false,
      },
    },
    required: ['id', 'name', ...(required.length > 0 ? ['params'] : [])],
    additionalProperties: false,
  }
}

function parameterSchema({ type, summary, choices, unit }: ServiceParameter): Schema {
  const description = unit === undefined ? summary : `${summary} Unit: ${unit}.`
  if (type === 'choice') return { type: 'string', enum: choices ?? [], description }
  // A volume or a drive may be named by its number.
  if (type === 'text') return { type: ['string', 'integer'], description }
  return { type, description }
}

function answerSchema(): Schema {
  return {
    type: 'object',
    properties: {
      id: { type: 'string' },
      receivedBy: { enum: CONTROLLER_IDS },
      servedBy: { enum: CONTROLLER_IDS },
      route: { type: 'array', items: { type: 'string' }, description: 'The way that the request went.' },
      result: {},
    },
    required: ['id', 'receivedBy', 'servedBy', 'route', 'result'],
  }
}

function failureSchema(): Schema {
  const error = {
    type: 'object',
    properties: {
      code: { enum: [...SERVICE_ERROR_CODES, 'unauthorized', 'forbidden'] },
      message: { type: 'string' },
      field: { type: 'string' },
    },
    required: ['code', 'message'],
  }
  return {
    type: 'object',
    properties: { id: { type: 'string' }, receivedBy: { enum: CONTROLLER_IDS }, error },
    required: ['id', 'receivedBy', 'error'],
  }
}

function descriptionSchema(): Schema {
  return {
    type: 'object',
    properties: {
      name: { type: 'string' },
      kind: { type: 'string' },
      summary: { type: 'string' },
      parameters: { type: 'array', items: { type: 'object' } },
    },
    required: ['name', 'kind', 'summary', 'parameters'],
  }
}

function jsonResponse(description: string, schema: Schema): Schema {
  return { description, content: { 'application/json': { schema } } }
}

function reference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` }
}

/** "move-volume" becomes "MoveVolume". */
function schemaName(request: string): string {
  return request.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
