import * as fc from 'fast-check'
import * as fs from 'node:fs'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import * as v from 'valibot'
import { serviceRequestSchema, type ServiceAnswer } from '../../../src-main/contract/service-request'
import { serviceTable } from '../../../src-main/core/management/requests'
import { createManagementServer, type ManagementServer } from '../../../src-main/platform/management-http'
import { Reactor } from '../../../src-main/platform/reactor'
import { startBrowserShell, type BrowserShell } from '../../../src-main/shells/browser/server'
import { serviceHandler } from '../../support/service-handler'
import { createFakeLab } from '../../support/fake-lab'
import { frameSpec, httpSpec, type FrameSpec, type HttpSpec } from '../generators/http'
import { expectThat, fuzzTarget, type CaseBench } from '../target'
import { frameBytes, helloFrame, requestBytes, upgradeBytes, type Address } from './http-bytes'

type HttpCase =
  | { readonly kind: 'http'; readonly server: 'page' | 'management'; readonly requests: readonly HttpSpec[]; readonly isAborted: boolean }
  | { readonly kind: 'socket'; readonly saysHello: boolean; readonly frames: readonly FrameSpec[] }

const cases: fc.Arbitrary<HttpCase> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('http'),
      server: fc.constantFrom('page', 'management'),
      requests: fc.array(httpSpec, { minLength: 1, maxLength: 2 }),
      isAborted: fc.constantFrom(false, false, false, false, true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('socket'),
      saysHello: fc.constantFrom(true, true, true, false),
      frames: fc.array(frameSpec, { minLength: 1, maxLength: 4 }),
    }),
  },
)

const TOKEN = 'token-of-the-bench'
/** Without an answer for so long, the other side is waiting for more. */
const QUIET_MS = 4
const GOOD_WITHIN_MS = 5000

/** The two HTTP servers over real sockets, with a lab that only pretends. */
class HttpBench implements CaseBench<HttpCase> {
  readonly #folder: string
  readonly #page: BrowserShell
  readonly #management: ManagementServer
  readonly #addresses: Readonly<Record<'page' | 'management', Address>>
  #uncaught: unknown
  #count = 0
  readonly #catch = (error: unknown): void => {
    this.#uncaught ??= error
  }

  constructor(parts: {
    readonly folder: string
    readonly page: BrowserShell
    readonly management: ManagementServer
    readonly port: number
  }) {
    this.#folder = parts.folder
    this.#page = parts.page
    this.#management = parts.management
    this.#addresses = {
      page: { port: Number(new URL(parts.page.url).port), token: TOKEN },
      management: { port: parts.port, token: TOKEN },
    }
    process.on('uncaughtException', this.#catch)
    process.on('unhandledRejection', this.#catch)
  }

  async run(item: HttpCase): Promise<void> {
    if (item.kind === 'http') {
      const address = this.#addresses[item.server]
      await say(address, [Buffer.concat(item.requests.map((spec) => requestBytes(spec, address)))], item.isAborted)
    } else {
      const hello = item.saysHello ? [helloFrame(TOKEN)] : []
      const pieces = [upgradeBytes(this.#addresses.page), Buffer.concat([...hello, ...item.frames.map(frameBytes)])]
      await say(this.#addresses.page, pieces, false)
    }
    if (this.#uncaught !== undefined) throw this.#uncaught
    if (this.#count++ % 16 === 0) await this.#serveGood()
  }

  async finish(): Promise<void> {
    await this.#serveGood()
  }

  async close(): Promise<void> {
    process.off('uncaughtException', this.#catch)
    process.off('unhandledRejection', this.#catch)
    await new Promise<void>((resolve) => this.#management.close(resolve))
    await this.#page.close()
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Those who ask properly are answered, whatever others do. */
  async #serveGood(): Promise<void> {
    const { page, management } = this.#addresses
    const authorization = `Bearer ${TOKEN}`
    const asked: readonly [string, RequestInit][] = [
      [`http://127.0.0.1:${page.port}/api/lab/snapshot`, { headers: { authorization } }],
      [
        `http://127.0.0.1:${management.port}/v1/service-requests`,
        { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{"id":"good","name":"get-array-status"}' },
      ],
    ]
    for (const [url, request] of asked) {
      const response = await fetch(url, { ...request, signal: AbortSignal.timeout(GOOD_WITHIN_MS) })
      expectThat(response.status === 200, () => `a good request to ${url} is answered with ${response.status}`)
      await response.json()
    }
  }
}

/** Sends the pieces, the next one when an answer to the one before has come. Hangs up when nothing more comes. */
function say({ port }: Address, pieces: readonly Uint8Array[], isAborted: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1')
    const left = [...pieces]
    let quiet: NodeJS.Timeout | undefined
    const hangUpLater = (): void => {
      clearTimeout(quiet)
      quiet = setTimeout(() => (isAborted ? socket.resetAndDestroy() : socket.destroy()), QUIET_MS)
    }
    const sayNext = (): void => {
      const piece = left.shift()
      if (piece !== undefined) socket.write(piece)
      hangUpLater()
    }
    socket.on('connect', sayNext)
    socket.on('data', sayNext)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(quiet)
      resolve()
    })
  })
}

async function openBench(): Promise<HttpBench> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-fuzz-'))
  fs.writeFileSync(path.join(folder, 'index.html'), '<p>page</p>')
  const page = await startBrowserShell({ api: createFakeLab().api, token: TOKEN, port: 0, pageFolder: folder, refused: () => undefined })
  const address = { host: '127.0.0.1', port: 0 }
  const management = createManagementServer({
    of: 'a',
    token: TOKEN,
    address,
    reactor: new Reactor(),
    service: serviceHandler({ serve: (_, request, answer) => answer(answerTo(request)), table: serviceTable }),
  })
  await new Promise<void>((resolve) => management.server.listen(0, '127.0.0.1', resolve))
  const { port } = management.server.address() as AddressInfo
  address.port = port
  return new HttpBench({ folder, page, management, port })
}

function answerTo(request: unknown): ServiceAnswer {
  const parsed = v.safeParse(serviceRequestSchema, request)
  if (!parsed.success) return { id: '', receivedBy: 'a', error: { code: 'bad-request', message: 'The request makes no sense.' } }
  return { id: parsed.output.id, receivedBy: 'a', servedBy: 'a', route: [], result: parsed.output.params }
}

export const httpTarget = fuzzTarget<HttpCase>({
  name: 'http',
  share: 2,
  casesPerBench: 500,
  growthMib: 48,
  slowMs: 2000,
  cases,
  open: openBench,
})
