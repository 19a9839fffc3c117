import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { WholeStep } from '../../src-main/contract/making-whole'
import { formatCount, formatShare } from '../i18n/format'
import { useLabStore } from '../stores/lab'

/** For so long it is told that the lab has become whole. */
const TOLD_MS = 15_000

/** Making the lab whole, in words. */
export function useWhole() {
  const { t } = useI18n()
  const lab = useLabStore()
  const making = computed(() => lab.snapshot?.makingWhole)
  const isRunning = computed(() => making.value?.state === 'running')
  const isConnected = computed(() => lab.link === 'open' && lab.snapshot !== undefined)
  const missing = computed(() => lab.snapshot?.missing)
  const canStart = computed(() => isConnected.value && !isRunning.value && missing.value !== undefined)
  /** Only blank ones in their places can help. */
  const deadDrives = computed(() =>
    (lab.snapshot?.drives ?? []).filter(({ faults }) => faults?.presence === 'dead').map(({ index }) => index),
  )
  const failed = computed(() => making.value?.state === 'failed' && missing.value !== undefined)
  /** How far it is, or how it ended a moment ago. */
  const text = computed(() => {
    const now = making.value
    if (now === undefined || !isConnected.value) return undefined
    const step = now.step === undefined ? t('whole.looking') : stepText(now.step)
    if (now.state === 'running') return capitalized(t('whole.running', { step, count: formatCount(now.done.length) }, now.done.length))
    if (failed.value) return t('whole.failed', { step, message: now.message ?? '' })
    const endedAtMs = now.endedAtMs ?? 0
    const isTold = now.state === 'done' && missing.value === undefined && (lab.snapshot?.timeMs ?? 0) - endedAtMs < TOLD_MS
    return isTold ? t('whole.done', { seconds: formatCount(Math.max(1, (endedAtMs - now.startedAtMs) / 1000)) }) : undefined
  })

  function stepText({ name, controller, drive }: WholeStep): string {
    const words = t(`whole.step.${name}`, { controller: controller?.toUpperCase() ?? '', drive: drive ?? '' })
    const rebuild = lab.snapshot?.drives.find(({ index }) => index === drive)?.rebuild
    if (name !== 'rebuild-drive' || rebuild?.state !== 'running') return words
    return t('whole.share', { step: words, share: formatShare(rebuild.done / Math.max(1, rebuild.total)) })
  }

  return { isRunning, canStart, deadDrives, failed, text }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
