import { failure, ok, type Result } from '../../base/result'

export type Token =
  | { readonly type: 'word'; readonly at: number; readonly text: string }
  | { readonly type: 'number'; readonly at: number; readonly value: number }
  | { readonly type: 'text'; readonly at: number; readonly text: string }
  | { readonly type: 'sign'; readonly at: number; readonly text: string }
  | { readonly type: 'end'; readonly at: number }

/** What is wrong with a text, where in it, and what to do about it: a sentence. */
export interface Problem {
  readonly at: number
  readonly message: string
}

/** `drive.write`, `drive.*`, `drive-*`, `answered-by`, `@death`, `firstBlock`. */
const WORD = /^@?[A-Za-z_][A-Za-z0-9_]*(?:-(?:[A-Za-z0-9_]+|\*))*(?:\.(?:\*|[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*))*/
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?/
const TEXT = /^"((?:[^"\\\n]|\\["\\])*)"/
const SIGN = /^(?:<=|>=|!=|[=<>()[\],.|+-])/
const SPACE = /^\s+/

/** Cuts an expression into its words. */
export function tokensOf(text: string): Result<readonly Token[], Problem> {
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at)
    const space = SPACE.exec(rest)
    if (space !== null) {
      at += space[0].length
      continue
    }
    const token = tokenAt(rest, at)
    if (token === undefined) return failure({ at, message: strangeCharacter(rest) })
    tokens.push(token.token)
    at += token.length
  }
  return ok([...tokens, { type: 'end', at: text.length }])
}

function tokenAt(rest: string, at: number): { readonly token: Token; readonly length: number } | undefined {
  const word = WORD.exec(rest)
  if (word !== null) return { token: { type: 'word', at, text: word[0] }, length: word[0].length }
  const number = NUMBER.exec(rest)
  if (number !== null) return { token: { type: 'number', at, value: Number(number[0]) }, length: number[0].length }
  const text = TEXT.exec(rest)
  if (text !== null) return { token: { type: 'text', at, text: unescaped(text[1] ?? '') }, length: text[0].length }
  const sign = SIGN.exec(rest)
  return sign === null ? undefined : { token: { type: 'sign', at, text: sign[0] }, length: sign[0].length }
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\])/g, '$1')
}

function strangeCharacter(rest: string): string {
  if (rest.startsWith('"')) return 'This text has no end: write a " after it, in the same line.'
  if (rest.startsWith("'")) return 'Write text in double quotes: "alpha".'
  if (rest.startsWith('&&') || rest.startsWith('||')) return 'Write "and" and "or" as words.'
  if (rest.startsWith('!')) return 'Write "not" as a word.'
  return `There is a character that means nothing here: ${rest.slice(0, 1)}`
}

/** As it is written in an expression. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

export function tellToken(token: Token): string {
  if (token.type === 'end') return 'the end'
  if (token.type === 'text') return quoted(token.text)
  return token.type === 'number' ? String(token.value) : `"${token.text}"`
}
