/**
 * The inspector of Electron's main process, for what no page can reach: the dialogs of the system. Only a runtime for development
 * takes the switch that opens it.
 */
import { createServer, type AddressInfo } from 'node:net'
import WebSocket from 'ws'

const PORT_VARIABLE = 'E2E_INSPECTOR_PORT'

/** The switch that opens it, on a port that is free. */
export async function inspectorSwitch(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  process.env[PORT_VARIABLE] = String(port)
  return `--inspect=127.0.0.1:${port}`
}

/** Runs these statements there. */
export async function inMainProcess(statements: string): Promise<void> {
  const list = await fetch(`http://127.0.0.1:${process.env[PORT_VARIABLE]}/json/list`)
  const [target] = (await list.json()) as readonly { readonly webSocketDebuggerUrl: string }[]
  if (target === undefined) throw new Error('The main process has no inspector.')
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const answer = new Promise<string>((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString('utf8'))))
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: `{ ${statements} }` } }))
  const { result } = JSON.parse(await answer) as { readonly result?: { readonly exceptionDetails?: unknown } }
  socket.close()
  if (result === undefined || result.exceptionDetails !== undefined) throw new Error(`The main process refused: ${await answer}`)
}
