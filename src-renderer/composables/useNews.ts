import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { formatMs } from '../i18n/format'
import { useAnnouncementStore } from '../stores/announcements'
import { controllerCondition, isTakeoverDone } from '../stores/condition'
import { useLabStore } from '../stores/lab'

/** Says what happened between two snapshots, for those who do not look at the picture just now. */
export function useNews(): void {
  const { t } = useI18n()
  const lab = useLabStore()
  const { say } = useAnnouncementStore()

  watch(
    () => lab.snapshot,
    (now, before) => {
      if (now === undefined || before === undefined || now.lab.id !== before.lab.id) return
      tellDeaths(now, before)
      tellTakeovers(now, before)
      if ((now.host?.ledger.lost ?? 0) > (before.host?.ledger.lost ?? 0)) say({ tone: 'bad', title: t('news.lost'), detail: t('news.lostDetail') })
    },
  )

  function tellDeaths(now: LabSnapshot, before: LabSnapshot): void {
    for (const id of CONTROLLER_IDS) {
      const controller = now.controllers[id]
      const failure = controller.lastFailure
      if (failure !== undefined && failure !== before.controllers[id].lastFailure) {
        say({ tone: 'bad', title: t('news.failed', { id: id.toUpperCase() }), detail: failure })
      } else if (controller.state === 'down' && before.controllers[id].state !== 'down' && !isCovered(now, id)) {
        say({ tone: 'bad', title: t('news.down', { id: id.toUpperCase() }) })
      }
    }
  }

  /** The peer lives: what is worth saying then is that it took over. */
  function isCovered(now: LabSnapshot, id: ControllerId): boolean {
    const peer = controllerCondition(now, peerOf(id))
    return peer === 'serving' || peer === 'taking-over'
  }

  function tellTakeovers(now: LabSnapshot, before: LabSnapshot): void {
    for (const takeover of now.takeovers) {
      const earlier = before.takeovers.find((entry) => entry.number === takeover.number)
      const names = { survivor: takeover.survivor.toUpperCase(), dead: takeover.dead.toUpperCase() }
      if (isTakeoverDone(takeover) && (earlier === undefined || !isTakeoverDone(earlier))) {
        say({ tone: 'moving', title: t('news.takeover', names), detail: t('news.takeoverDetail', { ms: formatMs(takeover.totalMs) }) })
      }
      if (takeover.givenBackAtMs !== undefined && earlier !== undefined && earlier.givenBackAtMs === undefined) {
        say({ tone: 'good', title: t('news.giveback', names) })
      }
    }
  }
}
