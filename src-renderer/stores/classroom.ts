import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { failure, type Result } from '../../src-main/base/result'
import { NO_CLASSROOM, type Classroom, type ClassroomOrder } from '../../src-main/contract/classroom'
import type { LabError } from '../../src-main/contract/lab-error'
import type { LabConnection } from '../bridge/connection'

/** The class of this lab, as the lab last told of it. */
export const useClassroomStore = defineStore('classroom', () => {
  const classroom = shallowRef<Classroom>(NO_CLASSROOM)
  /** The right replies of an exercise are marked: its id. The trainer says when. */
  const revealed = shallowRef<string>()
  const isJoined = computed(() => classroom.value.folder !== undefined)
  let connection: LabConnection | undefined

  function attach(to: LabConnection): void {
    connection = to
    to.api.onClassroom((next) => (classroom.value = next))
    to.onLinkState((link) => {
      if (link === 'open') void load()
    })
    if (to.linkState() === 'open') void load()
  }

  /** If it cannot be had now, it comes with the next push. */
  async function load(): Promise<void> {
    classroom.value = (await connection?.api.classroom().catch(() => undefined)) ?? classroom.value
  }

  async function order(wanted: ClassroomOrder): Promise<Result<null, LabError>> {
    try {
      if (connection === undefined) throw new Error('There is no connection to the lab.')
      return await connection.api.teach(wanted)
    } catch (error) {
      return failure({ code: 'failed', message: error instanceof Error ? error.message : String(error) })
    }
  }

  return { classroom, revealed, isJoined, attach, order }
})
