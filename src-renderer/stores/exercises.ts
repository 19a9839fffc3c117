import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { failure, type Result } from '../../src-main/base/result'
import type { ExerciseDesk, ExerciseOrder } from '../../src-main/contract/exercise-desk'
import type { LabError } from '../../src-main/contract/lab-error'
import type { LabConnection } from '../bridge/connection'

const NOBODY: ExerciseDesk = { learners: [], learner: undefined, exercises: [], attempt: undefined }

/** The desk where exercises are done, as the lab last told of it. */
export const useExerciseStore = defineStore('exercises', () => {
  const desk = shallowRef<ExerciseDesk>(NOBODY)
  const isLoaded = shallowRef(false)
  const failedToLoad = shallowRef<string>()
  let connection: LabConnection | undefined

  /** Reading the exercises keeps the lab's process busy for a moment, so it is asked for them by whoever looks at them. */
  function attach(to: LabConnection): void {
    connection = to
    to.api.onExercises(show)
    to.onLinkState((link) => {
      if (link === 'open' && isLoaded.value) void load()
    })
  }

  async function load(): Promise<void> {
    if (connection === undefined) return
    try {
      show(await connection.api.exercises())
      failedToLoad.value = undefined
    } catch (error) {
      failedToLoad.value = sentenceOf(error)
    }
  }

  function show(next: ExerciseDesk): void {
    desk.value = next
    isLoaded.value = true
  }

  async function order(wanted: ExerciseOrder): Promise<Result<null, LabError>> {
    try {
      if (connection === undefined) throw new Error('There is no connection to the lab.')
      return await connection.api.exercise(wanted)
    } catch (error) {
      return failure({ code: 'failed', message: sentenceOf(error) })
    }
  }

  return { desk, isLoaded, failedToLoad, attach, load, order }
})

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
