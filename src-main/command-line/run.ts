import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { failure, ok, type Result } from '../base/result'
import { parseJson } from '../contract/json'
import { LAB_COMMANDS } from '../contract/lab-api'
import type { ServiceRequestDescription } from '../contract/service-request'
import type { TraceEvent } from '../contract/trace'
import { HELP, readArguments, type Arguments } from './arguments'
import { BASH_COMPLETION, completions } from './completion'
import { readCondition } from './condition'
import { findLab } from './find-lab'
import { LabCaller, Refused, Unreachable } from './lab-caller'
import { commandParameters, commandUsage, isLabCommand, serviceParameters } from './parameters'
import { statusText } from './status-text'
import { resultText, table } from './table'

export const EXIT = { fine: 0, refused: 1, badArguments: 2, noLab: 3 } as const

/** The way out of the program: lines for its reader, lines about what went wrong, and the end that somebody asks for by Ctrl+C. */
export interface Terminal {
  readonly say: (text: string) => void
  readonly complain: (text: string) => void
  readonly interrupted: AbortSignal
  /** Where a lab is if nobody says. */
  readonly usualFolder: string
}

const LISTS = {
  volumes: 'list-volumes',
  drives: 'list-drives',
  groups: 'list-groups',
  luns: 'list-luns',
  operations: 'list-operations',
  takeovers: 'get-takeovers',
} as const

const POLL_MS = 50

