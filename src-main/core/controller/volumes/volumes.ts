import type { FailedMember } from '../../../contract/array-state'
import { WriteCache } from '../../nvram/write-cache'
import { Signal } from '../peer/signal'
import type { State, StateParts } from '../state/state'
import { Admission } from './admission'
import { ClaimStability } from './claim-stability'
import { IoForwarder } from './io-forwarder'
import { sweepIntents } from './intent-sweep'
import { NvramHolds } from './nvram-holds'
import { OwnershipByLoad } from './ownership-by-load'
import { VolumeMover } from './volume-mover'
import { VolumeRest } from './volume-rest'
import { tellRoom } from './room-news'
import { IoCounters } from './volume-operation'
import { VolumeService } from './volume-service'

/** The volumes: serving them, forwarding their I/O to the other controller, moving them there. */
export interface Volumes {
  readonly counters: IoCounters
  readonly admission: Admission
  readonly claimStability: ClaimStability
  readonly forwarder: IoForwarder
  readonly cache: WriteCache
  readonly holds: NvramHolds
  readonly volumes: VolumeService
  readonly mover: VolumeMover
  readonly rest: VolumeRest
  readonly byLoad: OwnershipByLoad
  /** A drive does not answer a group. */
  readonly driveSuspected: Signal<[Pick<FailedMember, 'groupId' | 'drive'>]>
  /** No drive can give these blocks of a group any more. */
  readonly blocksLost: Signal<[groupId: number, groupBlocks: readonly number[]]>
  /** Something changed that decides which volumes this controller has to hold. */
  readonly holdsChanged: Signal
  /** This controller owned these volumes only to replay its NVRAM. */
  readonly replayed: Signal<[volumeIds: readonly number[]]>
}

export type VolumesParts = StateParts & State

export function createVolumes(below: VolumesParts): Volumes {
  const { self, clock, trace, ports, session } = below
  const driveSuspected: Volumes['driveSuspected'] = new Signal()
  const blocksLost: Volumes['blocksLost'] = new Signal()
  const holdsChanged = new Signal()
  const replayed: Volumes['replayed'] = new Signal()
  const counters = new IoCounters()
  const admission = new Admission({ ...below, counters })
  const claimStability = new ClaimStability()
  const forwarder = new IoForwarder({ ...below, counters })
  const cache: WriteCache = new WriteCache({
    self,
    clock,
    turn: ports.turn,
    trace,
    nvram: ports.nvram,
    // The cache writes to where the volumes are, and the volumes are served through the cache.
    ports: {
      place: (volumeId) => volumes.volume(volumeId)?.place,
      ownershipLost: (volumeId) => volumes.volume(volumeId)?.loseClaim(),
      mayKeepUnmirrored: (volumeId) => holds.mayKeepUnmirrored(volumeId),
      isHeld: (volumeId) => holds.isHeld(volumeId),
      roomChanged: (volumeId, isShort) => {
        const volume = volumes.volume(volumeId)
        if (volume !== undefined) tellRoom(below, { id: volumeId, name: volume.name }, isShort)
      },
      holdsChanged: () => holdsChanged.tell(),
      send: (words) => session.isEstablished && session.send(words),
    },
  })
  const holds = new NvramHolds({ ...below, cache, replayed })
  const signals = { driveSuspected, blocksLost }
  const volumes: VolumeService = new VolumeService({ ...below, ...signals, counters, admission, claimStability, forwarder, cache })
  sweepIntents({ ...below, volumes })
  const mover = new VolumeMover({ ...below, cache, volumes })
  const rest = new VolumeRest({ ...below, volumes, mover })
  const byLoad = new OwnershipByLoad({ ...below, volumes, mover })
  return { counters, admission, claimStability, forwarder, cache, holds, volumes, mover, rest, byLoad, ...signals, holdsChanged, replayed }
}
