/**
 * Keys of the X server itself. What a browser driver types goes to the page and nowhere else; a menu's shortcuts are for
 * the window that has the keyboard. X11 protocol, and of its XTEST extension the one request that is needed.
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

/** Keycodes of a PC keyboard, as Xvfb has them. */
const KEYCODES = { control: 37, '0': 19, '-': 20, '=': 21, q: 24, r: 27, F5: 71 } as const
export type KeyName = keyof typeof KEYCODES

const QUERY_EXTENSION = 98
const FAKE_INPUT = 2
const EVENT = { keyPress: 2, keyRelease: 3, motion: 6 } as const
const REPLY_BYTES = 32
const COOKIE = 'MIT-MAGIC-COOKIE-1'

export interface Keyboard {
  /** All of them down, then all of them up, in the window under that point of the screen. */
  press(keys: readonly KeyName[], at: { readonly x: number; readonly y: number }): Promise<void>
  close(): void
}

/** The keyboard of the display that the environment names. */
export async function openKeyboard(): Promise<Keyboard> {
  const display = /:(\d+)/.exec(process.env['DISPLAY'] ?? '')?.[1]
  if (display === undefined) throw new Error('There is no display.')
  const socket = connect(`/tmp/.X11-unix/X${display}`)
  const take = reader(socket)
  socket.write(hello(cookieOf(display)))
  const [accepted, , , , , , lengthLow = 0, lengthHigh = 0] = await take(8)
  const rest = await take(4 * (lengthLow + 256 * lengthHigh))
  if (accepted !== 1) throw new Error(`The display takes no connection: ${rest.toString('latin1')}`)
  socket.write(request(QUERY_EXTENSION, 0, [u16(5), u16(0), padded(Buffer.from('XTEST'))]))
  const extension = await take(REPLY_BYTES)
  if (extension[8] !== 1) throw new Error('The display has no XTEST extension.')
  const fake = (type: number, detail: number, x = 0, y = 0): void => {
    const event = Buffer.alloc(32)
    event[0] = type
    event[1] = detail
    event.writeInt16LE(x, 20)
    event.writeInt16LE(y, 22)
    socket.write(request(extension[9] ?? 0, FAKE_INPUT, [event]))
  }
  return {
    async press(keys, { x, y }) {
      fake(EVENT.motion, 0, x, y)
      const codes = keys.map((key) => KEYCODES[key])
      for (const code of codes) fake(EVENT.keyPress, code)
      for (const code of codes.toReversed()) fake(EVENT.keyRelease, code)
      // Its answer says that all of them were taken.
      socket.write(request(QUERY_EXTENSION, 0, [u16(5), u16(0), padded(Buffer.from('XTEST'))]))
      await take(REPLY_BYTES)
    },
    close: () => void socket.destroy(),
  }
}

/** Gives so many bytes as soon as they are there; one call after the other. */
function reader(socket: Socket): (byteCount: number) => Promise<Buffer> {
  let bytes = Buffer.alloc(0)
  let look = (): void => undefined
  let fail = (_error: Error): void => undefined
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more as Buffer])
    look()
  })
  socket.on('error', (error) => fail(error))
  return (byteCount) =>
    new Promise((resolve, reject) => {
      fail = reject
      look = () => {
        if (bytes.length < byteCount) return
        look = () => undefined
        const taken = bytes.subarray(0, byteCount)
        bytes = bytes.subarray(byteCount)
        resolve(taken)
      }
      look()
    })
}

function hello(cookie: Buffer | undefined): Buffer {
  const name = cookie === undefined ? Buffer.alloc(0) : Buffer.from(COOKIE)
  const data = cookie ?? Buffer.alloc(0)
  return Buffer.concat([Buffer.from('l\0'), u16(11), u16(0), u16(name.length), u16(data.length), u16(0), padded(name), padded(data)])
}

function request(opcode: number, detail: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([opcode, detail]), u16(1 + body.length / 4), body])
}

/** From the file that XAUTHORITY names: entries of a family and four strings with their lengths, big-endian. */
function cookieOf(display: string): Buffer | undefined {
  const file = process.env['XAUTHORITY']
  if (file === undefined) return undefined
  const bytes = readFileSync(file)
  for (let at = 0; at < bytes.length;) {
    at += 2
    const strings = Array.from({ length: 4 }, () => {
      const length = bytes.readUInt16BE(at)
      at += 2 + length
      return bytes.subarray(at - length, at)
    })
    const [, number, name, data] = strings
    if (name?.toString() === COOKIE && (number?.length === 0 || number?.toString() === display)) return data
  }
  return undefined
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
}
