import { useI18n } from 'vue-i18n'
import { failure, ok, type Result } from '../../src-main/base/result'
import type { GivenPiece } from '../../src-main/contract/given-recording'
import { LIMITS } from '../../src-main/contract/limits'
import { formatBytes } from '../i18n/format'
import { useAnnouncementStore } from '../stores/announcements'
import { useSimulationStore } from '../stores/simulation'

/** What a name may not have on its way. */
const NOT_IN_NAMES = /[/\\\u0000-\u001f\u007f]/g
const NAME_CHARACTERS = 200
/** So many arguments may be given to a function anywhere. */
const CHARACTERS_AT_ONCE = 8192

/** Opens a recording that a person has somewhere, without making it a file of the lab, or sets it beside the run in the player. */
export function useGivenRecording() {
  const { t } = useI18n()
  const announcements = useAnnouncementStore()
  const simulation = useSimulationStore()

  /** One at a time. Where that fails, it is said where recordings are listed, or announced where they are not. */
  const open = (file: File): Promise<void> => give(file, false)
  const compare = (file: File): Promise<void> => give(file, true)

  async function give(file: File, isBeside: boolean): Promise<void> {
    if (simulation.giving !== undefined) return
    const name = file.name.replaceAll(NOT_IN_NAMES, '_').slice(-NAME_CHARACTERS)
    simulation.giving = { name, share: 0 }
    simulation.givenProblem = undefined
    const outcome = await given(file, { name, ...(isBeside ? { isBeside } : {}) })
    simulation.giving = undefined
    if (!outcome.ok) tell(t('recordings.failed', { name }), outcome.error)
  }

  function tell(title: string, detail: string): void {
    if (simulation.isOpen) announcements.say({ tone: 'bad', title, detail })
    else simulation.givenProblem = `${title}. ${detail}`
  }

  /** The error is a sentence. */
  async function given(file: File, as: Pick<GivenPiece, 'name' | 'isBeside'>): Promise<Result<null, string>> {
    const { size } = file
    if (size === 0) return failure(t('recordings.empty'))
    if (size > LIMITS.recordingBytes)
      return failure(t('recordings.tooLarge', { size: formatBytes(size), max: formatBytes(LIMITS.recordingBytes) }))
    for (let at = 0; at < size; at += LIMITS.givenPieceBytes) {
      const bytes = await bytesOf(file.slice(at, at + LIMITS.givenPieceBytes))
      if (bytes === undefined) return failure(t('recordings.unreadable'))
      const taken = await simulation.giveRecording({ ...as, byteCount: size, at, base64: base64Of(bytes) })
      if (!taken.ok) return failure(taken.error.message)
      simulation.giving = { name: as.name, share: Math.min(1, (at + bytes.length) / size) }
    }
    return ok(null)
  }

  return { open, compare }
}

/** Undefined: it is gone, or has changed since the person chose it. */
async function bytesOf(part: Blob): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await part.arrayBuffer())
  } catch {
    return undefined
  }
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHARACTERS_AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + CHARACTERS_AT_ONCE))
  return btoa(text)
}
