import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { LabApi } from '../../contract/lab-api'
import { LIMITS } from '../../contract/limits'
import { HTTP_BOUNDS, limitConnections } from '../../platform/http-connections'
import { sendJson, refuseForeign } from '../../platform/loopback-guard'
import { EventStreams } from './event-stream'
import { handleLabRequest } from './rest'
import { attachLabSocket } from './socket'
import { openStaticFiles } from './static-files'

export interface BrowserShell {
  /** Without the token. */
  readonly url: string
  /** What a person opens: the token is in the fragment, which no server ever sees. */
  readonly pageUrl: string
  close(): Promise<void>
}

export interface BrowserShellOptions {
  readonly api: LabApi
  readonly token: string
  /** Somebody was refused: for the token, or as a foreign page. Asked as often as it happens. `remote`: "127.0.0.1:50412". */
  refused(remote: string, text: string): void
  /** 0: any free port. */
  readonly port: number
  /** Folder of the built page. Undefined: there is none, only what programs use. */
  readonly pageFolder: string | undefined
}

const LOOPBACK = '127.0.0.1'

/** Serves the page, if any, and the same LabApi as the window has, on loopback. Rejects with the system's error, e.g. EADDRINUSE. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const { api, token, pageFolder } = options
  const files = pageFolder === undefined ? undefined : openStaticFiles(pageFolder)
  const events = new EventStreams()
  let port = options.port

  function refused({ socket }: IncomingMessage, text: string): void {
    options.refused(`${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`, text)
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined)
    const refusal = refuseForeign(request, port)
    if (refusal !== undefined) {
      refused(request, refusal.message)
      sendJson(response, refusal.status, { error: refusal })
      return
    }
    if (request.url?.startsWith('/api/') === true) handleLabRequest({ api, events, token, request, response, refused })
    else if (files !== undefined) files.serve(request, response)
    else
      sendJson(response, 404, {
        error: { code: 'bad-command', message: 'There is no page here. Start with --http 8080 for one.' },
      })
  }

  const server = createServer(HTTP_BOUNDS, handle)
  const forget = limitConnections(server, LIMITS.httpConnections)
  server.on('upgrade', (_, stream: Duplex) => forget(stream))
  const socket = attachLabSocket({ server, api, token, port: () => port, refused })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  port = (server.address() as AddressInfo).port
  const url = `http://${LOOPBACK}:${port}`
  return {
    url,
    pageUrl: `${url}/#token=${token}`,
    close() {
      socket.close()
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}
