import type { Expression, Filter, Pattern, Relation } from './syntax'
import type { TokenReader } from './token-reader'
import { tellToken } from './tokens'

/** How the parts of a pattern are read that are expressions. */
export interface PartReaders {
  readonly condition: (reader: TokenReader) => Expression
  readonly value: (reader: TokenReader) => Expression
  readonly event: (reader: TokenReader) => Expression
}

const RELATIONS = ['before', 'after', 'within', 'caused', 'followed', 'preceded', 'under-way-at'] as const
const FILTERS = ['by', 'from', 'to'] as const
const NAME = /^[a-z][a-z0-9-]*$/

export function isAtRelation(reader: TokenReader): boolean {
  return reader.isWord(...RELATIONS)
}

/** `relations`: it may say how it stands to other events. */
export function readPattern(reader: TokenReader, parts: PartReaders, relations: boolean): Pattern {
  return reader.deeper(() => {
    if (reader.takeSign('(')) {
      const pattern = readPattern(reader, parts, true)
      reader.expectSign(')', 'at the end of the pattern')
      return pattern
    }
    const { at } = reader
    const kinds = readKinds(reader)
    const filters = readFilters(reader, parts)
    const where = reader.takeWord('where') ? parts.condition(reader) : undefined
    const as = reader.takeWord('as') ? readName(reader) : undefined
    const related: Relation[] = []
    while (relations && isAtRelation(reader)) related.push(readRelation(reader, parts))
    return { at, kinds, filters, where, as, relations: related }
  })
}

function readKinds(reader: TokenReader): readonly string[] {
  const kinds: string[] = []
  do {
    const token = reader.take()
    if (token.type !== 'word')
      reader.fail(`${tellToken(token)} cannot stand here: a kind of event such as drive.write is missing.`, token.at)
    kinds.push(token.text)
  } while (reader.takeSign('|'))
  return kinds
}

function readFilters(reader: TokenReader, parts: PartReaders): readonly Filter[] {
  const filters: Filter[] = []
  for (;;) {
    const { at } = reader
    const type = FILTERS.find((word) => reader.isWord(word))
    if (type === undefined) return filters
    reader.take()
    filters.push({ type, at, place: parts.value(reader) })
  }
}

function readName(reader: TokenReader): string {
  const token = reader.take()
  if (token.type !== 'word' || !NAME.test(token.text)) reader.fail('A name in small letters is missing after "as".', token.at)
  return token.text
}

export function readRelation(reader: TokenReader, parts: PartReaders): Relation {
  const { at } = reader
  for (const type of ['before', 'after', 'under-way-at'] as const)
    if (reader.takeWord(type)) return { type, at, event: parts.event(reader) }
  if (reader.takeWord('within')) {
    const span = parts.value(reader)
    const side = (['of', 'after', 'before'] as const).find((word) => reader.takeWord(word))
    if (side === undefined) reader.fail('After "within" and a time, one of the words "of", "after" and "before" is missing.')
    return { type: 'within', at, span, side, event: parts.event(reader) }
  }
  for (const word of ['caused', 'followed', 'preceded'] as const) {
    if (!reader.takeWord(word)) continue
    reader.expectWord('by', `after "${word}"`)
    const pattern = readPattern(reader, parts, false)
    if (word === 'caused') return { type: 'caused-by', at, pattern }
    return { type: `${word}-by`, at, pattern, span: reader.takeWord('within') ? parts.value(reader) : undefined }
  }
  return reader.fail(`${tellToken(reader.token)} cannot stand here: a word such as "before", "after" or "within" is missing.`)
}
