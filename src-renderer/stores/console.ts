import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { LabError } from '../../src-main/contract/lab-error'
import { LIMITS } from '../../src-main/contract/limits'
import type { ServiceAnswer, ServiceRequest } from '../../src-main/contract/service-request'
import { useLabStore } from './lab'

export interface ConsoleEntry {
  readonly key: number
  readonly to: ControllerId
  readonly request: ServiceRequest
  readonly sentAtMs: number
  readonly tookMs?: number
  readonly answer?: ServiceAnswer
  /** No controller answered at this address. */
  readonly unreachable?: LabError
}

const MAX_ENTRIES = LIMITS.consoleEntries

/** Service requests sent from this window, the newest first. */
export const useConsoleStore = defineStore('console', () => {
  const entries = shallowRef<readonly ConsoleEntry[]>([])
  const selected = shallowRef<number>()
  let nextKey = 1

  async function send(to: ControllerId, request: ServiceRequest): Promise<ConsoleEntry> {
    const lab = useLabStore()
    const entry: ConsoleEntry = { key: nextKey++, to, request, sentAtMs: lab.traceNowMs() }
    entries.value = [entry, ...entries.value].slice(0, MAX_ENTRIES)
    selected.value = entry.key
    const startedMs = performance.now()
    const outcome = await lab.requestService(to, request)
    const tookMs = performance.now() - startedMs
    const done: ConsoleEntry = outcome.ok ? { ...entry, tookMs, answer: outcome.value } : { ...entry, tookMs, unreachable: outcome.error }
    entries.value = entries.value.map((other) => (other.key === done.key ? done : other))
    return done
  }

  return { entries, selected, send }
})

/**
 * A request with a unique id. Sent again with the same id, it does not run twice. `since` keeps it from being taken for one of the
 * many that the array has forgotten.
 */
export function newRequest(request: Omit<ServiceRequest, 'id' | 'since'>): ServiceRequest {
  const random = crypto.getRandomValues(new Uint8Array(6))
  const id = `window-${[...random].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  const since = useLabStore().snapshot?.array?.droppedResults
  return since === undefined ? { id, ...request } : { id, since, ...request }
}
