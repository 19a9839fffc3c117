import type { YAMLError } from 'yaml'

/** What is wrong in a text, and at which place of it. */
export interface YamlProblem {
  readonly at: number
  readonly message: string
}

/**
 * What is said of a text that is not valid YAML: one slip makes hundreds of errors, and only the first of them is about the slip. The
 * line is that in which something has to be changed.
 */
export function yamlProblem(text: string, errors: readonly YAMLError[]): YamlProblem | undefined {
  const [first] = errors.toSorted((a, b) => a.pos[0] - b.pos[0])
  if (first === undefined) return undefined
  const at = first.pos[0]
  switch (first.code) {
    case 'BAD_INDENT':
      return first.message.startsWith('Flow') ? unclosed(text, at) : { at, message: WRONG_COLUMN }
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return keyProblem(text, at)
    case 'UNEXPECTED_TOKEN':
      return /^[\]}]/.test(text.slice(at))
        ? { at, message: `There is a "${text.charAt(at)}" too many: take it out.` }
        : { at, message: AFTER_VALUE }
    case 'TAB_AS_INDENT':
      return { at, message: 'A tab cannot indent a line: use spaces.' }
    case 'MISSING_CHAR':
      return { at, message: 'Something that begins here has no end: add the closing quote or bracket.' }
    case 'DUPLICATE_KEY':
      return { at, message: 'This field is there twice. Take one out, or begin a new item of the list with a dash.' }
    case 'BAD_SCALAR_START':
      return { at, message: `Text that begins with "${text.charAt(at)}" has to stand in quotes.` }
    default:
      return { at, message: `This is not valid YAML: ${first.message.replace(/\.$/, '')}.` }
  }
}

const WRONG_COLUMN = 'This line begins in a column where nothing can: put it below its neighbors.'
const AFTER_VALUE =
  'The value ends, and something follows it. Put all of it in quotes, and write a quote within them twice, or take out what follows.'
const COLON_IN_TEXT = 'There is a colon with a space within the text, which makes a field of it: put the text in quotes.'
const NO_FIELD = 'This line is no field: its name, a colon, a space and its value.'

function unclosed(text: string, at: number): YamlProblem {
  const open: number[] = []
  for (let place = 0; place < at; place++) {
    if ('[{'.includes(text.charAt(place))) open.push(place)
    else if (']}'.includes(text.charAt(place))) open.pop()
  }
  const place = open[0] ?? at
  const sign = text.charAt(place)
  return { at: place, message: `The "${sign}" of this line has no "${sign === '{' ? '}' : ']'}": add it.` }
}

/** Something that was to be a field, or was not. */
function keyProblem(text: string, at: number): YamlProblem {
  const start = text.lastIndexOf('\n', at - 1) + 1
  const [line = '', next = ''] = text.slice(start).split('\n')
  if (line.split(/:\s/).length > 2) return { at, message: COLON_IN_TEXT }
  if (/:\s/.test(line) && columnOf(next) > columnOf(line)) return { at: start + line.length + 1, message: WRONG_COLUMN }
  return { at, message: /:\s/.test(line) ? WRONG_COLUMN : NO_FIELD }
}

function columnOf(line: string): number {
  return line.length - line.trimStart().length
}
