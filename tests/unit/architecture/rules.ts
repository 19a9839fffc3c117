/** The rules of the architecture, each checked on the syntax tree of one file. */
import ts from 'typescript'
import { CORE, layerOf, STORES, WORKER_STARTERS, type Layer } from './layers'
import { checkLimits } from './limit-rule'
import { importsOf, lineOf, parse, resolveSpecifier, walk, type Import, type SourceText } from './source-files'

export interface Violation {
  readonly rule: 'layer' | 'package' | 'extension' | 'determinism' | 'worker' | 'store' | 'level' | 'fence' | 'limit' | 'homeless'
  readonly file: string
  readonly line: number
  readonly message: string
}

export function check(source: SourceText): Violation[] {
  const layer = layerOf(source.path)
  if (layer === undefined) {
    return [{ rule: 'homeless', file: source.path, line: 1, message: 'belongs to no layer' }]
  }
  const tree = parse(source)
  return [
    ...importsOf(tree).flatMap((imported) => checkImport(source.path, layer, imported)),
    ...checkWorkers(source.path, tree),
    ...(source.path.startsWith(STORES) ? checkStore(source.path, tree) : []),
    ...checkLevels(source.path, tree),
    ...checkLimits(source.path, tree),
    ...(source.path.startsWith(PLATFORM) ? checkFence(source.path, tree) : []),
    ...(source.path.startsWith(CORE) ? checkDeterminism(source.path, tree) : []),
  ]
}

function checkImport(file: string, layer: Layer, imported: Import): Violation[] {
  const at = { file, line: imported.line }
  if (!imported.specifier.startsWith('.')) {
    return mayUse(layer, imported) ? [] : [{ ...at, rule: 'package', message: `${layer.path} may not import ${imported.specifier}` }]
  }
  if (/\.(m?[jt]s)$/.test(imported.specifier)) {
    return [{ ...at, rule: 'extension', message: `write ${imported.specifier} without its extension` }]
  }
  const target = resolveSpecifier(file, imported.specifier)
  if (mayReach(layer, target, imported.typeOnly)) return []
  return [{ ...at, rule: 'layer', message: `${layer.path} may not import ${imported.typeOnly ? 'types of ' : ''}${target}` }]
}

function mayUse(layer: Layer, { specifier, typeOnly }: Import): boolean {
  const allowed = [...(layer.packages ?? []), ...(typeOnly ? (layer.packageTypes ?? []) : [])]
  return allowed.some((pattern) => pattern.test(specifier))
}

function mayReach(layer: Layer, target: string, typeOnly: boolean): boolean {
  if (!target.startsWith('src-')) return isOutsideTheSources(target)
  // A target has no extension: a layer of one file is met by its name, a folder's index by the folder.
  const targetLayer = layerOf(`${target}.ts`) ?? layerOf(`${target}/`)
  if (targetLayer === layer) return true
  const allowed = typeOnly ? [...layer.mayImport, ...(layer.mayImportTypes ?? [])] : layer.mayImport
  return allowed.some((path) => `${target}.ts`.startsWith(path) || `${target}/`.startsWith(path))
}

function isOutsideTheSources(target: string): boolean {
  return target === 'package.json' || /^docs\/glossary(\.de)?\.md$/.test(target) || target.startsWith('assets/')
}

function checkWorkers(file: string, tree: ts.SourceFile): Violation[] {
  if (file.startsWith(WORKER_STARTERS)) return []
  const found: Violation[] = []
  walk(tree, (node) => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'Worker') {
      found.push({ rule: 'worker', file, line: lineOf(node), message: 'only entries start workers' })
    }
  })
  return found
}

function checkStore(file: string, tree: ts.SourceFile): Violation[] {
  const isStore = importsOf(tree).some(({ specifier, typeOnly }) => specifier === 'pinia' && !typeOnly)
  return isStore ? [] : [{ rule: 'store', file, line: 1, message: 'is no store' }]
}

const LEVELS = 'src-main/core/raid/levels/'
const EQUALITY = new Set([
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
])

/** What a RAID level does stands in its own file: nobody else asks which one it is. */
function checkLevels(file: string, tree: ts.SourceFile): Violation[] {
  if (file.startsWith(LEVELS)) return []
  const found: Violation[] = []
  walk(tree, (node) => {
    const compared =
      ts.isBinaryExpression(node) && EQUALITY.has(node.operatorToken.kind)
        ? [node.left, node.right]
        : ts.isCaseClause(node)
          ? [node.expression]
          : []
    if (compared.some((side) => ts.isStringLiteral(side) && /^(linear|raid\d+)$/.test(side.text))) {
      found.push({ rule: 'level', file, line: lineOf(node), message: 'only a level knows which one it is' })
    }
  })
  return found
}

const PLATFORM = 'src-main/platform/'
/** Of the main process. */
const OUTSIDE_CONTROLLERS = ['src-main/platform/trace-files.ts']
/** It changes no bytes, so it may end after its controller. */
const MAY_END_LATER = new Set(['fdatasync'])

/**
 * A controller's end is its fence: nothing that it began may change a file afterwards. What the thread pool does may, so
 * controllers use files only while they run.
 */
function checkFence(file: string, tree: ts.SourceFile): Violation[] {
  if (OUTSIDE_CONTROLLERS.includes(file)) return []
  const found: Violation[] = []
  const report = (node: ts.Node, name: string): void => {
    found.push({ rule: 'fence', file, line: lineOf(node), message: `${name} may write after the controller has ended` })
  }
  walk(tree, (node) => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const { text } = node.moduleSpecifier
      const bindings = node.importClause?.namedBindings
      if (/^(node:)?fs\/promises$/.test(text)) report(node, text)
      if (/^(node:)?fs$/.test(text) && (bindings === undefined || !ts.isNamespaceImport(bindings) || bindings.name.text !== 'fs')) {
        report(node, 'what is not imported as fs')
      }
    }
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'fs') {
      const name = node.name.text
      const isFunction = /^[a-z]/.test(name) && name !== 'constants'
      if (isFunction && !name.endsWith('Sync') && !MAY_END_LATER.has(name)) report(node, `fs.${name}`)
    }
  })
  return found
}

/** Names that bring time, chance, concurrency or the outside world. */
const FORBIDDEN_NAMES = new Set([
  'Date',
  'Promise',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'console',
  'performance',
  'globalThis',
  'crypto',
  'Atomics',
  'SharedArrayBuffer',
  'WeakRef',
  'FinalizationRegistry',
])

function checkDeterminism(file: string, tree: ts.SourceFile): Violation[] {
  const found: Violation[] = []
  walk(tree, (node) => {
    const what = nondeterminismOf(node)
    if (what !== undefined) found.push({ rule: 'determinism', file, line: lineOf(node), message: `${what} in the core` })
  })
  return found
}

function nondeterminismOf(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async'
  if (node.kind === ts.SyntaxKind.AwaitKeyword || ts.isAwaitExpression(node)) return 'await'
  if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) return 'dynamic import'
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') return 'Math.random'
  if (ts.isIdentifier(node) && FORBIDDEN_NAMES.has(node.text) && standsAlone(node)) return node.text
  return undefined
}

/** Whether the identifier is a variable or a type of that name, and not the name of a member. */
function standsAlone(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) || ts.isQualifiedName(parent)) return firstPartOf(parent) === node
  const isMember =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent)
  return !(isMember && parent.name === node)
}

function firstPartOf(parent: ts.PropertyAccessExpression | ts.QualifiedName): ts.Node {
  return ts.isQualifiedName(parent) ? parent.left : parent.expression
}
