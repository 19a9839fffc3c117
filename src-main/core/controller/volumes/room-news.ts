import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import type { EventLog } from '../peer/event-log'

export interface RoomNewsParts {
  readonly self: ControllerId
  readonly trace: TracePort
  readonly log: EventLog
}

/** Tells people that the disk under the drives has no room for data of a volume, and that it has again. */
export function tellRoom(
  { self, trace, log }: RoomNewsParts,
  volume: { readonly id: number; readonly name: string },
  isShort: boolean,
): void {
  const kind = isShort ? 'volume.short-of-room' : 'volume.room-again'
  trace.record({ place: `controller-${self}`, kind, data: { volumeId: volume.id } })
  if (!isShort) {
    log.add('information', `The disk under the drives has room again: all that was acknowledged of volume "${volume.name}" is on them.`)
    return
  }
  const what = `The disk under the drives has no room for new data of volume "${volume.name}", so its writes are refused.`
  log.add('error', `${what} What was acknowledged is in NVRAM and can be read. Make room on the disk: all goes on by itself then.`)
}
