import type { Result } from '../../base/result'
import { readCheck, readTrigger, readValue, type ReadingContext } from '../checks/read-check'
import type { Check, Expression, Trigger } from '../checks/syntax'
import type { Problem } from '../checks/tokens'
import type { Type } from '../checks/types'
import type { FieldPath, FrontMatter } from './front-matter'

/** Reads the expressions in the fields of a file, and reports what makes no sense in them, with the line. */
export class Expressions {
  readonly frontMatter: FrontMatter
  readonly context: ReadingContext

  constructor(frontMatter: FrontMatter, context: ReadingContext) {
    this.frontMatter = frontMatter
    this.context = context
  }

  /** Whatever is read instead is never used: a file with problems is no exercise. */
  check(path: FieldPath, text: string): Check {
    return this.#reported(path, text, readCheck(text, this.context)) ?? { text, expression: NOTHING }
  }

  value(path: FieldPath, text: string | undefined, types: readonly Type[]): Expression | undefined {
    return text === undefined ? undefined : this.#reported(path, text, readValue(text, types, this.context))
  }

  trigger(path: FieldPath, text: string): Trigger {
    return this.#reported(path, text, readTrigger(text, this.context)) ?? { text, pattern: NO_PATTERN }
  }

  #reported<T>(path: FieldPath, text: string, read: Result<T, readonly Problem[]>): T | undefined {
    if (read.ok) return read.value
    const { frontMatter } = this
    for (const { at, message } of read.error)
      frontMatter.problems.push({
        file: frontMatter.file,
        line: frontMatter.lineIn(path, text, at),
        message: `${message} (at character ${at + 1} of: ${shortened(text)})`,
      })
    return undefined
  }
}

const NOTHING: Expression = { type: 'literal', at: 0, value: { type: 'truth', value: false } }
const NO_PATTERN: Trigger['pattern'] = { at: 0, kinds: [], filters: [], where: undefined, as: undefined, relations: [] }
const SHOWN = 100

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
}
