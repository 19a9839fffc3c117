import { present } from '../../../base/assert'
import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import { slicesOf } from '../../raid/space'
import type { EventLog } from '../peer/event-log'
import type { ArrayStore } from '../state/array-store'

export interface LostBlocksParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
  readonly store: ArrayStore
}

interface VolumeRun {
  readonly volumeId: number
  readonly name: string
  readonly firstBlock: number
  blockCount: number
}

/** Says which blocks of which volumes are lost for good. Blocks that belong to no volume are nobody's loss. */
export class LostBlocks {
  readonly #parts: LostBlocksParts

  constructor(parts: LostBlocksParts) {
    this.#parts = parts
  }

  lost(groupId: number, groupBlocks: readonly number[]): void {
    const { self, trace, log } = this.#parts
    for (const { volumeId, name, firstBlock, blockCount } of this.#runsOf(groupId, groupBlocks)) {
      trace.record({ place: `controller-${self}`, kind: 'volume.blocks-lost', data: { volumeId, firstBlock, blockCount } })
      const isOne = blockCount === 1
      const which = isOne ? `Block ${firstBlock}` : `Blocks ${firstBlock} to ${firstBlock + blockCount - 1}`
      const why = 'sectors of one drive cannot be read while another drive is missing'
      const what = `${which} of volume "${name}" ${isOne ? 'is' : 'are'} lost, because ${why}.`
      log.add('error', `${what} Reading fails until new data is written there.`)
    }
  }

  #runsOf(groupId: number, groupBlocks: readonly number[]): VolumeRun[] {
    const runs: VolumeRun[] = []
    for (const groupBlock of [...groupBlocks].sort((a, b) => a - b)) {
      const found = this.#find(groupId, groupBlock)
      const last = runs.at(-1)
      if (found === undefined) continue
      if (last?.volumeId === found.volumeId && last.firstBlock + last.blockCount === found.firstBlock) last.blockCount++
      else runs.push({ ...found, blockCount: 1 })
    }
    return runs
  }

  #find(groupId: number, groupBlock: number): Omit<VolumeRun, 'blockCount'> | undefined {
    const { configuration } = present(this.#parts.store.state, 'array state')
    for (const volume of configuration.volumes) {
      let before = 0
      for (const slice of slicesOf(volume)) {
        const offset = groupBlock - slice.firstBlock
        if (slice.groupId === groupId && offset >= 0 && offset < slice.blockCount) {
          return { volumeId: volume.id, name: volume.name, firstBlock: before + offset }
        }
        before += slice.blockCount
      }
    }
    return undefined
  }
}
