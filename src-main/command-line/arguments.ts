import { parseArgs } from 'node:util'
import { failure, ok, type Result } from '../base/result'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'

/** What somebody asked for in a terminal. */
export interface Arguments {
  readonly verb: Verb
  /** What stands after the verb. */
  readonly words: readonly string[]
  /** Undefined: the usual folder. */
  readonly lab: string | undefined
  readonly json: boolean
  readonly to: ControllerId
  readonly id: string | undefined
  readonly timeoutMs: number
  readonly recent: number
  readonly kind: string | undefined
  readonly until: string | undefined
  readonly token: boolean
}

/** Each verb with the options that mean something to it, beside `--lab`. */
const OPTIONS_OF = {
  status: ['json'],
  volumes: ['json', 'to'],
  drives: ['json', 'to'],
  groups: ['json', 'to'],
  luns: ['json', 'to'],
  operations: ['json', 'to'],
  takeovers: ['json', 'to'],
  service: ['json', 'to', 'id'],
  do: ['json'],
  wait: ['json', 'timeout'],
  events: ['json', 'recent', 'kind', 'until', 'timeout'],
  metrics: ['to'],
  openapi: ['to'],
  access: ['json', 'token'],
  completion: [],
  complete: [],
  help: [],
} as const satisfies Readonly<Record<string, readonly Option[]>>
export type Verb = keyof typeof OPTIONS_OF
export const VERBS = Object.keys(OPTIONS_OF) as readonly Verb[]

export const HELP = `takeover-lab COMMAND: a lab that runs, from a terminal.

  status                     controllers, volumes, drives, and the lab's own host
  volumes, drives, groups, luns, operations, takeovers
                             what the array says of them
  service [NAME [KEY=VALUE]...]
                             sends a service request; without a name: lists all, with one and --help: what it takes
    --to a|b                 to this controller (default a); the survivor answers for both
    --id ID                  with this id: sent again, it gives its first answer and nothing runs twice
  do [NAME [VALUE] [KEY=VALUE]...]
                             breaks something, mends it, or runs the workload: do kill a, do pull-drive 1, do make-whole;
                             without a name: lists all
  wait CONDITION             until it holds: whole, redundant, verified, serving a, down a, taken-over-by b,
                             or of the snapshot: controllers.a.phase=serving, host.ledger.acknowledged>1000
    --timeout SECONDS        at most so long (default 60); exit status 1 if it does not come to hold
  events                     what happens, as it happens, until Ctrl+C
    --recent N               begin with the N last, and all rare ones
    --kind PREFIX            only kinds that begin so: takeover, or midplane.controller-
    --until PREFIX           end after the first event of such a kind
    --timeout SECONDS        end after so long (default: never)
  metrics, openapi           measurements for Prometheus; the table of service requests as OpenAPI
  access                     addresses of the lab; --token: with its token
  completion bash            completion for bash: source <(takeover-lab completion bash)

  --lab DIR                  the lab's folder
  --json                     JSON instead of a table

Exit status: 0 all is well, 1 refused or not reached, 2 arguments that make no sense, 3 no lab can be reached.`

const OPTIONS = {
  lab: { type: 'string' },
  json: { type: 'boolean' },
  to: { type: 'string' },
  id: { type: 'string' },
  timeout: { type: 'string' },
  recent: { type: 'string' },
  kind: { type: 'string' },
  until: { type: 'string' },
  token: { type: 'boolean' },
  help: { type: 'boolean' },
} as const
type Option = keyof typeof OPTIONS
type Values = ReturnType<typeof parse>['values']

const WAIT_SECONDS = 60
const MOST_SECONDS = 86_400
const MOST_RECENT = 10_000

/** Whether these arguments are for a terminal, not for the program that runs a lab. */
export function isCommandLine(args: readonly string[]): boolean {
  return VERBS.some((verb) => verb === args[0])
}

/** The error is a sentence. */
export function readArguments(args: readonly string[]): Result<Arguments, string> {
  const [first] = args
  // What is being typed is no command line yet.
  if (first === 'complete') return ok(typedSoFar(args.slice(1)))
  const parsed = parsedOf(args)
  if (!parsed.ok) return parsed
  const { values, positionals } = parsed.value
  const [word, ...words] = positionals
  const verb = VERBS.find((known) => known === word)
  if (word !== undefined && verb === undefined) return failure(`There is no command "${word}".`)
  if (verb === undefined || (values.help === true && !(verb === 'service' && words.length > 0))) return ok(given('help', words, values))
  const taken: readonly Option[] = OPTIONS_OF[verb]
  const strange = (Object.keys(values) as Option[]).find((name) => name !== 'lab' && name !== 'help' && !taken.includes(name))
  if (strange !== undefined) return failure(`"${verb}" has no option --${strange}.`)
  return checked(verb, values.help === true ? [...words, '--help'] : words, values)
}

/** The words without options, but for the last one, and which lab is meant. */
function typedSoFar(args: readonly string[]): Arguments {
  const words: string[] = []
  let lab: string | undefined
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? ''
    const name = word.slice(2)
    const isLast = index === args.length - 1
    if (isLast || !word.startsWith('--')) words.push(word)
    else if (Object.hasOwn(OPTIONS, name) && OPTIONS[name as Option].type === 'string') {
      if (name === 'lab') lab = args[index + 1]
      index++
    }
  }
  return given('complete', words, lab === undefined ? {} : { lab })
}

function checked(verb: Verb, words: readonly string[], values: Values): Result<Arguments, string> {
  const { to, timeout, recent } = values
  if (to !== undefined && CONTROLLER_IDS.every((id) => id !== to)) return failure(`--to must be a or b, not "${to}".`)
  const seconds = timeout === undefined ? undefined : Number(timeout)
  if (seconds !== undefined && !(seconds > 0 && seconds <= MOST_SECONDS)) {
    return failure(`--timeout must be a number of seconds from above 0 to ${MOST_SECONDS}, not "${timeout ?? ''}".`)
  }
  if (recent !== undefined && !(/^\d{1,5}$/.test(recent) && Number(recent) <= MOST_RECENT)) {
    return failure(`--recent must be a whole number from 0 to ${MOST_RECENT}, not "${recent}".`)
  }
  return ok(given(verb, words, values))
}

function given(verb: Verb, words: readonly string[], values: Values): Arguments {
  const usualTimeoutMs = verb === 'wait' ? WAIT_SECONDS * 1000 : Number.POSITIVE_INFINITY
  return {
    verb,
    words,
    lab: values.lab,
    json: values.json === true,
    to: values.to === 'b' ? 'b' : 'a',
    id: values.id,
    timeoutMs: values.timeout === undefined ? usualTimeoutMs : Number(values.timeout) * 1000,
    recent: Number(values.recent ?? 0),
    kind: values.kind,
    until: values.until,
    token: values.token === true,
  }
}

function parsedOf(args: readonly string[]): Result<ReturnType<typeof parse>, string> {
  try {
    return ok(parse(args))
  } catch (error) {
    return failure(error instanceof Error ? `${error.message.split('. ', 1)[0]?.replace(/\.$/, '') ?? ''}.` : String(error))
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
}
