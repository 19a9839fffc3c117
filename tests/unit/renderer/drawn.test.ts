import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { useDrawnStore } from '../../../src-renderer/stores/drawn'

it('what was drawn and seen does not fall when another picture begins to count', () => {
  setActivePinia(createPinia())
  const drawn = useDrawnStore()
  expect(drawn.withBefore({ shown: 10, seen: 400 })).toEqual({ shown: 10, seen: 400 })
  drawn.keep({ shown: 12, seen: 500 })
  expect(drawn.withBefore({ shown: 0, seen: 0 })).toEqual({ shown: 12, seen: 500 })
  drawn.keep({ shown: 1, seen: 2 })
  expect(drawn.withBefore({ shown: 3, seen: 4 })).toEqual({ shown: 16, seen: 506 })
})
