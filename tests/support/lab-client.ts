/** What a script does with a lab that runs as a process of its own: by HTTP, with the token of its ready line. */
import { request } from 'node:http'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { LabCommandName } from '../../src-main/contract/lab-api'
import type { ServiceAnswer } from '../../src-main/contract/service-request'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { ReadyLine } from './lab-process'

const POLL_MS = 20

export interface HttpAnswer {
  readonly status: number
  readonly json: unknown
}

export interface LabClient {
  snapshot(): Promise<LabSnapshot>
  /** Rejects with the lab's sentence when it cannot be done. */
  command(name: LabCommandName, parameters?: object): Promise<void>
  /** By the management port of `to`. */
  service(to: ControllerId, name: string, params?: object, id?: string): Promise<ServiceAnswer>
  /** The first snapshot for which `holds` is true; rejects with the last one's summary. */
  until(what: string, holds: (snapshot: LabSnapshot) => boolean, timeoutMs?: number): Promise<LabSnapshot>
}

let serviceRequests = 0

export function labClient({ http, management, token }: ReadyLine): LabClient {
  const client: LabClient = {
    async snapshot() {
      return (await httpJson(`${http}/api/lab/snapshot`, { token })).json as LabSnapshot
    },
    async command(name, parameters = {}) {
      const { status, json } = await httpJson(`${http}/api/lab/${name}`, { token, body: parameters })
      if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(json)}`)
    },
    async service(to, name, params = {}, id = `test-${process.pid}-${++serviceRequests}`) {
      return (await httpJson(`${management[to]}/v1/service-requests`, { token, body: { id, name, params } })).json as ServiceAnswer
    },
    async until(what, holds, timeoutMs = 20_000) {
      const deadline = Date.now() + timeoutMs
      for (;;) {
        const snapshot = await client.snapshot()
        if (holds(snapshot)) return snapshot
        if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}\n${summary(snapshot)}`)
        await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      }
    },
  }
  return client
}

export function httpJson(
  url: string,
  options: {
    readonly token?: string
    readonly body?: object | string
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<HttpAnswer> {
  const { token, body, method = body === undefined ? 'GET' : 'POST' } = options
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: text === '' ? undefined : (JSON.parse(text) as unknown) }))
    })
    sent.on('error', reject)
    sent.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body))
  })
}

/** Both controllers serve their own addresses and own the volumes that prefer them. */
export function isWhole({ controllers, array }: LabSnapshot): boolean {
  const { a, b } = controllers
  if (a.phase !== 'serving' || b.phase !== 'serving' || a.portalServedBy !== 'a' || b.portalServedBy !== 'b' || array === undefined)
    return false
  return array.configuration.volumes.every(({ id, preferredOwner }) =>
    array.ownership.some(({ volumeId, owner }) => volumeId === id && owner === preferredOwner),
  )
}

/** `survivor` serves everything alone. */
export function isTakenOver(survivor: ControllerId): (snapshot: LabSnapshot) => boolean {
  return ({ controllers, array }) =>
    controllers[survivor].phase === 'serving' &&
    controllers.a.portalServedBy === survivor &&
    controllers.b.portalServedBy === survivor &&
    array !== undefined &&
    array.ownership.every(({ owner }) => owner === survivor)
}

function summary({ controllers, array, host, takeovers, interconnect }: LabSnapshot): string {
  const controller = (id: ControllerId) => {
    const { state, phase, incarnation, lastFailure, portalServedBy } = controllers[id]
    return { state, phase, incarnation, lastFailure, portalServedBy }
  }
  return JSON.stringify(
    {
      a: controller('a'),
      b: controller('b'),
      interconnect,
      ownership: array?.ownership,
      takeover: takeovers.at(-1),
      ledger: host?.ledger,
      paths: host?.paths,
    },
    undefined,
    2,
  )
}
