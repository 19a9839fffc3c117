import { isMap, isPair, isScalar, visit, type Document } from 'yaml'
import * as v from 'valibot'
import { Prng } from '../../base/prng'
import { LIMITS } from '../../contract/limits'
import { suggest } from '../checks/nearest'
import type { VariableValue } from './exercise'
import type { FrontMatter } from './front-matter'

const value = v.union([v.string(), v.number(), v.boolean()], 'must be text, a number, true or false')
const number = v.pipe(v.number('must be a number'), v.finite())

/** How a variable is drawn: from a list, from a range in steps, or as the other controller than another variable. */
export const variableSchema = v.union(
  [
    v.strictObject({ 'one-of': v.pipe(v.array(value), v.minLength(1), v.maxLength(LIMITS.exerciseOptions)) }),
    v.strictObject({ between: v.strictTuple([number, number]), step: v.optional(v.pipe(number, v.minValue(0.001))) }),
    v.strictObject({ 'peer-of': v.string() }),
  ],
  'must have "one-of" with a list, "between" with two numbers (and "step"), or "peer-of" with the name of another variable',
)
export const variablesSchema = v.pipe(
  v.record(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name in small letters')), variableSchema),
  v.maxEntries(LIMITS.exerciseVariables, `must be at most ${LIMITS.exerciseVariables}`),
)

export type Variables = Readonly<Record<string, VariableValue>>

/** Draws all variables of a file from a seed. Each has its own numbers, so that a new one does not change the others. */
export function drawVariables(frontMatter: FrontMatter, seed: number): Variables {
  const node = frontMatter.document.get('variables', true)
  if (node === undefined) return {}
  const decoded = v.safeParse(variablesSchema, isMap(node) ? node.toJS(frontMatter.document) : undefined)
  // What is wrong with them is said with all other fields.
  if (!decoded.success) return {}
  const drawn: Record<string, VariableValue> = {}
  for (const [name, variable] of Object.entries(decoded.output)) {
    const random = new Prng(seed * LIMITS.exerciseVariables + seedOf(name))
    if ('one-of' in variable) drawn[name] = random.pick(variable['one-of'])
    else if ('between' in variable) drawn[name] = between(random, variable.between, variable.step ?? 1)
    else drawn[name] = peer(frontMatter, drawn, name, variable['peer-of'])
  }
  return drawn
}

function between(random: Prng, [from, to]: readonly [number, number], step: number): number {
  const steps = Math.floor((to - from) / step + 1e-9)
  return Number((from + step * random.below(Math.max(0, steps) + 1)).toFixed(6))
}

function peer(frontMatter: FrontMatter, drawn: Variables, name: string, of: string): VariableValue {
  const other = drawn[of]
  if (other === 'a' || other === 'b') return other === 'a' ? 'b' : 'a'
  frontMatter.report(['variables', name], `"peer-of" needs a variable before this one that is always a or b, and "${of}" is none.`)
  return 'a'
}

/** The same for the same name, whatever other variables there are. */
function seedOf(name: string): number {
  return [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7)
}

const WHOLE = /^\$([a-z][a-z0-9-]*)$/
const PART = /\$\{([a-z][a-z0-9-]*)\}/g

/** Puts values where `$name` is the whole of a field, or `${name}` a part of its text. */
export function fillVariables(frontMatter: FrontMatter, variables: Variables): void {
  const { document } = frontMatter
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || typeof node.value !== 'string' || isInVariables(document, path)) return
      const whole = WHOLE.exec(node.value)
      const fill = isProse(path) ? fillProse : fillText
      if (whole?.[1] !== undefined) node.value = variableNamed(frontMatter, variables, whole[1], node.range?.[0]) ?? node.value
      else node.value = fill(node.value, variables, (name) => void variableNamed(frontMatter, variables, name, node.range?.[0]))
    },
  })
}

/** `missing` is told each name that there is no variable of. */
export function fillText(text: string, variables: Variables, missing: (name: string) => void): string {
  return text.replace(PART, (part, name: string) => {
    const filled = variables[name]
    if (filled === undefined) missing(name)
    return filled === undefined ? part : String(filled)
  })
}

/** As `fillText`, for people: a controller is called as in the picture, A or B, but for what they type, which is between backticks. */
export function fillProse(text: string, variables: Variables, missing: (name: string) => void): string {
  const told = Object.fromEntries(
    Object.entries(variables).map(([name, one]) => [name, one === 'a' || one === 'b' ? one.toUpperCase() : one]),
  )
  return text
    .split('`')
    .map((part, index) => fillText(part, index % 2 === 0 ? told : variables, missing))
    .join('`')
}

const PROSE = ['title', 'outcomes', 'text', 'message', 'hint']

/** The nearest field around a text is one that people read. */
function isProse(path: readonly unknown[]): boolean {
  const field = path.findLast((one) => isPair(one))
  return isPair(field) && isScalar(field.key) && PROSE.some((name) => isScalar(field.key) && field.key.value === name)
}

function variableNamed(frontMatter: FrontMatter, variables: Variables, name: string, offset = 0): VariableValue | undefined {
  const drawn = variables[name]
  if (drawn === undefined) {
    const message = `There is no variable "${name}". ${suggest(name, Object.keys(variables))}`
    frontMatter.problems.push({ file: frontMatter.file, line: frontMatter.lineAt(offset), message })
  }
  return drawn
}

function isInVariables(document: Document, path: readonly unknown[]): boolean {
  return path.some(
    (one) =>
      isPair(one) &&
      isScalar(one.key) &&
      one.key.value === 'variables' &&
      isMap(document.contents) &&
      document.contents.items.includes(one as never),
  )
}
