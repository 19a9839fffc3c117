import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useLabStore } from '../../../src-renderer/stores/lab'
import { createFakeLab } from '../../support/fake-lab'

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  setActivePinia(createPinia())
})
afterEach(() => vi.unstubAllGlobals())

describe('the lab as the window knows it', () => {
  it('has the list of requests also when the window was there before the controllers', async () => {
    const lab = createFakeLab()
    const refused = vi.fn(() => Promise.reject(new Error('connect ECONNREFUSED')))
    const store = useLabStore()
    let isUp = false
    const api = { ...lab.api, serviceTable: () => (isUp ? lab.api.serviceTable() : refused()) }
    store.attach({ api, kind: 'desktop', linkState: () => 'open', onLinkState: () => () => undefined })
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
})
