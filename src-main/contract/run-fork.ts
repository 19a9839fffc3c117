import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import { CACHE_POLICIES } from './array-state'
import { controllerIdSchema } from './controller-id'
import { LIMITS } from './limits'
import { DISPATCH_SCHEMES } from './service-request'

/** What a fork may set, and to what. Of the heartbeat: milliseconds, on which all detection is counted. */
export const FORK_POLICIES = {
  'cache-policy': CACHE_POLICIES,
  'dispatch-scheme': DISPATCH_SCHEMES,
  'automatic-giveback': ['on', 'off'],
  'ownership-by-load': ['on', 'off'],
  'heartbeat-ms': ['25', '50', '200'],
} as const
export type ForkPolicy = keyof typeof FORK_POLICIES
export const FORK_POLICY_NAMES = ['cache-policy', 'dispatch-scheme', 'automatic-giveback', 'ownership-by-load', 'heartbeat-ms'] as const

const FAULT_NAME = /^[a-z][a-z-]{0,39}$/
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const mostDraws = v.maxValue<number, number, string>(LIMITS.playedForkDraws, `must be at most ${LIMITS.playedForkDraws}`)
const draws = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), mostDraws))
const faultName = v.pipe(v.string(), v.regex(FAULT_NAME, 'must be the name of a fault, such as crash'))
const policyName = v.picklist(FORK_POLICY_NAMES, `must be one of ${FORK_POLICY_NAMES.join(', ')}`)

/**
 * The one thing that is changed. `fault` is the number of a fault of the run, in the order in which they strike, from 0 on; `draws`: how
 * many random numbers it drew there, so that later faults draw the same as without the fork. Without a controller, one that is alive is
 * drawn.
 */
export const forkChangeSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('without'), fault: count, draws }),
  v.strictObject({ kind: v.literal('instead'), fault: count, draws, name: faultName, controller: v.optional(controllerIdSchema) }),
  v.strictObject({ kind: v.literal('strike'), name: faultName, controller: v.optional(controllerIdSchema) }),
  v.pipe(
    v.strictObject({ kind: v.literal('policy'), policy: policyName, value: v.string() }),
    v.check(
      ({ policy, value }) => valuesOf(policy).includes(value),
      ({ input: { policy } }) => `must set ${policy} to ${valuesOf(policy).join(' or ')}`,
    ),
  ),
])
export type ForkChange = v.InferOutput<typeof forkChangeSchema>

/** Up to this event everything is as without the fork. Then one thing is changed. */
export const runForkSchema = v.strictObject({ event: count, change: forkChangeSchema })
export type RunFork = v.InferOutput<typeof runForkSchema>

/** A fork may be forked again, later or at the same event. */
export const runForksSchema = v.pipe(
  v.array(runForkSchema),
  v.minLength(1),
  v.maxLength(LIMITS.playedForks, `must be at most ${LIMITS.playedForks}`),
  v.check((forks) => forks.every(({ event }, index) => event >= (forks[index - 1]?.event ?? 0)), 'must be in the order of their events'),
)

export function valuesOf(policy: ForkPolicy): readonly string[] {
  return FORK_POLICIES[policy]
}

/** As they stand in a command, such as `5310:without=2~3,7000:strike=crash@a`; the number after ~ is that of draws. */
export function tellForks(forks: readonly RunFork[]): string {
  return forks.map(({ event, change }) => `${event}:${tellChange(change)}`).join(',')
}

function tellChange(change: ForkChange): string {
  const left = 'fault' in change ? `${change.fault}${change.draws === undefined ? '' : `~${change.draws}`}` : ''
  if (change.kind === 'policy') return `policy=${change.policy}/${change.value}`
  if (change.kind === 'without') return `without=${left}`
  const struck = change.controller === undefined ? change.name : `${change.name}@${change.controller}`
  return change.kind === 'strike' ? `strike=${struck}` : `instead=${left}/${struck}`
}

const FORK_TEXT = /^(?<event>\d{1,15}):(?<kind>without|instead|strike|policy)=(?<what>[a-z0-9~/@-]{1,120})$/
const FAULT_TEXT = /^(?<fault>\d{1,15})(?:~(?<draws>\d{1,5}))?$/
const STRUCK_TEXT = /^(?<name>[a-z-]+)(?:@(?<controller>[ab]))?$/

type Parts = Readonly<Record<string, string | undefined>>

/** Of what is given instead of a fork, at most so much is said again. */
const SAID_AGAIN = 160
const EXAMPLES = '5310:without=2, 5310:strike=crash@a or 5310:policy=cache-policy/write-through'

/** The error is a sentence. */
export function parseForks(text: string): Result<readonly RunFork[], string> {
  const parts = text.split(',')
  const forks: unknown[] = []
  for (const part of parts) {
    const fork = forkOf(part)
    if (fork === undefined) return failure(`"${part.slice(0, SAID_AGAIN)}" is no fork, such as ${EXAMPLES}.`)
    forks.push(fork)
  }
  const parsed = v.safeParse(runForksSchema, forks)
  return parsed.success ? ok(parsed.output) : failure(tellWrong(parsed.issues[0], parts))
}

/** Which of the changes, what of it, and what it must be. */
function tellWrong({ path, message }: v.BaseIssue<unknown>, parts: readonly string[]): string {
  const [place, wrong] = [path?.[0].key, path?.at(-1)?.key]
  return typeof place === 'number' ? `${parts[place]}: ${String(wrong)} ${message}.` : `The changes ${message}.`
}

/** Not decoded yet. */
function forkOf(text: string): unknown {
  const { event, kind, what = '' }: Parts = FORK_TEXT.exec(text)?.groups ?? {}
  const change = kind === undefined ? undefined : changeOf(kind, what)
  return change && { event: Number(event), change: { kind, ...change } }
}

function changeOf(kind: string, what: string): object | undefined {
  const [first = '', second = '', ...more] = what.split('/')
  if (more.length > 0) return undefined
  if (kind === 'policy') return second === '' ? undefined : { policy: first, value: second }
  if (kind === 'strike') return struckOf(what)
  const left = FAULT_TEXT.exec(kind === 'without' ? what : first)?.groups
  if (left === undefined) return undefined
  const fault = { fault: Number(left['fault']), ...(left['draws'] === undefined ? {} : { draws: Number(left['draws']) }) }
  if (kind === 'without') return fault
  const struck = struckOf(second)
  return struck && { ...fault, ...struck }
}

function struckOf(text: string): object | undefined {
  const { name, controller }: Parts = STRUCK_TEXT.exec(text)?.groups ?? {}
  return name === undefined ? undefined : { name, ...(controller === undefined ? {} : { controller }) }
}
