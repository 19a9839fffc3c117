/** Source files of the project and what their syntax trees say about imports. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

/** Every file of the project is parsed, perhaps on a machine that has much else to do. */
export const WHOLE_PROJECT_MS = 60_000

export interface SourceText {
  /** Relative to the project, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
  readonly line: number
}

export function readSources(projectDir: string, folder: string): SourceText[] {
  return readdirSync(join(projectDir, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|mts|vue)$/.test(name))
    .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
    .map((path) => ({ path, text: readFileSync(join(projectDir, path), 'utf8') }))
}

export function parse(source: SourceText): ts.SourceFile {
  return ts.createSourceFile(source.path, codeOf(source), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS)
}

export function codeOf(source: SourceText): string {
  return source.path.endsWith('.vue') ? scriptsOf(source.text) : source.text
}

/** Blanks out everything but the scripts of a component, so that lines keep their numbers. */
function scriptsOf(component: string): string {
  let kept = ''
  let end = 0
  for (const block of component.matchAll(/(<script\b[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = block.index + (block[1]?.length ?? 0)
    const code = block[2] ?? ''
    kept += blank(component.slice(end, start)) + code
    end = start + code.length
  }
  return kept + blank(component.slice(end))
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile()
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
}

export function importsOf(file: ts.SourceFile): Import[] {
  const imports: Import[] = []
  walk(file, (node) => {
    const found = importIn(node)
    if (found !== undefined) imports.push({ ...found, line: lineOf(node) })
  })
  return imports
}

function importIn(node: ts.Node): Omit<Import, 'line'> | undefined {
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, importsOnlyTypes(node.importClause))
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) return named(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(node.argument.literal, true)
  if (ts.isCallExpression(node) && isModuleCall(node.expression)) return named(node.arguments[0], false)
  return undefined
}

function isModuleCall(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
}

function importsOnlyTypes(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false
  if (clause.isTypeOnly) return true
  const names = clause.namedBindings
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false
  return names.elements.length > 0 && names.elements.every((element) => element.isTypeOnly)
}

function named(specifier: ts.Node | undefined, typeOnly: boolean): Omit<Import, 'line'> | undefined {
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? { specifier: specifier.text, typeOnly } : undefined
}

/** The file or folder in the project that a relative specifier means, without its extension. */
export function resolveSpecifier(fromPath: string, specifier: string): string {
  return posix.join(dirname(fromPath), specifier.replace(/\?.*$/, ''))
}
