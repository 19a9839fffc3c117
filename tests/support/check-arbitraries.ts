/** Expressions of the language of checks, of any form, whether they make sense or not. */
import fc from 'fast-check'
import { COMPARISONS, type Expression, type Literal } from '../../src-main/exercise/checks/syntax'

const at = fc.constant(0)
const number = fc.integer({ min: 0, max: 9999 })
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.record({
    type: fc.constant('number' as const),
    value: fc.oneof(
      number,
      number.map((value) => value / 8),
    ),
  }),
  fc.record({ type: fc.constant('duration' as const), ms: number }),
  fc.record({ type: fc.constant('blocks' as const), count: number }),
  fc.record({ type: fc.constant('lun' as const), lun: fc.integer({ min: 0, max: 63 }) }),
  fc.record({ type: fc.constant('text' as const), text: fc.string().filter((text) => !/[\n\r]/.test(text)) }),
  fc.record({ type: fc.constant('truth' as const), value: fc.boolean() }),
  fc.record({ type: fc.constant('controller' as const), controller: fc.constantFrom('a' as const, 'b' as const) }),
  fc.record({ type: fc.constant('place' as const), place: fc.constantFrom('drive-*', 'drive-3', 'portal-a', 'host', 'controller-b') }),
)
const name = fc.constantFrom('ledger', 'time', 'blockCount', 'sent', 'other-one', 'it')
const kinds = fc.oneof(
  fc.array(fc.constantFrom('drive.write', 'host.command', 'takeover.*', 'violation', 'act'), { minLength: 1, maxLength: 3 }),
  fc.constantFrom(['any'], ['@shared']),
)

const { expression } = fc.letrec((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constant('literal' as const), at, value: literal }),
    fc.record({ type: fc.constant('name' as const), at, name }),
    fc.record({ type: fc.constant('list' as const), at, items: fc.array(tie('expression'), { maxLength: 3 }) }),
    fc.record({
      type: fc.constant('call' as const),
      at,
      name: fc.constantFrom('count', 'gap', 'owner-of'),
      arguments: fc.array(tie('expression'), { maxLength: 2 }),
    }),
    fc.record({ type: fc.constant('field' as const), at, of: tie('expression'), name: fc.constantFrom('lost', 'answered-by') }),
    fc.record({ type: fc.constant('not' as const), at, operand: tie('expression') }),
    fc.record({ type: fc.constantFrom('and' as const, 'or' as const), at, left: tie('expression'), right: tie('expression') }),
    fc.record({
      type: fc.constant('sum' as const),
      at,
      sign: fc.constantFrom('+' as const, '-' as const),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc.record({
      type: fc.constant('compare' as const),
      at,
      operator: fc.constantFrom(...COMPARISONS),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc.record({
      type: fc.constant('events' as const),
      at,
      quantifier: fc.constantFrom('some' as const, 'no' as const, 'first' as const, 'last' as const, 'plain' as const),
      pattern: tie('pattern'),
    }),
    fc.record({ type: fc.constant('every' as const), at, pattern: tie('pattern'), condition: tie('expression') }),
    fc.record({ type: fc.constant('relates' as const), at, of: tie('expression'), relation: tie('relation') }),
    fc.record({ type: fc.constant('is-a' as const), at, of: tie('expression'), pattern: tie('pattern') }),
  ),
  pattern: fc.record({
    at,
    kinds,
    filters: fc.array(fc.record({ type: fc.constantFrom('by' as const, 'from' as const, 'to' as const), at, place: tie('expression') }), {
      maxLength: 1,
    }),
    where: fc.option(tie('expression'), { nil: undefined }),
    as: fc.option(fc.constantFrom('sent', 'other-one'), { nil: undefined }),
    relations: fc.array(tie('relation'), { maxLength: 1 }),
  }),
  relation: fc.oneof(
    fc.record({
      type: fc.constantFrom('before' as const, 'after' as const, 'under-way-at' as const),
      at,
      event: tie('expression'),
    }),
    fc.record({
      type: fc.constant('within' as const),
      at,
      span: tie('expression'),
      side: fc.constantFrom('of' as const, 'after' as const, 'before' as const),
      event: tie('expression'),
    }),
    fc.record({ type: fc.constant('caused-by' as const), at, pattern: tie('pattern') }),
    fc.record({
      type: fc.constantFrom('followed-by' as const, 'preceded-by' as const),
      at,
      pattern: tie('pattern'),
      span: fc.option(tie('expression'), { nil: undefined }),
    }),
  ),
}))

/** The parts tie back to each other without their types. */
export const anyExpression = expression as fc.Arbitrary<Expression>
