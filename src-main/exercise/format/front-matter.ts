import { isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml'
import { LIMITS } from '../../contract/limits'
import { yamlProblem } from './yaml-problem'

/** What is wrong with a file, in which line (from 1 on), and what to do about it: sentences. */
export interface FileProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}

export function tellFileProblem({ file, line, message }: FileProblem): string {
  return `${file}:${line}: ${message}`
}

export type FieldPath = readonly (string | number)[]

/** The fields before the text of a file, between two lines of three dashes, and where each of them stands. */
export class FrontMatter {
  readonly file: string
  readonly document: Document
  /** What comes after it, and in which line that begins. */
  readonly body: string
  readonly bodyLine: number
  readonly problems: FileProblem[] = []
  readonly #lines: LineCounter
  readonly #firstLine: number

  /** `whole`: the file is nothing but fields. */
  constructor(file: string, text: string, whole = false) {
    this.file = file
    const { yaml, body, bodyLine, firstLine, problem } = whole ? { ...NO_BODY, yaml: text, problem: tooLong(text) } : split(text)
    this.#lines = new LineCounter()
    this.#firstLine = firstLine
    this.document = parseDocument(yaml, { lineCounter: this.#lines, prettyErrors: false, strict: true, uniqueKeys: true })
    this.body = body
    this.bodyLine = bodyLine
    if (problem !== undefined) this.problems.push({ file, line: 1, message: problem })
    const slip = yamlProblem(yaml, this.document.errors)
    if (slip !== undefined) this.problems.push({ file, line: this.lineAt(slip.at), message: slip.message })
  }

  /** The line of a field, or of the nearest field around it that there is. */
  lineOf(path: FieldPath): number {
    for (let length = path.length; length > 0; length--) {
      const start = this.#startOf(path.slice(0, length))
      if (start !== undefined) return this.lineAt(start)
    }
    return this.#firstLine
  }

  /** The line of a place within the text of a field, which may have several lines. */
  lineIn(path: FieldPath, text: string, at: number): number {
    const before = text.slice(0, at).split('\n').length - 1
    const node = this.document.getIn(path, true)
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    return this.lineOf(path) + before + (isBlock ? 1 : 0)
  }

  report(path: FieldPath, message: string): void {
    this.problems.push({ file: this.file, line: this.lineOf(path), message })
  }

  #startOf(path: FieldPath): number | undefined {
    const node = this.document.getIn(path, true)
    if (isNode(node)) return node.range?.[0]
    return undefined
  }

  /** Of a place in the fields. */
  lineAt(offset: number): number {
    return this.#lines.linePos(offset).line + this.#firstLine - 1
  }
}

interface Parts {
  readonly yaml: string
  readonly body: string
  readonly bodyLine: number
  readonly firstLine: number
  readonly problem?: string | undefined
}

const NO_BODY = { yaml: '', body: '', bodyLine: 1, firstLine: 1 }

const FENCE = /^---[ \t]*$/

function split(text: string): Parts {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const nothing = { ...NO_BODY, body: text }
  const problem = tooLong(text)
  if (problem !== undefined) return { ...NO_BODY, problem }
  if (!FENCE.test(lines[0] ?? ''))
    return { ...nothing, problem: 'The file has to begin with a line of three dashes, and the fields of the exercise after it.' }
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line))
  if (end < 0) return { ...nothing, problem: 'The fields of the exercise have no end: write a line of three dashes after them.' }
  return { yaml: lines.slice(1, end).join('\n'), body: lines.slice(end + 1).join('\n'), bodyLine: end + 2, firstLine: 2 }
}

function tooLong({ length }: string): string | undefined {
  return length > LIMITS.exerciseBytes ? `This file is longer than ${LIMITS.exerciseBytes} characters.` : undefined
}
