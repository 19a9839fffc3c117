import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FlightAddress } from '../../contract/flight'
import { wireStream, type FlightLog, type WireStream } from './flight-log'

interface HttpConnection {
  readonly stream: WireStream
  /** Bytes that records tell of. */
  received: number
  sent: number
}

/** Records the requests of one address and their answers: of each its first line, and how long it was. Headers have the token. */
export class HttpTap {
  readonly #log: FlightLog
  readonly #address: FlightAddress
  readonly #connections = new WeakMap<Socket, HttpConnection>()

  constructor(log: FlightLog, address: FlightAddress) {
    this.#log = log
    this.#address = address
  }

  /** A connection was accepted. */
  opened(socket: Socket): void {
    const connection = { stream: wireStream(this.#address, socket), received: 0, sent: 0 }
    this.#connections.set(socket, connection)
    this.#log.connection('opened', connection.stream, connection)
    socket.once('close', () => this.#log.connection('closed', connection.stream, connection))
  }

  /** The head of a request is here. */
  begun(request: IncomingMessage, response: ServerResponse): void {
    const { socket, method = '', url = '', httpVersion } = request
    const connection = this.#connections.get(socket)
    if (connection === undefined) return
    this.#received(connection, socket, `${method} ${url.split('?', 1)[0]} HTTP/${httpVersion}\r\n`)
    request.once('end', () => this.#received(connection, socket, ''))
    response.once('finish', () => this.#sent(connection, socket, `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n`))
  }

  /** What was received since the last time. Of a request that came with the one before, that is nothing but its text. */
  #received(connection: HttpConnection, socket: Socket, text: string): void {
    const { stream, received: position } = connection
    const byteCount = socket.bytesRead - position
    if (byteCount === 0 && text === '') return
    this.#log.http('received', stream, { text, byteCount, position })
    connection.received += byteCount
  }

  #sent(connection: HttpConnection, socket: Socket, text: string): void {
    const { stream, sent: position } = connection
    const byteCount = socket.bytesWritten - position
    // It went with the answer before it.
    if (byteCount === 0) return
    this.#log.http('sent', stream, { text, byteCount, position })
    connection.sent += byteCount
  }
}
