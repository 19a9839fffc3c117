import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabApi } from '../../../src-main/contract/lab-api'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import type { LinkState } from '../../../src-renderer/bridge/connection'
import { useEventStore } from '../../../src-renderer/stores/events'
import { useLabStore } from '../../../src-renderer/stores/lab'
import { createFakeLab } from '../../support/fake-lab'

let frames: (() => void)[]

beforeEach(() => {
  frames = []
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run))
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

/** A lab whose answers can be held back or refused, over a link that can break. */
function attach(part: Partial<LabApi> = {}, first: LinkState = 'open') {
  const lab = createFakeLab()
  const linkListeners = new Set<(state: LinkState) => void>()
  const store = useLabStore()
  store.attach({
    api: { ...lab.api, ...part },
    kind: 'browser',
    linkState: () => first,
    onLinkState: (listener) => {
      linkListeners.add(listener)
      return () => linkListeners.delete(listener)
    },
    saveFile: () => Promise.resolve(undefined),
  })
  const show = () => frames.splice(0).forEach((run) => run())
  return { lab, store, show, link: (state: LinkState) => linkListeners.forEach((listener) => listener(state)) }
}

function held<T>() {
  const settle: { answer: (value: T) => void; refuse: (error: Error) => void }[] = []
  return { settle, call: () => new Promise<T>((resolve, reject) => settle.push({ answer: resolve, refuse: reject })) }
}

describe('the lab as the window knows it', () => {
  it('has the list of requests also when the window was there before the controllers', async () => {
    const lab = createFakeLab()
    const refused = vi.fn(() => Promise.reject(new Error('connect ECONNREFUSED')))
    const store = useLabStore()
    let isUp = false
    const api = { ...lab.api, serviceTable: () => (isUp ? lab.api.serviceTable() : refused()) }
    const saveFile = () => Promise.resolve(undefined)
    store.attach({ api, kind: 'desktop', linkState: () => 'open', onLinkState: () => () => undefined, saveFile })
    await vi.waitFor(() => expect(refused).toHaveBeenCalled())
    expect(store.table).toEqual([])
    expect(store.access).toEqual(await lab.api.access())

    isUp = true
    await vi.waitFor(() => {
      lab.advance(100)
      expect(store.table.length).toBeGreaterThan(0)
    })
    expect(store.failedToLoad).toBeUndefined()
  })

  it('asks again for what it could not get, as soon as the lab tells of itself', async () => {
    const api = createFakeLab().api
    let isUp = false
    const access = vi.fn(() => (isUp ? api.access() : Promise.reject(new Error('not yet'))))
    const { lab, store } = attach({ access })
    await vi.waitFor(() => expect(store.failedToLoad).toBe('not yet'))
    isUp = true
    lab.advance(50)
    await vi.waitFor(() => expect(store.access).toBeDefined())
    expect(store.failedToLoad).toBeUndefined()
    const asked = access.mock.calls.length
    lab.advance(1000)
    expect(access).toHaveBeenCalledTimes(asked)
  })

  it('does not show an older snapshot over one that was pushed while it was asked for', async () => {
    const answer = held<LabSnapshot>()
    const { lab, store, show } = attach({ snapshot: answer.call })
    const old = await lab.api.snapshot()
    lab.advance(50)
    show()
    const shown = store.snapshot
    expect(shown?.timeMs).toBeGreaterThan(old.timeMs)
    answer.settle[0]?.answer(old)
    await vi.waitFor(() => expect(store.access).toBeDefined())
    show()
    expect(store.snapshot).toEqual(shown)
  })

  it('loads anew when a broken link is there again, and forgets what the first loading still brings', async () => {
    const answer = held<readonly TraceEvent[]>()
    const { store, link } = attach({ recentEvents: answer.call })
    link('lost')
    link('open')
    const event = (id: number): TraceEvent => ({ id, timeMs: id, place: 'midplane', kind: 'lab.started' })
    answer.settle[1]?.answer([event(2)])
    await vi.waitFor(() => expect(useEventStore().find(2)).toBeDefined())
    answer.settle[0]?.answer([event(1)])
    await Promise.resolve()
    expect(
      useEventStore()
        .all()
        .map(({ id }) => id),
    ).toEqual([2])
    expect(store.failedToLoad).toBeUndefined()
  })

  it('is not alarmed by calls that broke with the link once it is there again', async () => {
    const answer = held<readonly TraceEvent[]>()
    const { store, link } = attach({ recentEvents: answer.call })
    link('lost')
    link('open')
    answer.settle[0]?.refuse(new Error('The connection to the lab was lost.'))
    answer.settle[1]?.answer([])
    await vi.waitFor(() => expect(store.access).toBeDefined())
    expect(store.failedToLoad).toBeUndefined()
  })

  it('waits for the link before it asks anything', async () => {
    const snapshot = vi.fn(createFakeLab().api.snapshot)
    const { link } = attach({ snapshot }, 'connecting')
    expect(snapshot).not.toHaveBeenCalled()
    link('open')
    await vi.waitFor(() => expect(snapshot).toHaveBeenCalledTimes(1))
  })

  it('gives a sentence, not an exception, where nobody can be asked', async () => {
    const outcome = await useLabStore().command('kill', { controller: 'a' })
    expect(outcome).toEqual({ ok: false, error: { code: 'failed', message: 'There is no connection to the lab.' } })
  })
})
