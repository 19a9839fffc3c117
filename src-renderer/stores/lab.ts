import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { failure, type Result } from '../../src-main/base/result'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { LabAccess, LabCommandName, LabCommandParameters } from '../../src-main/contract/lab-api'
import type { LabError } from '../../src-main/contract/lab-error'
import type { ServiceAnswer, ServiceRequest, ServiceRequestDescription } from '../../src-main/contract/service-request'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { LabConnection, LinkState } from '../bridge/connection'
import { arrayCondition, controllerCondition } from '../model/condition'
import { useEventStore } from './events'
import { createLiveSnapshot } from '../bridge/live-snapshot'
import { useRateStore } from './rates'

const EVENTS_AT_START = 4000

/**
 * The newest snapshot, and everything that can be asked of the lab. A snapshot is shown as it comes: if it shows nothing new, nothing is
 * drawn.
 */
export const useLabStore = defineStore('lab', () => {
  /** Stays the same object; its fields change (live-snapshot). */
  const snapshot = shallowRef<LabSnapshot>()
  /** The snapshot that is shown, as it came: to be compared with the one before. */
  const moment = shallowRef<LabSnapshot>()
  const link = shallowRef<LinkState>('connecting')
  const access = shallowRef<LabAccess>()
  const table = shallowRef<readonly ServiceRequestDescription[]>([])
  const failedToLoad = shallowRef<string>()
  let connection: LabConnection | undefined
  let live: ReturnType<typeof createLiveSnapshot> | undefined
  let newest: LabSnapshot | undefined
  let frame = 0
  /** Came since the last loading began. */
  let pushed: LabSnapshot | undefined
  /** Counts loads, so that the result of one from before a broken connection is ignored. */
  let loads = 0
  let loading = false
  let askingForTable = false
  /** When the newest snapshot arrived, on the page's clock. The trace clock runs on from there. */
  let receivedAtMs = 0

  const conditions = computed(() => {
    const now = snapshot.value
    return now === undefined ? undefined : { a: controllerCondition(now, 'a'), b: controllerCondition(now, 'b') }
  })
  const condition = computed(() => (snapshot.value === undefined ? undefined : arrayCondition(snapshot.value)))
  /** What is shown is what was last known: there is no connection. */
  const isStale = computed(() => link.value !== 'open' && snapshot.value !== undefined)

  function attach(to: LabConnection): void {
    connection = to
    link.value = to.linkState()
    to.onLinkState((state) => {
      link.value = state
      if (state === 'open') void load()
    })
    to.api.onSnapshot(receive)
    to.api.onEvents((events) => {
      useEventStore().add(events)
      if (events.some(({ kind }) => kind === 'lab.surprise-revealed')) void showRevealed(to)
    })
    if (link.value === 'open') void load()
  }

  /** What was hidden until now is among the events. */
  async function showRevealed({ api }: LabConnection): Promise<void> {
    useEventStore().restart(await api.recentEvents(EVENTS_AT_START))
  }

  async function load(): Promise<void> {
    if (connection === undefined) return
    const round = ++loads
    loading = true
    try {
      const { api } = connection
      pushed = undefined
      const [first, ways, events] = await Promise.all([api.snapshot(), api.access(), api.recentEvents(EVENTS_AT_START)])
      if (round !== loads) return
      access.value = ways
      useEventStore().restart(events)
      failedToLoad.value = undefined
      // Pushes that came meanwhile are newer than the answer.
      receive(pushed ?? first)
    } catch (error) {
      if (round === loads) failedToLoad.value = sentenceOf(error)
    } finally {
      if (round === loads) loading = false
    }
  }

  /** The lab answers again, so ask again for what it could not give before. */
  function loadMissing(): void {
    if (failedToLoad.value !== undefined && !loading) void load()
  }

  /** Controllers say which requests they take. The window may open before they are up, so it asks until one answers. */
  async function loadTable(): Promise<void> {
    if (connection === undefined || askingForTable || table.value.length > 0) return
    askingForTable = true
    try {
      table.value = (await connection.api.serviceTable()).requests
    } catch {
      // No controller answers yet. The next snapshot asks again, and the console says so meanwhile.
    } finally {
      askingForTable = false
    }
  }

  function receive(next: LabSnapshot): void {
    newest = next
    pushed = next
    loadMissing()
    void loadTable()
    receivedAtMs = performance.now()
    useRateStore().sample(next)
    if (!isHidden()) show()
    else if (frame === 0) frame = requestAnimationFrame(show)
  }

  function show(): void {
    frame = 0
    if (newest === undefined) return
    if (live === undefined) live = createLiveSnapshot(newest)
    else live.show(newest)
    snapshot.value = live.snapshot
    moment.value = newest
  }

  /** The current time on the lab's trace clock, as well as the page can know it. */
  function traceNowMs(): number {
    return newest === undefined ? 0 : newest.timeMs + (performance.now() - receivedAtMs)
  }

  async function command<N extends LabCommandName>(name: N, parameters: LabCommandParameters<N>): Promise<Result<null, LabError>> {
    return guarded(async (api) => api.command(name, parameters))
  }

  async function requestService(to: ControllerId, request: ServiceRequest): Promise<Result<ServiceAnswer, LabError>> {
    return guarded(async (api) => api.requestService(to, request))
  }

  async function guarded<T>(call: (api: LabConnection['api']) => Promise<Result<T, LabError>>): Promise<Result<T, LabError>> {
    try {
      if (connection === undefined) throw new Error('There is no connection to the lab.')
      return await call(connection.api)
    } catch (error) {
      return failure({ code: 'failed', message: sentenceOf(error) })
    }
  }

  return {
    snapshot,
    moment,
    link,
    access,
    table,
    failedToLoad,
    conditions,
    condition,
    isStale,
    attach,
    load,
    command,
    requestService,
    traceNowMs,
  }
})

/** Nobody sees the page, so nothing is shown until somebody does. */
function isHidden(): boolean {
  return typeof document !== 'undefined' && document.hidden
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
