/** Who imports whom at run time, and so which tests can notice a change of a file. Paths are relative to the project. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import ts from 'typescript'

export class ImportGraph {
  readonly #importers = new Map<string, Set<string>>()
  readonly #read = new Set<string>()

  constructor(tests: readonly string[]) {
    for (const test of tests) this.#add(test)
  }

  /** The tests that reach this file, those that stand beside its mirror first, then the nearest. */
  testsOf(file: string): string[] {
    const distances = this.#distances(file)
    const mirror = mirrorOf(file)
    const rank = (test: string): number => (test === mirror ? 0 : dirname(test) === dirname(mirror) ? 1 : 2)
    return [...distances]
      .filter(([path]) => path.endsWith('.test.ts'))
      .toSorted(([a, distance], [b, other]) => rank(a) - rank(b) || distance - other || (a < b ? -1 : 1))
      .map(([path]) => path)
  }

  #distances(file: string): Map<string, number> {
    const distances = new Map([[file, 0]])
    for (const [path, distance] of distances) {
      for (const importer of this.#importers.get(path) ?? []) if (!distances.has(importer)) distances.set(importer, distance + 1)
    }
    return distances
  }

  #add(file: string): void {
    if (this.#read.has(file)) return
    this.#read.add(file)
    for (const imported of importsOf(file)) {
      const importers = this.#importers.get(imported) ?? new Set()
      this.#importers.set(imported, importers.add(file))
      this.#add(imported)
    }
  }
}

export function mirrorOf(file: string): string {
  return file.replace(/^src-main\//, 'tests/unit/').replace(/\.ts$/, '.test.ts')
}

/** Types are gone at run time. */
function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext)
  return source.statements.flatMap((statement) => {
    const isOfTypes = ts.isImportDeclaration(statement)
      ? statement.importClause?.isTypeOnly
      : ts.isExportDeclaration(statement) && statement.isTypeOnly
    if (isOfTypes === true || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) return []
    const specifier = statement.moduleSpecifier
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return []
    const base = normalize(join(dirname(file), specifier.text))
    return [`${base}.ts`, `${base}/index.ts`].filter((path) => existsSync(path)).slice(0, 1)
  })
}
