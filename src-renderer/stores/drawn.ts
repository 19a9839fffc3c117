import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { FlightCounts } from '../model/flight-counts'

/** I/O of the live lab that was drawn and seen so far: it does not begin anew with the next picture, as after presenter mode. */
export const useDrawnStore = defineStore('drawn', () => {
  const before = shallowRef<FlightCounts>({ shown: 0, seen: 0 })

  /** With what this picture has counted. */
  function withBefore({ shown, seen }: FlightCounts): FlightCounts {
    return { shown: before.value.shown + shown, seen: before.value.seen + seen }
  }

  /** The picture that has counted these goes. */
  function keep(counts: FlightCounts): void {
    before.value = withBefore(counts)
  }

  return { withBefore, keep }
})
