import { failure, ok, type Result } from '../../../base/result'
import { LIMITS } from '../../../contract/limits'

/** Lists of key=value (RFC 7143 §6.1). Values are byte strings: one character holds one byte. */
export interface TextKey {
  readonly key: string
  readonly value: string
}

/** Names of keys are at most this long (§6.1). */
const MAX_KEY_BYTES = 63
/** The longest value, unless the key says otherwise (§6.1). */
const MAX_VALUE_BYTES = 255
/** A standard label begins with a capital letter (§6.1). RFC 7144 spells its own key otherwise. */
const KEY_PATTERN = /^(?:[A-Z][A-Za-z0-9.\-+@_#]*|iSCSIProtocolLevel)$/
const EQUALS = 0x3d

/** Skips empty entries, because some initiators count the padding as text. The failure says in words what is wrong. */
export function parseTextKeys(text: Uint8Array): Result<readonly TextKey[], string> {
  const keys: TextKey[] = []
  let start = 0
  while (start < text.length) {
    let end = text.indexOf(0, start)
    if (end < 0) end = text.length
    if (end > start) {
      if (keys.length === LIMITS.textKeys) return failure(`more than ${LIMITS.textKeys} keys`)
      const pair = parsePair(text.subarray(start, end))
      if (!pair.ok) return pair
      keys.push(pair.value)
    }
    start = end + 1
  }
  return ok(keys)
}

function parsePair(bytes: Uint8Array): Result<TextKey, string> {
  const split = bytes.indexOf(EQUALS)
  if (split < 0) return failure('an entry without "="')
  if (split > MAX_KEY_BYTES) return failure(`a key of ${split} bytes`)
  const key = textOf(bytes.subarray(0, split))
  if (!KEY_PATTERN.test(key)) return failure('a key that is no standard label')
  const valueBytes = bytes.length - split - 1
  if (valueBytes > MAX_VALUE_BYTES) return failure(`a value of ${valueBytes} bytes for ${key}`)
  return ok({ key, value: textOf(bytes.subarray(split + 1)) })
}

export function encodeTextKeys(keys: readonly TextKey[]): Uint8Array {
  let text = ''
  for (const { key, value } of keys) text += `${key}=${value}\0`
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
