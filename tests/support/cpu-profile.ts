/** What a V8 profile says of where a thread's time went, by function, in the places of the sources. */
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload, type SourceMapping } from 'node:module'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number; readonly columnNumber: number }
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface FunctionTime {
  readonly name: string
  /** Of the whole time, idle time included. */
  readonly share: number
}

const sourceMaps = new Map<string, SourceMap | undefined>()

/** Functions by their own time, longest first; `(idle)`, `(garbage collector)` and `(program)` are V8's. */
export function selfTimes(file: string): FunctionTime[] {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile
  const names = new Map(nodes.map((node) => [node.id, nameOf(node)]))
  const sums = new Map<string, number>()
  let total = 0
  samples.forEach((id, index) => {
    const name = names.get(id) ?? '?'
    const us = timeDeltas[index] ?? 0
    sums.set(name, (sums.get(name) ?? 0) + us)
    total += us
  })
  return [...sums].map(([name, us]) => ({ name, share: us / total })).sort((one, other) => other.share - one.share)
}

export function profileText(title: string, times: readonly FunctionTime[], count: number): string {
  const lines = times.slice(0, count).map(({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`)
  return [title, ...lines].join('\n')
}

function nameOf({ callFrame }: ProfileNode): string {
  const { functionName, url, lineNumber, columnNumber } = callFrame
  const name = functionName === '' ? '(anonymous)' : functionName
  if (!url.startsWith('file:')) return url === '' ? name : `${name} ${url}`
  const file = fileURLToPath(url)
  const source = sourceMapOf(file)?.findEntry(lineNumber, columnNumber)
  if (source === undefined || !('originalSource' in source)) return `${name} ${relative(process.cwd(), file)}:${lineNumber + 1}`
  return `${name} ${sourcePath(file, source)}:${source.originalLine + 1}`
}

function sourcePath(file: string, { originalSource }: SourceMapping): string {
  const path = originalSource.startsWith('file:') ? fileURLToPath(originalSource) : resolve(file, '..', originalSource)
  return relative(process.cwd(), path)
}

function sourceMapOf(file: string): SourceMap | undefined {
  if (!sourceMaps.has(file)) {
    const map = `${file}.map`
    sourceMaps.set(file, existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, 'utf8')) as SourceMapPayload) : undefined)
  }
  return sourceMaps.get(file)
}
