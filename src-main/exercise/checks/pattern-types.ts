import { dataFieldsOf, EVENT_KINDS, isCommonField, kindsNamed } from './event-kinds'
import { suggest } from './nearest'
import { GLOBALS } from './signatures'
import type { EventKind, Expression, Filter, Pattern, Relation } from './syntax'
import type { TypeScope, Typing } from './typing'
import { tellType } from './types'

export function kindsNamedBy(pattern: Pattern): ReadonlySet<EventKind> {
  return new Set(pattern.kinds.flatMap((name) => kindsNamed(name) ?? []))
}

/** Checks a pattern, and tells what expressions about its events may use. */
export function checkPattern(typing: Typing, pattern: Pattern, scope: TypeScope): TypeScope {
  for (const name of pattern.kinds)
    if (kindsNamed(name) === undefined) typing.report(pattern.at, `There is no kind of event "${name}". ${suggest(name, EVENT_KINDS)}`)
  const kinds = kindsNamedBy(pattern)
  for (const filter of pattern.filters) checkFilter(typing, filter, { kinds, scope })
  if (pattern.as !== undefined) checkName(typing, pattern, pattern.as, scope)
  const inside: TypeScope = { kinds, named: pattern.as === undefined ? scope.named : new Map([...scope.named, [pattern.as, kinds]]) }
  if (kinds.size === 0) return inside
  if (pattern.where !== undefined) typing.truth(pattern.where, inside)
  for (const relation of pattern.relations) checkRelation(typing, relation, inside)
  return inside
}

/** Other parts of the check must not mean something else by the name. */
function checkName(typing: Typing, { at }: Pattern, name: string, scope: TypeScope): void {
  const isTaken =
    scope.named.has(name) ||
    name === 'it' ||
    isCommonField(name) ||
    Object.hasOwn(GLOBALS, name) ||
    EVENT_KINDS.some((kind) => Object.hasOwn(dataFieldsOf(kind), name))
  if (isTaken) typing.report(at, `"${name}" means something already: give the event another name after "as".`)
}

function checkFilter(
  typing: Typing,
  { type, place, at }: Filter,
  { kinds, scope }: { readonly kinds: ReadonlySet<EventKind>; readonly scope: TypeScope },
): void {
  const found = typing.type(place, { kinds: undefined, named: scope.named })
  if (found === undefined) return
  const one = found.type === 'list' ? found.of : found
  if (one.type !== (type === 'by' ? 'controller' : 'place'))
    typing.report(at, `After "${type}" there has to be ${type === 'by' ? A_CONTROLLER : A_PLACE}. This is ${tellType(found)}.`)
  const doneByNobody = [...kinds].every((kind) => OUTSIDE.some((group) => kind.startsWith(group)))
  if (type === 'by' && kinds.size > 0 && doneByNobody)
    typing.report(at, 'No controller does this. Use "from", "to", or a field after "where".')
}

const A_CONTROLLER = 'a controller: a or b'
const A_PLACE = 'a place such as drive-* or portal-a'

/** What happens outside of the controllers, whoever is behind it. */
const OUTSIDE = ['host.', 'midplane.', 'lab.', 'trace.', 'violation', 'act', 'service.received', 'service.answered', 'portal.command']

export function checkRelation(typing: Typing, relation: Relation, scope: TypeScope): void {
  if ('event' in relation) typing.event(relation.event, scope)
  if ('pattern' in relation) checkPattern(typing, relation.pattern, scope)
  if ('span' in relation && relation.span !== undefined) checkSpan(typing, relation.span, scope)
  if (relation.type !== 'under-way-at' || scope.kinds === undefined) return
  const endless = [...scope.kinds].find((kind) => !WITH_AN_END.has(kind))
  if (endless !== undefined) typing.report(relation.at, `A ${endless} is over at once. Under way are: ${[...WITH_AN_END].join(', ')}.`)
}

const WITH_AN_END: ReadonlySet<EventKind> = new Set<EventKind>([
  'host.command',
  'portal.command',
  'service.received',
  'io.forwarded',
  'service.forwarded',
])

function checkSpan(typing: Typing, span: Expression, scope: TypeScope): void {
  const type = typing.type(span, scope)
  if (type !== undefined && type.type !== 'duration')
    typing.report(span.at, `After "within" there has to be a time such as 500 ms. This is ${tellType(type)}.`)
}
