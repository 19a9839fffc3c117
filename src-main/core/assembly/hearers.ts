import { noteDiscards } from '../controller/state/discarded-writes'
import { noteReservations } from '../controller/volumes/reservation-notifier'
import type { AllParts } from './all-parts'
import { hearPeer } from './peer-words'
import { traceState } from './state-trace'

/**
 * Connects every signal to its hearers, in this order. Parts call the rooms below them directly, but only signal to those above.
 * Who listens is said only here.
 */
export function connect(parts: AllParts): void {
  hearState(parts)
  hearPair(parts)
  hearVolumes(parts)
}

function hearState(parts: AllParts): void {
  const { store, returned, failures, rebuild, byLoad, operations, transfer, cache, volumes, holds, changed, claimLost, membership } = parts
  store.installed.heardBy(
    // Before any part that does I/O sees the state.
    (state, previous) => returned.installed(state, previous),
    (state, previous) => failures.installed(state, previous),
    (state, previous) => rebuild.installed(state, previous),
    (state, previous) => noteDiscards(parts, state, previous),
    (state) => byLoad.installed(state),
    (state) => operations.installed(state),
    (state, previous) => transfer.installed(state, previous),
    // Before the volumes, which may send I/O to the cache as soon as they have the state.
    (state) => cache.installed(state),
    (state) => volumes.install(state),
    (state, previous) => noteReservations(parts.scsi, state, previous),
    (state, previous) => traceState(parts, state, previous),
    () => holds.review(),
    () => changed.tell(),
  )
  claimLost.heardBy(() => membership.claimLost())
}

function hearPair(parts: AllParts): void {
  const { session, membership, changed, midplane, store, access, dispatch, operations, verifier, rebuild } = parts
  const { peerLost, giveback, cache, committer, volumes, forwarder, mover, halt, transfer, shutdown, peerJoined, takenOver, tasksAtPeer } =
    parts
  session.heardBy(membership, (words) => hearPeer(words, parts))
  changed.heardBy(
    () => midplane.noteStateChanged(store.state),
    () => access.review(),
    () => dispatch.review(),
    () => operations.review(),
    () => verifier.review(),
    () => rebuild.review(),
  )
  peerLost.heardBy(
    // First, because parts that wait for the peer may begin something new when they hear of this.
    () => giveback.peerLost(),
    () => operations.peerLost(),
    () => cache.peerLost(),
    () => committer.peerLost(),
    () => volumes.peerLost(),
    () => forwarder.peerLost(),
    () => tasksAtPeer.peerLost(),
    () => mover.peerLost(),
    () => halt.peerLost(),
    () => transfer.peerLost(),
    () => dispatch.peerLost(),
    () => shutdown.peerLost(),
    // Its addresses are closed until somebody takes them over, which may take a while.
    () => access.review(),
  )
  peerJoined.heardBy(
    () => operations.peerJoined(),
    (cause) => giveback.peerJoined(cause),
  )
  takenOver.heardBy(() => halt.takenOver())
}

function hearVolumes(parts: AllParts): void {
  const { driveSuspected, failures, blocksLost, lostBlocks, holdsChanged, holds, giveback, replayed, standing, transferEnded, dispatch } =
    parts
  driveSuspected.heardBy((suspicion) => failures.suspect(suspicion))
  blocksLost.heardBy((groupId, groupBlocks) => lostBlocks.lost(groupId, groupBlocks))
  holdsChanged.heardBy(
    () => holds.review(),
    () => giveback.review(),
  )
  replayed.heardBy((volumeIds) => {
    if (standing.peerIsMember) giveback.replayed(volumeIds)
  })
  transferEnded.heardBy((outcome, cause) => dispatch.transferEnded(outcome, cause))
}
