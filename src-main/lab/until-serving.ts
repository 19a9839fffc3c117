import { CONTROLLER_IDS } from '../contract/controller-id'
import type { LabApi } from '../contract/lab-api'
import { LabStartError } from '../platform/lab-start-error'
import type { Midplane } from './midplane'

/** Rejects with a sentence when a controller dies at its start, or they take too long. */
export function untilServing(options: {
  readonly api: LabApi
  readonly slots: Midplane['slots']
  readonly timeoutMs: number
}): Promise<void> {
  const { api, slots, timeoutMs } = options
  return new Promise((resolve, reject) => {
    const finish = (error?: Error) => {
      clearTimeout(timeout)
      end()
      if (error === undefined) resolve()
      else reject(error)
    }
    const end = api.onSnapshot(({ controllers }) => {
      const all = CONTROLLER_IDS.map((id) => controllers[id])
      const dead = all.find(({ id, lastFailure }) => lastFailure !== undefined && !slots[id].isPresent)
      if (dead !== undefined) finish(new LabStartError(`Controller ${dead.id.toUpperCase()} failed to start: ${dead.lastFailure}`))
      else if (all.every(({ id, phase, portalServedBy }) => phase === 'serving' && portalServedBy === id)) finish()
    })
    const timeout = setTimeout(() => {
      const phases = CONTROLLER_IDS.map((id) => `${id.toUpperCase()}: ${slots[id].report?.phase ?? slots[id].state}`)
      finish(new LabStartError(`The controllers are still not serving after ${timeoutMs / 1000} s (${phases.join(', ')}).`))
    }, timeoutMs)
  })
}
