import { BLOCK_BYTES, KIB, MIB } from '../../base/units'
import type { Literal } from './syntax'
import type { TokenReader } from './token-reader'

const DURATIONS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 }
const BLOCK_COUNTS: Readonly<Record<string, number>> = { block: 1, blocks: 1, KiB: KIB / BLOCK_BYTES, MiB: MIB / BLOCK_BYTES }
const CONTROLLERS: Readonly<Record<string, 'a' | 'b'>> = { a: 'a', b: 'b', A: 'a', B: 'b' }
/** A place of the trace, or several of them with a star. */
const PLACE = /^(?:host|midplane|(?:portal|management|controller)-(?:[ab]|\*)|drive-(?:\d{1,3}|\*))$/

/** Takes a value that is written down as such, if there is one here. */
export function readLiteral(reader: TokenReader): Literal | undefined {
  const { token, following } = reader
  if (token.type === 'number') {
    reader.take()
    return withUnit(reader, token.value)
  }
  if (token.type === 'text') {
    reader.take()
    return { type: 'text', text: token.text }
  }
  if (token.type !== 'word') return undefined
  if (token.text === 'lun' && following?.type === 'number') {
    reader.take()
    reader.take()
    return { type: 'lun', lun: following.value }
  }
  const value = wordValue(token.text)
  if (value !== undefined) reader.take()
  return value
}

function withUnit(reader: TokenReader, value: number): Literal {
  const { token } = reader
  if (token.type !== 'word') return { type: 'number', value }
  const ms = DURATIONS[token.text]
  const blocks = BLOCK_COUNTS[token.text]
  if (ms === undefined && blocks === undefined) return { type: 'number', value }
  reader.take()
  return ms === undefined ? { type: 'blocks', count: value * (blocks ?? 1) } : { type: 'duration', ms: value * ms }
}

function wordValue(word: string): Literal | undefined {
  if (word === 'true' || word === 'false') return { type: 'truth', value: word === 'true' }
  const controller = CONTROLLERS[word]
  if (controller !== undefined) return { type: 'controller', controller }
  return PLACE.test(word) ? { type: 'place', place: word } : undefined
}
