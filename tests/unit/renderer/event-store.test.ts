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
    expect(store.all().length).toBeLessThanOrEqual(16_000)
    expect(store.dropped + store.all().length).toBe(100_002)
  })

  it('are bounded also where all are rare, the newest last', () => {
    const store = useEventStore()
    for (let id = 1; id <= 40_000; id += 500) store.add(Array.from({ length: 500 }, (_, index) => takeover(id + index)))
    expect(store.all().length).toBeLessThanOrEqual(16_000)
    expect(store.all().at(-1)?.id).toBe(40_000)
    expect(store.find(1)).toBeUndefined()
  })
})
