import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ClassroomOrder } from '../../src-main/contract/classroom'
import { formatCount } from '../i18n/format'
import { useAnnouncementStore } from '../stores/announcements'
import { useClassroomStore } from '../stores/classroom'

/** The demo that is shown, and the ways through it. All windows show the same step. */
export function useDemo() {
  const { t } = useI18n()
  const store = useClassroomStore()
  const announcements = useAnnouncementStore()
  const demo = computed(() => store.classroom.demo)
  const now = computed(() => demo.value?.steps[demo.value.step])
  const next = computed(() => demo.value?.steps[demo.value.step + 1])
  const mayStep = computed(() => demo.value !== undefined && !demo.value.isBusy)

  async function ask(order: ClassroomOrder): Promise<boolean> {
    const outcome = await store.order(order)
    if (!outcome.ok) announcements.say({ tone: 'bad', title: t('actions.failed'), detail: outcome.error.message })
    return outcome.ok
  }

  async function goTo(step: number): Promise<void> {
    const { steps, isBusy } = demo.value ?? { steps: [], isBusy: true }
    if (!isBusy && steps[step] !== undefined) await ask({ order: 'demo-step', step })
  }

  /** At the first step there is nothing before: it is shown again. */
  const back = (): Promise<void> => goTo(Math.max(0, (demo.value?.step ?? 0) - 1))
  const forward = (): Promise<void> => goTo((demo.value?.step ?? 0) + 1)

  function speedText(speed: number): string {
    if (speed === 1) return t('demo.realTime')
    return speed < 1 ? t('demo.slower', { times: formatCount(Math.round(1 / speed)) }) : t('demo.faster', { times: formatCount(speed) })
  }

  return {
    ...{ demo, now, next, mayStep, forward, back, goTo, speedText },
    begin: (id: string) => ask({ order: 'demo', id }),
    end: () => ask({ order: 'end-demo' }),
  }
}
