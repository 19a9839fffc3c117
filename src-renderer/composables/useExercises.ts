import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ExerciseOrder } from '../../src-main/contract/exercise-desk'
import { useAnnouncementStore } from '../stores/announcements'
import { useExerciseStore } from '../stores/exercises'

/** What a learner does at the desk. Failures are announced; successes can be seen. */
export function useExercises() {
  const { t } = useI18n()
  const exercises = useExerciseStore()
  const announcements = useAnnouncementStore()

  async function ask(order: ExerciseOrder): Promise<boolean> {
    const outcome = await exercises.order(order)
    if (!outcome.ok) announcements.say({ tone: 'bad', title: t('actions.failed'), detail: outcome.error.message })
    return outcome.ok
  }

  return {
    desk: computed(() => exercises.desk),
    attempt: computed(() => exercises.desk.attempt),
    ask,
    come: (name: string) => ask({ order: 'learner', name }),
    removeLearner: (name: string) => ask({ order: 'remove-learner', name }),
    open: (id: string) => ask({ order: 'open', id }),
    close: () => ask({ order: 'close' }),
    finish: () => ask({ order: 'finish' }),
    again: () => ask({ order: 'again' }),
    takeHint: (check: string) => ask({ order: 'hint', check }),
  }
}
