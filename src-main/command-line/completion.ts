import { CONTROLLER_IDS } from '../contract/controller-id'
import { LAB_COMMANDS } from '../contract/lab-api'
import type { LabSnapshot, ServiceTable } from '../contract/snapshot'
import { VERBS } from './arguments'
import { CONDITION_WORDS } from './condition'
import { isLabCommand } from './parameters'

/** For `source <(takeover-lab completion bash)`. The program itself says what may come next. */
export const BASH_COMPLETION = `_takeover_lab() {
  local IFS=$'\\n'
  COMPREPLY=($(takeover-lab complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _takeover_lab takeover-lab`

/** What is known of the lab while somebody types; undefined where none can be reached. */
export interface Known {
  readonly snapshot: LabSnapshot | undefined
  readonly table: ServiceTable | undefined
}

const HIDDEN = new Set(['complete'])

/** What may stand in place of the last of `words`. */
export function completions(words: readonly string[], known: Known): readonly string[] {
  const typed = words.at(-1) ?? ''
  return candidates(words.slice(0, -1), known)
    .filter((word) => word.startsWith(typed))
    .sort()
}

function candidates(before: readonly string[], { snapshot, table }: Known): readonly string[] {
  const [verb, name, ...rest] = before
  if (verb === undefined) return VERBS.filter((word) => !HIDDEN.has(word))
  if (verb === 'completion') return name === undefined ? ['bash'] : []
  if (verb === 'wait') return waitWords(name)
  if (verb === 'do') return name === undefined ? Object.keys(LAB_COMMANDS) : rest.length === 0 ? commandValues(name, snapshot) : []
  if (verb !== 'service' || table === undefined) return []
  if (name === undefined) return table.requests.map((request) => request.name)
  const given = new Set(rest.map((word) => word.split('=', 1)[0]))
  const parameters = table.requests.find((request) => request.name === name)?.parameters ?? []
  return parameters
    .filter((parameter) => !given.has(parameter.name))
    .flatMap((parameter) => (parameter.choices ?? valuesOf(parameter.name, snapshot)).map((value) => `${parameter.name}=${value}`))
}

function waitWords(first: string | undefined): readonly string[] {
  if (first === undefined) return CONDITION_WORDS
  return ['serving', 'down', 'taken-over-by'].includes(first) ? CONTROLLER_IDS : []
}

function commandValues(name: string, snapshot: LabSnapshot | undefined): readonly string[] {
  if (!isLabCommand(name)) return []
  const [main] = Object.keys(LAB_COMMANDS[name].entries)
  if (main === 'controller') return CONTROLLER_IDS
  return main === 'drive' ? (snapshot?.drives.map(({ index }) => String(index)) ?? []) : []
}

/** What the lab has of a kind; one empty value where anything may follow. */
function valuesOf(parameter: string, snapshot: LabSnapshot | undefined): readonly string[] {
  const configuration = snapshot?.array?.configuration
  if (configuration === undefined) return ['']
  if (parameter === 'volume') return configuration.volumes.map(({ name }) => name)
  if (parameter === 'group') return configuration.groups.map(({ name }) => name)
  if (parameter === 'drive') return configuration.drives.map(({ index }) => String(index))
  return ['']
}
