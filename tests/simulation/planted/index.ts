import { acknowledgedBeforeMirror } from './acknowledged-before-mirror'
import { bothWinArbitration } from './both-win-arbitration'
import { claimFromMemory } from './claim-from-memory'
import { commitBeforeInstall } from './commit-before-install'
import { firstSuperblockWins } from './first-superblock-wins'
import { forwardedWriteAnsweredEarly } from './forwarded-write-answered-early'
import { givebackWithoutDraining } from './giveback-without-draining'
import { handOverInNewEpoch } from './hand-over-in-new-epoch'
import { leaderWithoutQuorum } from './leader-without-quorum'
import { lostMessageNotSentAgain } from './lost-message-not-sent-again'
import { majorityMiscounted } from './majority-miscounted'
import { parityWithoutLock } from './parity-without-lock'
import type { PlantedBug } from './planted-bug'
import { replaySkipsLastRecord } from './replay-skips-last-record'
import { requestLookedUpNowhere } from './request-looked-up-nowhere'
import { staleEpochAccepted } from './stale-epoch-accepted'
import { staleNvramReplayed } from './stale-nvram-replayed'
import { takeoverBeforeFence } from './takeover-before-fence'
import { takeoverForgetsRequests } from './takeover-forgets-requests'
import { unmirroredBeforeClaim } from './unmirrored-before-claim'

export const PLANTED_BUGS: readonly PlantedBug[] = [
  takeoverBeforeFence,
  bothWinArbitration,
  staleEpochAccepted,
  takeoverForgetsRequests,
  requestLookedUpNowhere,
  firstSuperblockWins,
  majorityMiscounted,
  givebackWithoutDraining,
  parityWithoutLock,
  commitBeforeInstall,
  forwardedWriteAnsweredEarly,
  lostMessageNotSentAgain,
  claimFromMemory,
  handOverInNewEpoch,
  acknowledgedBeforeMirror,
  replaySkipsLastRecord,
  staleNvramReplayed,
  unmirroredBeforeClaim,
  leaderWithoutQuorum,
]
