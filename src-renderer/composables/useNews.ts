import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TakeoverReason } from '../../src-main/contract/snapshot'
import { formatMs } from '../i18n/format'
import { useAnnouncementStore, type Announcement } from '../stores/announcements'
import { useLabStore } from '../stores/lab'
import { newsBetween, newsHolds, type News } from '../model/news'
import { isPlanned } from '../model/takeover-axis'
import { useSettingsStore } from '../stores/settings'
import { useReplay } from './useReplay'

const DETAILS: Readonly<Partial<Record<TakeoverReason, string>>> = {
  planned: 'news.plannedTakeoverDetail',
  restart: 'news.plannedRestartDetail',
}

/** Announces what happens between one snapshot and the next. */
export function useNews(): void {
  const { t } = useI18n()
  const lab = useLabStore()
  const settings = useSettingsStore()
  const { say, review } = useAnnouncementStore()
  const replay = useReplay()

  watch(
    () => lab.moment,
    (now, before) => {
      if (now === undefined) return
      review(now)
      if (before === undefined) return
      for (const news of newsBetween(before, now)) say({ ...withOrigin(wordsOf(news)), holds: (later) => newsHolds(news, later) })
    },
  )

  /** Beside the simulation it has to be said of which pair this is. */
  function withOrigin(words: Omit<Announcement, 'id'>): Omit<Announcement, 'id'> {
    return settings.settings.view === 'live' ? words : { ...words, title: t('news.inLiveLab', { title: words.title }) }
  }

  function wordsOf(news: News): Omit<Announcement, 'id'> {
    switch (news.kind) {
      case 'failed':
        return { tone: 'bad', title: t('news.failed', { id: news.id.toUpperCase() }), detail: news.message }
      case 'down':
        return { tone: 'bad', title: t('news.down', { id: news.id.toUpperCase() }) }
      case 'takeover':
        return {
          tone: 'moving',
          title: t(isPlanned(news) ? 'news.plannedTakeover' : 'news.takeover', namesOf(news)),
          detail: t(DETAILS[news.reason] ?? 'news.takeoverDetail', {
            ...namesOf(news),
            ms: formatMs(news.totalMs),
          }),
          action: { name: t('takeovers.watchAgain'), act: () => void replay.watchAgain(news.startedAtMs) },
        }
      case 'giveback':
        return { tone: 'good', title: t('news.giveback', namesOf(news)) }
      case 'drive-failed':
        return { tone: 'bad', title: t('news.driveFailed', { index: news.index }), detail: t('news.driveFailedDetail') }
      case 'drive-pulled':
        return { tone: 'bad', title: t('news.drivePulled', { index: news.index }), detail: t('news.drivePulledDetail') }
      case 'rebuild-begun':
        return { tone: 'moving', title: t('news.rebuildBegun', { index: news.index }), detail: t('news.rebuildBegunDetail') }
      case 'drive-rebuilt':
        return { tone: 'good', title: t('news.rebuilt', { index: news.index }) }
      case 'rebuild-ended':
        return { tone: 'bad', title: t('news.rebuildEnded', { index: news.index }), detail: news.message }
      case 'lost':
        return { tone: 'bad', title: t('news.lost'), detail: t('news.lostDetail') }
    }
  }

  function namesOf(news: Extract<News, { survivor: string }>): { survivor: string; dead: string } {
    return { survivor: news.survivor.toUpperCase(), dead: news.dead.toUpperCase() }
  }
}
