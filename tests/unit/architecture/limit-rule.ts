/** Bounds stand in one place: a number that is named like one stands in `contract/limits.ts`, or is made of one that does. */
import ts from 'typescript'
import { lineOf, walk } from './source-files'

const PLACE = 'src-main/contract/limits.ts'
/** Its numbers draw worlds; they bound nothing of the product. */
const SIMULATOR = 'src-main/simulator/'
const NAMED_LIKE_ONE = /^(MAX_\w+|\w+_MAX(_\w+)?|\w+_LIMIT)$/

/** What is no choice of ours, or is only how a view looks. */
const NO_BOUNDS: Readonly<Record<string, readonly string[]>> = {
  // RFC 7143 and SAM-5: what a field can hold, how long keys and values are, and a default.
  'src-main/core/iscsi/codec/text-keys.ts': ['MAX_KEY_BYTES', 'MAX_VALUE_BYTES'],
  'src-main/core/iscsi/codec/key-rules.ts': ['DEFAULT_MAX_RECV_DATA_SEGMENT_BYTES'],
  'src-main/core/iscsi/codec/layout.ts': ['MAX_AHS_BYTES', 'MAX_DATA_SEGMENT_BYTES'],
  'src-main/core/iscsi/codec/lun.ts': ['MAX_PERIPHERAL_LUN', 'MAX_FLAT_SPACE_LUN'],
  'src-main/core/iscsi/session/target.ts': ['MAX_TSIH'],
  // How much has its place on the screen.
  'src-renderer/components/events/EventStory.vue': ['MAX_INDENTS'],
  'src-renderer/components/shell/ServingLine.vue': ['MAX_LUNS'],
  'src-renderer/components/workload/OutageMeter.vue': ['MAX_LUNS'],
  'src-renderer/components/topology/flights.ts': ['MAX_LAG_MS'],
  'src-renderer/stores/announcements.ts': ['MAX_SHOWN'],
}

export interface LimitViolation {
  readonly rule: 'limit'
  readonly file: string
  readonly line: number
  readonly message: string
}

export function checkLimits(file: string, tree: ts.SourceFile): LimitViolation[] {
  if (file === PLACE || file.startsWith(SIMULATOR)) return []
  return boundsOf(tree)
    .filter(({ name }) => !(NO_BOUNDS[file] ?? []).includes(name))
    .map(({ name, line }) => ({ rule: 'limit', file, line, message: `${name} belongs to contract/limits.ts` }))
}

/** The exceptions that name nothing, so that the list does not outlive what it excuses. */
export function deadExceptions(treeOf: (file: string) => ts.SourceFile): string[] {
  return Object.entries(NO_BOUNDS).flatMap(([file, names]) => {
    const found = new Set(boundsOf(treeOf(file)).map(({ name }) => name))
    return names.filter((name) => !found.has(name)).map((name) => `${file} ${name}`)
  })
}

function boundsOf(tree: ts.SourceFile): { name: string; line: number }[] {
  const found: { name: string; line: number }[] = []
  walk(tree, (node) => {
    const isDeclared = ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)
    if (!isDeclared || node.initializer === undefined || !isNumber(node.initializer)) return
    const name = node.name.getText().replace(/^#/, '')
    if (NAMED_LIKE_ONE.test(name)) found.push({ name, line: lineOf(node) })
  })
  return found
}

/** Written out, or computed without any of our limits. */
function isNumber(value: ts.Expression): boolean {
  if (ts.isNumericLiteral(value) || ts.isIdentifier(value)) return true
  if (ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isPrefixUnaryExpression(value)) {
    return isNumber(ts.isPrefixUnaryExpression(value) ? value.operand : value.expression)
  }
  return ts.isBinaryExpression(value) && isNumber(value.left) && isNumber(value.right)
}
