import { failure, ok, type Result } from '../../base/result'
import { LIMITS } from '../../contract/limits'
import type { NamedPatterns } from '../checks/named-patterns'
import { readPatternAlone } from '../checks/read-check'
import type { Pattern } from '../checks/syntax'
import { FrontMatter, type FileProblem } from './front-matter'

const NAME = /^[a-z][a-z0-9-]{0,47}$/

/** Reads the patterns that exercises share: a YAML file of names, each with a pattern. Checks name one with an `@` before its name. */
export function decodePatterns(file: string, text: string): Result<NamedPatterns, readonly FileProblem[]> {
  const fields = new FrontMatter(file, text, true)
  const patterns = new Map<string, Pattern>()
  if (fields.problems.length > 0) return failure(fields.problems)
  const json: unknown = fields.document.toJS({ maxAliasCount: 0 })
  const entries = typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : undefined
  if (entries === undefined)
    return failure([
      { file, line: 1, message: 'There are no patterns here: write lines such as "death-of-a: midplane.controller-killed".' },
    ])
  if (entries.length > LIMITS.exerciseEntries) fields.report([], `There are more than ${LIMITS.exerciseEntries} patterns.`)
  for (const [name, value] of entries) {
    if (!NAME.test(name)) fields.report([name], `"${name}" must be a name in small letters, digits and dashes.`)
    else if (typeof value !== 'string') fields.report([name], `"${name}" must be a pattern of events, as text.`)
    else {
      const pattern = readPatternAlone(value, { patterns: new Map(), questions: [] })
      if (pattern.ok) patterns.set(name, pattern.value)
      else
        for (const { at, message } of pattern.error)
          fields.problems.push({ file, line: fields.lineIn([name], value, at), message: `"${name}": ${message}` })
    }
  }
  return fields.problems.length > 0 ? failure(fields.problems) : ok(patterns)
}
