/** The types of the language. */
export type Type =
  | { readonly type: 'truth' | 'number' | 'duration' | 'blocks' | 'controller' | 'place' | 'lun' | 'event' | 'request' | 'ledger' | 'gap' }
  /** `options`: the only values there are; undefined: any text. */
  | { readonly type: 'text'; readonly options: readonly string[] | undefined }
  | { readonly type: 'list'; readonly of: Type }

export const TRUTH: Type = { type: 'truth' }
export const NUMBER: Type = { type: 'number' }
export const DURATION: Type = { type: 'duration' }
export const BLOCKS: Type = { type: 'blocks' }
export const CONTROLLER: Type = { type: 'controller' }
export const PLACE: Type = { type: 'place' }
export const EVENT: Type = { type: 'event' }
export const TEXT: Type = { type: 'text', options: undefined }

export function oneOf(...options: readonly string[]): Type {
  return { type: 'text', options }
}

export function listOf(of: Type): Type {
  return { type: 'list', of }
}

/** Whether values of the two can be equal at all. */
export function isAlike(one: Type, other: Type): boolean {
  if (one.type === 'list') return other.type === 'list' && isAlike(one.of, other.of)
  return one.type === other.type
}

/** Has an order, and least and most. */
export function isQuantity({ type }: Type): boolean {
  return type === 'number' || type === 'duration' || type === 'blocks'
}

const WORDS: Readonly<Record<Exclude<Type['type'], 'list'>, string>> = {
  truth: 'true or false',
  number: 'a number',
  duration: 'a time such as 500 ms',
  blocks: 'a number of blocks such as 8 blocks',
  controller: 'a controller, a or b',
  place: 'a place such as drive-0',
  lun: 'a LUN such as lun 0',
  event: 'an event',
  request: 'a service request',
  ledger: 'the ledger, of which a figure is needed: ledger.lost',
  gap: 'a gap, which has a start and a length',
  text: 'text in quotes',
}

export function tellType(type: Type): string {
  return type.type === 'list' ? `a list, each ${tellType(type.of)}` : WORDS[type.type]
}
