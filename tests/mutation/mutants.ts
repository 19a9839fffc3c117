/** Small wrong changes of a source file: what a programmer in a hurry does. Types and assertions are left alone. */
import ts from 'typescript'

export interface Mutant {
  /** Where the change is, from the start of the file. */
  readonly start: number
  readonly end: number
  readonly replacement: string
  /** From 1 on. */
  readonly line: number
  readonly column: number
  readonly kind: 'comparison' | 'arithmetic' | 'logic' | 'condition' | 'constant' | 'removed' | 'call'
}

type Change = Pick<Mutant, 'start' | 'end' | 'replacement' | 'kind'>

const COMPARISONS: Readonly<Record<string, string>> = { '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===' }

const ARITHMETIC: Readonly<Record<string, string>> = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '<<': '>>',
  '>>': '<<',
  '>>>': '<<',
  '&': '|',
  '|': '&',
  '^': '|',
  '+=': '-=',
  '-=': '+=',
}

const LOGIC: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' }

const CALLS: Readonly<Record<string, string>> = {
  find: 'findLast',
  findLast: 'find',
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  ceil: 'floor',
  floor: 'ceil',
  push: 'unshift',
  unshift: 'push',
}

/** Calls that only guard against mistakes of our own. To remove one changes nothing that a test should see. */
const ASSERTIONS = new Set(['assert', 'unreachable', 'super'])

/** All of a file, in the order of the text. */
export function mutantsOf(text: string): Mutant[] {
  const source = ts.createSourceFile('mutated.ts', text, ts.ScriptTarget.ESNext, true)
  const changes: Change[] = []
  visit(source, source, changes)
  return changes
    .toSorted((a, b) => a.start - b.start || a.end - b.end)
    .map((change) => {
      const { line, character } = source.getLineAndCharacterOfPosition(change.start)
      return { ...change, line: line + 1, column: character + 1 }
    })
}

export function applied(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end)
}

function visit(node: ts.Node, source: ts.SourceFile, changes: Change[]): void {
  if (isLeftAlone(node)) return
  changes.push(...changesOf(node, source))
  ts.forEachChild(node, (child) => visit(child, source, changes))
}

function isLeftAlone(node: ts.Node): boolean {
  if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return true
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node)) return true
  return ts.isThrowStatement(node) || (ts.isCallExpression(node) && isAssertion(node))
}

function isAssertion({ expression }: ts.CallExpression): boolean {
  return expression.kind === ts.SyntaxKind.SuperKeyword || (ts.isIdentifier(expression) && ASSERTIONS.has(expression.text))
}

function changesOf(node: ts.Node, source: ts.SourceFile): Change[] {
  if (ts.isBinaryExpression(node)) return changesOfOperator(node, source)
  if (ts.isIfStatement(node)) return negated(node.expression, source)
  if (ts.isConditionalExpression(node)) return negated(node.condition, source)
  if (ts.isNumericLiteral(node)) return [changed(node, source, String(Number(node.text) + 1), 'constant')]
  if (ts.isBigIntLiteral(node)) return [changed(node, source, `${BigInt(node.text.slice(0, -1)) + 1n}n`, 'constant')]
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [changed(node, source, 'false', 'constant')]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [changed(node, source, 'true', 'constant')]
  if (isRemovable(node)) return [changed(node, source, ';', 'removed')]
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) return changesOfMethod(node.expression.name, source)
  return []
}

function changesOfOperator(node: ts.BinaryExpression, source: ts.SourceFile): Change[] {
  const operator = node.operatorToken.getText(source)
  const at = node.operatorToken
  if (COMPARISONS[operator] !== undefined) return [changed(at, source, COMPARISONS[operator], 'comparison')]
  if (LOGIC[operator] !== undefined) return [changed(at, source, LOGIC[operator], 'logic')]
  if (ARITHMETIC[operator] === undefined || isText(node)) return []
  return [changed(at, source, ARITHMETIC[operator], 'arithmetic')]
}

function isText(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return isText(node.left) || isText(node.right)
  return ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node)
}

/** Conditions that are one comparison are changed there. */
function negated(condition: ts.Expression, source: ts.SourceFile): Change[] {
  if (ts.isBinaryExpression(condition) && ['===', '!=='].includes(condition.operatorToken.getText(source))) return []
  const isNot = ts.isPrefixUnaryExpression(condition) && condition.operator === ts.SyntaxKind.ExclamationToken
  const replacement = isNot ? condition.operand.getText(source) : `!(${condition.getText(source)})`
  return [changed(condition, source, replacement, 'condition')]
}

/** Statements that only have an effect, and the ways out that give nothing. Without a `break`, loops would never end. */
function isRemovable(node: ts.Node): node is ts.Statement {
  if (ts.isReturnStatement(node)) return node.expression === undefined
  if (ts.isContinueStatement(node)) return true
  return ts.isExpressionStatement(node) && !(ts.isCallExpression(node.expression) && isAssertion(node.expression))
}

function changesOfMethod(name: ts.MemberName, source: ts.SourceFile): Change[] {
  const other = CALLS[name.text]
  return other === undefined ? [] : [changed(name, source, other, 'call')]
}

function changed(node: ts.Node, source: ts.SourceFile, replacement: string, kind: Mutant['kind']): Change {
  return { start: node.getStart(source), end: node.getEnd(), replacement, kind }
}