/** Gives the exit status. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const read = readArguments(args)
  if (!read.ok) return complain(terminal, `${read.error} (help shows what there is.)`, EXIT.badArguments)
  const { verb, lab } = read.value
  if (verb === 'help') return say(terminal, HELP)
  if (verb === 'completion') return completion(read.value, terminal)
  const access = findLab(lab ?? terminal.usualFolder)
  if (verb === 'complete') return complete(read.value, access.ok ? new LabCaller(access.value) : undefined, terminal)
  if (!access.ok) return complain(terminal, access.error, EXIT.noLab)
  if (verb === 'access') {
    const { folder, target, portals, management, commands, token } = access.value
    const addresses = { folder, target, portals, management, commands, ...(read.value.token ? { token } : {}) }
    return say(terminal, read.value.json ? JSON.stringify(addresses, null, 2) : resultText(addresses))
  }
  try {
    return await withLab(read.value, new LabCaller(access.value), terminal)
  } catch (error) {
    if (error instanceof Refused) return complain(terminal, error.message, EXIT.refused)
    if (error instanceof Unreachable) return complain(terminal, error.message, EXIT.noLab)
    throw error
  }
}

async function withLab(asked: Arguments, lab: LabCaller, terminal: Terminal): Promise<number> {
  switch (asked.verb) {
    case 'status': {
      const snapshot = await lab.snapshot()
      return say(terminal, asked.json ? JSON.stringify(snapshot, null, 2) : statusText(snapshot))
    }
    case 'service':
      return service(asked, lab, terminal)
    case 'do':
      return labCommand(asked, lab, terminal)
    case 'wait':
      return wait(asked, lab, terminal)
    case 'events':
      return events(asked, lab, terminal)
    case 'metrics':
      return say(terminal, (await lab.text(asked.to, '/metrics')).trimEnd())
    case 'openapi':
      return say(terminal, await lab.text(asked.to, '/v1/openapi.json'))
    case 'volumes':
    case 'drives':
    case 'groups':
    case 'luns':
    case 'operations':
    case 'takeovers':
      return asked.words.length > 0
        ? complain(terminal, `"${asked.words[0] ?? ''}" is one thing too many.`, EXIT.badArguments)
        : send(asked, { name: LISTS[asked.verb], params: {} }, { lab, terminal })
    default:
      return complain(terminal, `"${asked.verb}" needs no lab.`, EXIT.badArguments)
  }
}

async function service(asked: Arguments, lab: LabCaller, terminal: Terminal): Promise<number> {
  const [name, ...words] = asked.words
  const { requests } = await lab.serviceTable(asked.to)
  if (name === undefined) {
    const rows = requests.map((request) => [request.name, request.kind, request.summary])
    return say(terminal, asked.json ? JSON.stringify(requests, null, 2) : table(['request', 'kind', 'what it does'], rows))
  }
  const description = requests.find((request) => request.name === name)
  if (description === undefined) return complain(terminal, `There is no service request "${name}". "service" lists all.`, EXIT.badArguments)
  if (words.includes('--help')) return say(terminal, descriptionText(description))
  const params = serviceParameters(description, words)
  if (!params.ok) return complain(terminal, params.error, EXIT.badArguments)
  return send(asked, { name, params: params.value }, { lab, terminal })
}

function descriptionText({ name, kind, summary, parameters }: ServiceRequestDescription): string {
  const rows = parameters.map((one) => [
    one.name,
    one.choices?.join('|') ?? one.type,
    one.required ? 'yes' : 'no',
    one.unit ?? '',
    one.summary,
  ])
  const takes = rows.length === 0 ? 'It takes no parameters.' : table(['parameter', 'type', 'required', 'unit', 'what it is'], rows)
  return `${name} (${kind}): ${summary}\n\n${takes}`
}

interface Outside {
  readonly lab: LabCaller
  readonly terminal: Terminal
}

async function send(
  asked: Arguments,
  request: Pick<Parameters<LabCaller['service']>[1], 'name' | 'params'>,
  outside: Outside,
): Promise<number> {
  const { lab, terminal } = outside
  const answer = await lab.service(asked.to, { id: asked.id ?? randomUUID(), ...request })
  if (asked.json) terminal.say(JSON.stringify(answer, null, 2))
  if ('error' in answer) return asked.json ? EXIT.refused : complain(terminal, answer.error.message, EXIT.refused)
  if (asked.json) return EXIT.fine
  terminal.complain(`${answer.route.join(' → ')}, served by ${answer.servedBy.toUpperCase()}`)
  return say(terminal, resultText(answer.result))
}

async function labCommand(asked: Arguments, lab: LabCaller, terminal: Terminal): Promise<number> {
  const [name, ...words] = asked.words
  if (name === undefined) {
    const names = Object.keys(LAB_COMMANDS).filter(isLabCommand)
    return say(terminal, asked.json ? JSON.stringify(names) : names.map(commandUsage).join('\n'))
  }
  if (!isLabCommand(name)) return complain(terminal, `There is no "${name}". "do" lists all.`, EXIT.badArguments)
  const parameters = commandParameters(name, words)
  if (!parameters.ok) return complain(terminal, `${parameters.error} (${commandUsage(name)})`, EXIT.badArguments)
  await lab.command(name, parameters.value)
  return asked.json ? say(terminal, '{"ok":true}') : EXIT.fine
}

async function wait(asked: Arguments, lab: LabCaller, terminal: Terminal): Promise<number> {
  const condition = readCondition(asked.words)
  if (!condition.ok) return complain(terminal, condition.error, EXIT.badArguments)
  const deadline = performance.now() + asked.timeoutMs
  for (;;) {
    const snapshot = await lab.snapshot()
    if (condition.value(snapshot)) return asked.json ? say(terminal, JSON.stringify(snapshot)) : EXIT.fine
    if (performance.now() > deadline || terminal.interrupted.aborted) {
      return complain(
        terminal,
        `Not within ${asked.timeoutMs / 1000} s: ${asked.words.join(' ')}.\n\n${statusText(snapshot)}`,
        EXIT.refused,
      )
    }
    await sleep(POLL_MS)
  }
}

async function events(asked: Arguments, lab: LabCaller, terminal: Terminal): Promise<number> {
  const { recent, kind, until, json, timeoutMs } = asked
  const ends = new AbortController()
  const timer = Number.isFinite(timeoutMs) ? setTimeout(() => ends.abort(), timeoutMs) : undefined
  let isReached = false
  await lab.events(recent, AbortSignal.any([ends.signal, terminal.interrupted]), (line) => {
    const event = eventOf(line)
    if (!event.ok || isReached) return
    if (kind === undefined || event.value.kind.startsWith(kind)) terminal.say(json ? line : eventText(event.value))
    if (until !== undefined && event.value.kind.startsWith(until)) {
      isReached = true
      ends.abort()
    }
  })
  clearTimeout(timer)
  return until === undefined || isReached || terminal.interrupted.aborted
    ? EXIT.fine
    : complain(terminal, `No event ${until}… within ${timeoutMs / 1000} s.`, EXIT.refused)
}

function eventOf(line: string): Result<TraceEvent, string> {
  const json = parseJson(line)
  return json.ok ? ok(json.value as TraceEvent) : failure('no event')
}

function eventText({ timeMs, place, kind, data }: TraceEvent): string {
  const words = Object.entries(data ?? {}).map(([name, value]) => `${name}=${dataText(value)}`)
  return [timeMs.toFixed(1).padStart(12), place.padEnd(14), kind, ...words].join('  ')
}

function dataText(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(3)
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}

async function complete({ words }: Arguments, lab: LabCaller | undefined, terminal: Terminal): Promise<number> {
  const known = {
    snapshot: await lab?.snapshot().catch(() => undefined),
    table: await (lab?.serviceTable('a').catch(() => lab.serviceTable('b')) ?? Promise.resolve(undefined)).catch(() => undefined),
  }
  return say(terminal, completions(words, known).join('\n'))
}

function completion({ words }: Arguments, terminal: Terminal): number {
  if (words[0] !== 'bash' || words.length > 1)
    return complain(terminal, 'There is completion for bash: completion bash.', EXIT.badArguments)
  return say(terminal, BASH_COMPLETION)
}

function say(terminal: Terminal, text: string): number {
  terminal.say(text)
  return EXIT.fine
}

function complain(terminal: Terminal, sentence: string, status: number): number {
  terminal.complain(sentence)
  return status
}
