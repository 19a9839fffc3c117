import { peerOf, type ControllerId } from '../../contract/controller-id'
import type { MidplanePort } from '../../core/ports'
import type { FlightLog } from './flight-log'

/** The midplane, as `self` uses it, with every claim and every line that it pulls in the flight log. */
export function recordedMidplane(midplane: MidplanePort, self: ControllerId, log: FlightLog): MidplanePort {
  const peer = peerOf(self)
  return {
    fencePeer(done) {
      log.line('reset-asked', peer)
      midplane.fencePeer((outcome) => {
        log.line(outcome === 'fenced' ? 'fenced' : 'reset-refused', peer)
        done(outcome)
      })
    },
    requestRestart(controller, reason) {
      log.line('restart-asked', controller)
      midplane.requestRestart(controller, reason)
    },
    haltPeer(done) {
      log.line('halt-asked', peer)
      midplane.haltPeer(() => {
        log.line('halted', peer)
        done()
      })
    },
    raiseClaim(claim) {
      const isRaised = midplane.raiseClaim(claim)
      log.claim(isRaised ? 'raised' : 'refused', claim)
      return isRaised
    },
    claimEpoch: (slot) => midplane.claimEpoch(slot),
    raiseServingLine() {
      log.line('serving-raised', self)
      midplane.raiseServingLine()
    },
    peerServes: () => midplane.peerServes(),
    noteStateChanged: (state) => midplane.noteStateChanged(state),
  }
}
