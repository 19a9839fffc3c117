import { failure, ok, type Result } from '../base/result'
import { LIMITS } from './limits'

/** What service requests carry: plain JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/**
 * The only way from text to JSON. Whatever walks the value later may recurse, because its depth is bounded here. The failure is
 * the end of a sentence that begins with what was read: "is not valid JSON".
 */
export function parseJson(text: string): Result<unknown, string> {
  if (isTextNestedTooDeep(text)) return failure(`is nested more than ${LIMITS.jsonDepth} levels deep`)
  try {
    return ok(JSON.parse(text))
  } catch {
    return failure('is not valid JSON')
  }
}

/** For values that did not come as text. Goes level by level: no value overflows the stack, and a circle comes to an end. */
export function isNestedTooDeep(value: unknown): boolean {
  let level = new Set(objectsOf([value]))
  for (let depth = 0; level.size > 0; depth++) {
    if (depth === LIMITS.jsonDepth) return true
    level = new Set([...level].flatMap((object) => objectsOf(Object.values(object))))
  }
  return false
}

function objectsOf(values: readonly unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x5b, 0x7b])
const CLOSING = new Set([0x5d, 0x7d])

/** Before parsing, which takes long for deep text. */
function isTextNestedTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at + 1)
    else if (OPENING.has(code)) {
      depth++
      if (depth > LIMITS.jsonDepth) return true
    } else if (CLOSING.has(code)) depth--
  }
  return false
}

/** Where the closing quotation mark stands. */
function endOfString(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
