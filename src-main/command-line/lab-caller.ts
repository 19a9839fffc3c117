import { request, type IncomingMessage } from 'node:http'
import * as v from 'valibot'
import type { AccessFile } from '../contract/access-file'
import type { ControllerId } from '../contract/controller-id'
import { parseJson } from '../contract/json'
import type { LabSnapshot, ServiceTable } from '../contract/snapshot'
import { serviceAnswerSchema, type ServiceAnswer, type ServiceRequest } from '../contract/service-request'

/** Nobody answers at an address of the lab, or not in its language. The message is a sentence. */
export class Unreachable extends Error {}

/** What was asked for is refused. The message is the lab’s sentence. */
export class Refused extends Error {}

const ANSWER_WITHIN_MS = 30_000
const MOST_BYTES = 16 * 1024 * 1024

/** A lab that runs, as programs reach it. */
export class LabCaller {
  readonly #access: AccessFile

  constructor(access: AccessFile) {
    this.#access = access
  }

  async snapshot(): Promise<LabSnapshot> {
    const { json } = await this.#ask(`${this.#access.commands}/api/lab/snapshot`)
    return json as LabSnapshot
  }

  /** Throws Refused with the lab’s sentence. */
  async command(name: string, parameters: object): Promise<void> {
    const { status, json } = await this.#ask(`${this.#access.commands}/api/lab/${name}`, parameters)
    if (status !== 200) throw new Refused(sentenceOf(json))
  }

  async serviceTable(to: ControllerId): Promise<ServiceTable> {
    const { status, json } = await this.#ask(`${this.#access.management[to]}/v1/service-requests`)
    if (status !== 200) throw new Refused(sentenceOf(json))
    return json as ServiceTable
  }

  async service(to: ControllerId, asked: ServiceRequest): Promise<ServiceAnswer> {
    const { json } = await this.#ask(`${this.#access.management[to]}/v1/service-requests`, asked)
    const answer = v.safeParse(serviceAnswerSchema, json)
    if (!answer.success) throw new Unreachable(`What answers at ${this.#access.management[to]} is no controller of this lab.`)
    return answer.output
  }

  async text(to: ControllerId, path: '/metrics' | '/v1/openapi.json'): Promise<string> {
    const { status, text } = await this.#ask(`${this.#access.management[to]}${path}`)
    if (status !== 200) throw new Refused(text)
    return text
  }

  /** Each line as it comes. Ends by itself only with the lab, else when `signal` says so. */
  async events(recent: number, signal: AbortSignal, line: (text: string) => void): Promise<void> {
    const response = await this.#send(`${this.#access.commands}/api/lab/events?recent=${recent}`, undefined, { signal })
    if (response.statusCode !== 200) throw new Refused(sentenceOf(jsonOf(await textOf(response))))
    let rest = ''
    response.setEncoding('utf8')
    try {
      for await (const piece of response as AsyncIterable<string>) {
        const lines = (rest + piece).split('\n')
        rest = lines.pop() ?? ''
        for (const one of lines) line(one)
      }
    } catch (error) {
      if (!signal.aborted) throw new Unreachable(`The lab has ended: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }

  async #ask(url: string, body?: object): Promise<{ readonly status: number; readonly text: string; readonly json: unknown }> {
    const response = await this.#send(url, body, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    const text = await textOf(response)
    return { status: response.statusCode ?? 0, text, json: jsonOf(text) }
  }

  #send(url: string, body: object | undefined, options: { readonly signal: AbortSignal }): Promise<IncomingMessage> {
    const headers = {
      authorization: `Bearer ${this.#access.token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers, agent: false, signal: options.signal }, resolve)
      sent.on('error', (error) => reject(unreachable(url, error)))
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
}

function unreachable(url: string, error: NodeJS.ErrnoException): Unreachable {
  const at = new URL(url).host
  if (error.code === 'ECONNREFUSED')
    return new Unreachable(`Nobody answers at ${at}. Does the lab run, and does a controller serve this address?`)
  return new Unreachable(`No answer from ${at}: ${error.message}.`)
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  response.setEncoding('utf8')
  for await (const piece of response as AsyncIterable<string>) {
    text += piece
    if (text.length > MOST_BYTES) throw new Unreachable(`An answer is longer than ${MOST_BYTES} bytes.`)
  }
  return text
}

function jsonOf(text: string): unknown {
  const parsed = parseJson(text)
  return parsed.ok ? parsed.value : undefined
}

const refusalSchema = v.object({ error: v.object({ message: v.string() }) })

function sentenceOf(json: unknown): string {
  const parsed = v.safeParse(refusalSchema, json)
  return parsed.success ? parsed.output.error.message : 'The lab refused that and does not say why.'
}
