import { request as httpRequest } from 'node:http'
import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import { parseJson } from '../contract/json'
import type { LabError } from '../contract/lab-error'
import { LIMITS } from '../contract/limits'
import type { SocketAddress } from '../contract/midplane'
import { serviceAnswerSchema, type ServiceAnswer, type ServiceRequest } from '../contract/service-request'
import type { ServiceTable } from '../contract/snapshot'

const ANSWER_WITHIN_MS = 30_000

export interface ManagementClientOptions {
  readonly address: SocketAddress
  readonly token: string
  /** For people: "controller A". */
  readonly name: string
}

/** Sends a service request by the management port, as any other program does. */
export async function postServiceRequest(
  options: ManagementClientOptions,
  request: ServiceRequest,
): Promise<Result<ServiceAnswer, LabError>> {
  const body = JSON.stringify(request)
  if (Buffer.byteLength(body) > LIMITS.serviceRequestBytes) {
    return failure({ code: 'bad-command', message: `The request is longer than ${LIMITS.serviceRequestBytes} bytes.`, field: 'params' })
  }
  try {
    const answer = v.safeParse(serviceAnswerSchema, await exchange(options, 'POST', body))
    return answer.success ? ok(answer.output) : failure({ code: 'failed', message: `The answer from ${options.name} makes no sense.` })
  } catch (error) {
    return failure(noAnswer(options, error))
  }
}

export async function getServiceTable(options: ManagementClientOptions): Promise<ServiceTable> {
  return (await exchange(options, 'GET', undefined)) as ServiceTable
}

function exchange({ address, token }: ManagementClientOptions, method: 'GET' | 'POST', body: string | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: address.host,
        port: address.port,
        path: '/v1/service-requests',
        method,
        timeout: ANSWER_WITHIN_MS,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (response) => {
        const chunks: Buffer[] = []
        let length = 0
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
          if (length > LIMITS.serviceAnswerBytes) outgoing.destroy(new Error('the answer is too long'))
          else chunks.push(chunk)
        })
        response.on('end', () => {
          const json = parseJson(Buffer.concat(chunks).toString('utf8'))
          if (json.ok) resolve(json.value)
          else reject(new Error(`the answer ${json.error}`))
        })
        response.on('error', reject)
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS / 1000} s`)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function noAnswer({ name, address }: ManagementClientOptions, error: unknown): LabError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED') {
    return {
      code: 'not-possible-now',
      message: `No controller serves the management port of ${name} (${address.host}:${address.port}) now.`,
    }
  }
  const reason = error instanceof Error ? error.message : String(error)
  return {
    code: 'failed',
    message: `No answer from ${name}: ${reason}. You can send the request again with the same id. It will not run twice.`,
  }
}
