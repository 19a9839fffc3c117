import type { ArrayConfiguration } from '../../src-main/contract/configuration'
import type { TraceEvent } from '../../src-main/contract/trace'

/** The first block that an event is about. */
export type Access =
  | { readonly kind: 'volume'; readonly volumeId: number; readonly block: number }
  | { readonly kind: 'drive'; readonly drive: number; readonly block: number }

/** What an event accesses: its own blocks, or else those of its request. Undefined if neither has any, or none that are there now. */
export function accessOf(
  event: TraceEvent | undefined,
  events: readonly TraceEvent[],
  configuration: ArrayConfiguration,
): Access | undefined {
  if (event === undefined) return undefined
  const own = ownAccess(event, configuration)
  if (own !== undefined || event.request === undefined) return own
  // The newest before it: a name of a request is used again.
  const command = events.findLast(
    ({ kind, request, timeMs }) => kind === 'host.command' && request === event.request && timeMs <= event.timeMs,
  )
  return command && ownAccess(command, configuration)
}

function ownAccess({ kind, to, data }: TraceEvent, { luns, drives, volumes }: ArrayConfiguration): Access | undefined {
  const [block, firstBlock] = [data?.['block'], data?.['firstBlock']]
  const drive = /^drive-(\d+)$/.exec(to ?? '')?.[1]
  if (drive !== undefined && typeof block === 'number') {
    const { blockCount = 0 } = drives.find(({ index }) => index === Number(drive)) ?? {}
    return block < blockCount ? { kind: 'drive', drive: Number(drive), block } : undefined
  }
  if (typeof firstBlock !== 'number') return undefined
  const volumeId = kind === 'nvram.destaged' ? data?.['volumeId'] : luns.find(({ lun }) => lun === data?.['lun'])?.volumeId
  const volume = volumes.find(({ id }) => id === volumeId)
  return volume !== undefined && firstBlock < volume.blockCount ? { kind: 'volume', volumeId: volume.id, block: firstBlock } : undefined
}
