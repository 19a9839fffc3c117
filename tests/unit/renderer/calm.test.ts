import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useCalm } from '../../../src-renderer/composables/useCalm'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a calm figure', () => {
  it('follows at once after a pause, then not more often than it can be read, and ends at the newest value', async () => {
    const source = shallowRef(0)
    const scope = effectScope()
    const shown = scope.run(() => useCalm(() => source.value, 400))
    const seen: (number | undefined)[] = []
    for (source.value = 1; source.value <= 10; source.value++) {
      await nextTick()
      seen.push(shown?.value)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(seen[0]).toBe(1)
    expect(new Set(seen).size).toBeLessThanOrEqual(4)
    await vi.advanceTimersByTimeAsync(400)
    expect(shown?.value).toBe(source.value)
    scope.stop()
  })

  it('stands still once nobody shows it', async () => {
    const source = shallowRef(0)
    const scope = effectScope()
    scope.run(() => useCalm(() => source.value, 400))
    source.value = 1
    await nextTick()
    source.value = 2
    await nextTick()
    expect(vi.getTimerCount()).toBe(1)
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})
