import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { useEventStore } from '../../../src-renderer/stores/events'

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

const io = (id: number): TraceEvent => ({ id, timeMs: id, place: 'controller-a', kind: 'drive.write', to: 'drive-0' })
const takeover = (id: number): TraceEvent => ({ id, timeMs: id, place: 'controller-b', kind: 'takeover.serving' })

describe('events kept in the page', () => {
  it('are those of a takeover still when I/O has filled it many times over', () => {
    const store = useEventStore()
    store.add([takeover(1), takeover(2)])
    for (let id = 3; id < 100_000; id += 1000) store.add(Array.from({ length: 1000 }, (_, index) => io(id + index)))
    expect(
      store
        .all()
        .slice(0, 2)
        .map((event) => event.id),
    ).toEqual([1, 2])
    expect(store.find(2)?.kind).toBe('takeover.serving')
    expect(store.all().length).toBeLessThanOrEqual(16_002)
    expect(store.dropped + store.all().length).toBe(100_002)
  })

  it('are all of a lab of four minutes, in their order, though other events that are no I/O filled it, too', () => {
    const store = useEventStore()
    const refused = (id: number): TraceEvent => ({ id, timeMs: id, place: 'management-a', kind: 'service.received' })
    for (let id = 1; id < 200_000; id += 1000)
      store.add([takeover(id), ...Array.from({ length: 999 }, (_, index) => (index % 2 === 0 ? io : refused)(id + 1 + index))])
    const takeovers = store.all().filter(({ kind }) => kind === 'takeover.serving')
    expect(takeovers.map(({ id }) => id)).toEqual(Array.from({ length: 200 }, (_, index) => 1 + index * 1000))
    const ids = store.all().map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted((one, other) => one - other))
  })

  it('are bounded also where all are rare, the newest last', () => {
    const store = useEventStore()
    for (let id = 1; id <= 60_000; id += 500) store.add(Array.from({ length: 500 }, (_, index) => takeover(id + index)))
    expect(store.all().length).toBeLessThanOrEqual(20_000)
    expect(store.all().at(-1)?.id).toBe(60_000)
    expect(store.find(1)).toBeUndefined()
  })
})
