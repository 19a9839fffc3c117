import { computed, shallowRef } from 'vue'
import { LIMITS } from '../../src-main/contract/limits'
import type { ExportFormat, ExportPiece } from '../../src-main/contract/run-export'
import { failure, ok, type Result } from '../../src-main/base/result'
import type { LabError } from '../../src-main/contract/lab-error'
import { language } from '../i18n/language'
import { exportName } from '../model/export-name'
import { useSimulationStore } from '../stores/simulation'

/** How an export stands. `where`: the file, if not only the browser knows. */
export type ExportStand =
  | { readonly kind: 'none' }
  | { readonly kind: 'under-way'; readonly share: number }
  | { readonly kind: 'saved'; readonly where: string | undefined; readonly name: string }
  | { readonly kind: 'failed'; readonly sentence: string }

/** Makes a file of the run in the player and has it saved. */
export function useExport() {
  const simulation = useSimulationStore()
  const format = shallowRef<ExportFormat>('report')
  const notes = shallowRef('')
  const stand = shallowRef<ExportStand>({ kind: 'none' })
  /** Counts what was begun, so that one that was given up changes nothing any more. */
  let turn = 0

  const name = computed(() => (simulation.state.run === undefined ? '' : exportName(simulation.state.run, format.value)))
  const isUnderWay = computed(() => stand.value.kind === 'under-way')

  async function run(): Promise<void> {
    if (isUnderWay.value) return
    const mine = ++turn
    const called = name.value
    stand.value = { kind: 'under-way', share: 0 }
    const made = await make(() => mine === turn)
    if (mine !== turn) return
    const outcome = made.ok ? await simulation.saveFile({ name: called, bytes: made.value }) : made
    if (mine !== turn) return
    if (!outcome.ok) stand.value = { kind: 'failed', sentence: outcome.error.message }
    else if (outcome.value === undefined) stand.value = { kind: 'none' }
    else stand.value = { kind: 'saved', where: outcome.value.where, name: called }
  }

  /** Gives up what is under way. */
  function reset(): void {
    turn++
    stand.value = { kind: 'none' }
  }

  async function make(isWanted: () => boolean): Promise<Result<Uint8Array, LabError>> {
    const parts: Uint8Array[] = []
    let byteCount = 0
    const own = format.value === 'report' ? notes.value : ''
    let piece = await simulation.exportRun({ order: 'export', format: format.value, language: language(), notes: own })
    while (piece.ok && isWanted()) {
      const bytes = bytesOf(piece.value)
      parts.push(bytes)
      byteCount += bytes.length
      if (byteCount > LIMITS.exportBytes) return failure({ code: 'failed', message: 'The lab sends more than it may.' })
      if (piece.value.isLast) return ok(joined(parts, byteCount))
      stand.value = { kind: 'under-way', share: piece.value.share }
      piece = await simulation.exportRun({ order: 'export-more', id: piece.value.id })
    }
    return piece.ok ? ok(new Uint8Array()) : piece
  }

  return { format, notes, stand, name, isUnderWay, run, reset }
}

function bytesOf({ base64 }: ExportPiece): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function joined(parts: readonly Uint8Array[], byteCount: number): Uint8Array {
  const whole = new Uint8Array(byteCount)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
