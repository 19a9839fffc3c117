/** Import circles: files each of which can only be understood together with all the others. */
import ts from 'typescript'
import { codeOf, resolveSpecifier, type SourceText } from './source-files'

type ImportGraph = ReadonlyMap<string, readonly string[]>

/** Each circle among these files as the sorted list of its files. Imports of types count. */
export function circlesAmong(sources: readonly SourceText[]): string[][] {
  const paths = new Set(sources.map(({ path }) => path))
  const graph = new Map(sources.map((source) => [source.path, importedFiles(source, paths)]))
  return stronglyConnected(graph).map((files) => files.sort())
}

/** Scanned, not parsed: which files are named is all that counts. */
function importedFiles(source: SourceText, paths: ReadonlySet<string>): string[] {
  return ts.preProcessFile(codeOf(source)).importedFiles.flatMap(({ fileName: specifier }) => {
    if (!specifier.startsWith('.')) return []
    const target = resolveSpecifier(source.path, specifier)
    return [target, `${target}.ts`, `${target}.mts`, `${target}/index.ts`].find((path) => paths.has(path)) ?? []
  })
}

/** Tarjan's algorithm. A component of one file is a circle only where the file imports itself. */
function stronglyConnected(graph: ImportGraph): string[][] {
  const found: string[][] = []
  const numbers = new Map<string, number>()
  /** Files that were visited and may still belong to a circle that is open. */
  const open: string[] = []

  /** Gives the lowest number of an open file that can be reached from this one. */
  const visit = (file: string): number => {
    const number = numbers.size
    numbers.set(file, number)
    open.push(file)
    const imported = graph.get(file) ?? []
    let lowest = number
    for (const next of imported) {
      const known = numbers.get(next)
      if (known === undefined) lowest = Math.min(lowest, visit(next))
      else if (open.includes(next)) lowest = Math.min(lowest, known)
    }
    if (lowest === number) {
      const files = open.splice(open.indexOf(file))
      if (files.length > 1 || imported.includes(file)) found.push(files)
    }
    return lowest
  }

  for (const file of graph.keys()) if (!numbers.has(file)) visit(file)
  return found
}
