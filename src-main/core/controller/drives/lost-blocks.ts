import { present } from '../../../base/assert'
import type { ControllerId } from '../../../contract/controller-id'
import { volumeBlockAt, type VolumeBlock } from '../../mapping/occupancy'
import type { TracePort } from '../../ports'
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
    const { self, trace, log, store } = this.#parts
    const { configuration } = present(store.state, 'array state')
    const blocks = [...groupBlocks].sort((a, b) => a - b).flatMap((block) => volumeBlockAt(configuration, groupId, block) ?? [])
    for (const { volumeId, firstBlock, blockCount } of runsOf(blocks)) {
      trace.record({ place: `controller-${self}`, kind: 'volume.blocks-lost', data: { volumeId, firstBlock, blockCount } })
      const name = configuration.volumes.find(({ id }) => id === volumeId)?.name ?? String(volumeId)
      const isOne = blockCount === 1
      const which = isOne ? `Block ${firstBlock}` : `Blocks ${firstBlock} to ${firstBlock + blockCount - 1}`
      const why = 'a drive is missing or cannot read them, and the other drives cannot stand in for it'
      const what = `${which} of volume "${name}" ${isOne ? 'is' : 'are'} lost: ${why}.`
      log.add('error', `${what} Reading fails until new data is written there.`)
    }
  }
}

function runsOf(blocks: readonly VolumeBlock[]): readonly VolumeRun[] {
  const runs: VolumeRun[] = []
  for (const { volumeId, block } of blocks) {
    const last = runs.at(-1)
    if (last?.volumeId === volumeId && last.firstBlock + last.blockCount === block) last.blockCount++
    else runs.push({ volumeId, firstBlock: block, blockCount: 1 })
  }
  return runs
}
