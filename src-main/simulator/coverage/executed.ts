/** What V8 says of one function: where its parts are in the program's text, the outer ones first, and how often each ran. */
export interface FunctionCoverage {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]
}

export interface SourcePlace {
  readonly file: string
  /** From 1 on. */
  readonly line: number
}

export interface FileCoverage {
  readonly file: string
  /** With code on them. */
  readonly lines: number
  /** None of their code ran. In ascending order. */
  readonly unmet: readonly number[]
  /** Branches that never ran on lines that did. In ascending order. */
  readonly unmetBranches: readonly number[]
}

interface Line {
  executed: boolean
  hasUnmetBranch: boolean
}

/**
 * Which lines of the sources a program ran, from what V8 counted in its bundled text. `originOf` says where a place of the bundle comes
 * from, by line and column from 0 on; undefined if from none of the sources that count.
 */
export function coverageOf(
  text: string,
  functions: readonly FunctionCoverage[],
  originOf: (line: number, column: number) => SourcePlace | undefined,
): FileCoverage[] {
  const unmet = unmetOffsets(text.length, functions)
  const files = new Map<string, Map<number, Line>>()
  let offset = 0
  for (const [number, line] of text.split('\n').entries()) {
    const column = line.search(/\S/)
    const origin = isCode(line) ? originOf(number, column) : undefined
    if (origin !== undefined) note(files, origin, unmet.subarray(offset + column, offset + line.length))
    offset += line.length + 1
  }
  return [...files].map(([file, lines]) => fileCoverage(file, lines)).sort((a, b) => (a.file < b.file ? -1 : 1))
}

/** By offset: 1 where the innermost part of a function never ran. */
function unmetOffsets(length: number, functions: readonly FunctionCoverage[]): Uint8Array {
  const unmet = new Uint8Array(length)
  for (const { ranges } of functions) {
    for (const { startOffset, endOffset, count } of ranges) unmet.fill(count === 0 ? 1 : 0, startOffset, endOffset)
  }
  return unmet
}

function note(files: Map<string, Map<number, Line>>, { file, line }: SourcePlace, unmet: Uint8Array): void {
  const lines = files.get(file) ?? new Map<number, Line>()
  files.set(file, lines)
  const before = lines.get(line) ?? { executed: false, hasUnmetBranch: false }
  lines.set(line, { executed: before.executed || unmet.includes(0), hasUnmetBranch: before.hasUnmetBranch || unmet.includes(1) })
}

function fileCoverage(file: string, lines: ReadonlyMap<number, Line>): FileCoverage {
  const numbers = [...lines].sort(([a], [b]) => a - b)
  return {
    file,
    lines: numbers.length,
    unmet: numbers.flatMap(([number, { executed }]) => (executed ? [] : [number])),
    unmetBranches: numbers.flatMap(([number, { executed, hasUnmetBranch }]) => (executed && hasUnmetBranch ? [number] : [])),
  }
}

/** Lines of nothing but brackets run with what they end, and V8 counts some of them as never met. */
function isCode(line: string): boolean {
  return /[A-Za-z0-9_$]/.test(line) && !/^\s*(\/\/|\/?\*)/.test(line) && !/^\s*(\} else \{|else \{|break;)\s*$/.test(line)
}
