import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useLately } from '../../../src-renderer/composables/useLately'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('shows at once what comes, and for a while what has gone', async () => {
  const source = shallowRef<readonly number[]>([])
  const scope = effectScope()
  const shown = scope.run(() => useLately(() => source.value, 1500))
  source.value = [3]
  await nextTick()
  expect(shown?.value).toEqual([3])
  const first = shown?.value
  for (let flicker = 0; flicker < 10; flicker++) {
    source.value = flicker % 2 === 0 ? [] : [3]
    await nextTick()
    await vi.advanceTimersByTimeAsync(100)
    expect(shown?.value).toBe(first)
  }
  source.value = []
  await nextTick()
  await vi.advanceTimersByTimeAsync(1400)
  expect(shown?.value).toEqual([3])
  await vi.advanceTimersByTimeAsync(3000)
  expect(shown?.value).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
  scope.stop()
})
