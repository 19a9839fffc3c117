import { acknowledgedBeforeMirror } from '../../../src-main/firmware/planted/acknowledged-before-mirror'
import { arbiterForgetsGrant } from './arbiter-forgets-grant'
import { bothWinArbitration } from './both-win-arbitration'
import { claimFromMemory } from './claim-from-memory'
import { commitBeforeInstall } from './commit-before-install'
import { degradedWithoutLog } from './degraded-without-log'
import { expiredIdRunsAgain } from './expired-id-runs-again'
import { firstSuperblockWins } from './first-superblock-wins'
import { forwardedWriteAnsweredEarly } from './forwarded-write-answered-early'
import { givebackWhileDirty } from '../../../src-main/firmware/planted/giveback-while-dirty'
import { givebackWithoutDraining } from './giveback-without-draining'
import { handOverInNewEpoch } from './hand-over-in-new-epoch'
import { hysteresisRemoved } from '../../../src-main/firmware/planted/hysteresis-removed'
import { logBoundIgnored } from './log-bound-ignored'
import { lostMessageNotSentAgain } from './lost-message-not-sent-again'
import { majorityMiscounted } from './majority-miscounted'
import { missingCommandKeepsItsTurn } from './missing-command-keeps-its-turn'
import { movesOfSomeUnitsUnreported } from './moves-of-some-units-unreported'
import { parityBeforeData } from './parity-before-data'
import { parityWithoutLock } from './parity-without-lock'
import type { PlantedBug } from '../../../src-main/firmware/planted-bug'
import { preemptedUnnoticed } from './preempted-unnoticed'
import { replaySkipsLastRecord } from '../../../src-main/firmware/planted/replay-skips-last-record'
import { requestLookedUpNowhere } from './request-looked-up-nowhere'
import { reservationInMemory } from './reservation-in-memory'
import { secondParityNotLogged } from './second-parity-not-logged'
import { staleEpochAccepted } from './stale-epoch-accepted'
import { staleNvramReplayed } from './stale-nvram-replayed'
import { takeoverBeforeFence } from '../../../src-main/firmware/planted/takeover-before-fence'
import { takeoverEndsReservations } from './takeover-ends-reservations'
import { takeoverForgetsRequests } from '../../../src-main/firmware/planted/takeover-forgets-requests'
import { taskManagementForgetsPeer } from './task-management-forgets-peer'
import { unmirroredBeforeClaim } from './unmirrored-before-claim'
import { writeSameOneBlockShort } from './write-same-one-block-short'
import { writtenWithoutRoom } from './written-without-room'

export type { PlantedBug }

/** Bugs that such pairs really had: those that the simulator must find at the least. */
export const CLASSIC_BUGS: readonly PlantedBug[] = [
  acknowledgedBeforeMirror,
  takeoverBeforeFence,
  replaySkipsLastRecord,
  staleEpochAccepted,
  bothWinArbitration,
  takeoverForgetsRequests,
  givebackWhileDirty,
  arbiterForgetsGrant,
  parityBeforeData,
  majorityMiscounted,
]

/** What else each checker, and each fault, must be good for; some of these were in the core until a seed found them. */
export const OTHER_BUGS: readonly PlantedBug[] = [
  requestLookedUpNowhere,
  firstSuperblockWins,
  givebackWithoutDraining,
  parityWithoutLock,
  commitBeforeInstall,
  forwardedWriteAnsweredEarly,
  lostMessageNotSentAgain,
  claimFromMemory,
  handOverInNewEpoch,
  staleNvramReplayed,
  unmirroredBeforeClaim,
  hysteresisRemoved,
  logBoundIgnored,
  degradedWithoutLog,
  writtenWithoutRoom,
  expiredIdRunsAgain,
  taskManagementForgetsPeer,
  missingCommandKeepsItsTurn,
  writeSameOneBlockShort,
  movesOfSomeUnitsUnreported,
  secondParityNotLogged,
  takeoverEndsReservations,
  reservationInMemory,
  preemptedUnnoticed,
]
