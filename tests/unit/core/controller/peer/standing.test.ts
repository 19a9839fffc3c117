import { beforeEach, expect, it } from 'vitest'
import type { ControllerPhase } from '../../../../../src-main/contract/interconnect'
import { EventLog } from '../../../../../src-main/core/controller/peer/event-log'
import type { PeerSession } from '../../../../../src-main/core/controller/peer/peer-session'
import { Signal } from '../../../../../src-main/core/controller/peer/signal'
import { PairStanding } from '../../../../../src-main/core/controller/peer/standing'
import { TraceLog } from '../../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'

let peerPhase: ControllerPhase
let isEstablished: boolean
let standing: PairStanding

beforeEach(() => {
  const clock = new VirtualClock()
  peerPhase = 'serving'
  isEstablished = true
  const session: Pick<PeerSession, 'isEstablished' | 'description' | 'announce'> = {
    get isEstablished() {
      return isEstablished
    },
    get description() {
      return { phase: peerPhase, generation: 1 }
    },
    announce: () => undefined,
  }
  const log = new EventLog(clock)
  standing = new PairStanding({ self: 'a', trace: new TraceLog(clock).port(), log, session: session as PeerSession, changed: new Signal() })
})

it('an address is served here where it is open, by the peer while that is a member, and else by nobody', () => {
  const servers = (): unknown[] => [standing.serverOf('a'), standing.serverOf('b')]
  expect(servers()).toEqual([undefined, undefined])
  standing.peerIsMember = true
  expect(servers()).toEqual([undefined, 'b'])
  standing.setPortal('a', true)
  expect(servers()).toEqual(['a', 'b'])
  standing.peerIsMember = false
  expect(servers()).toEqual(['a', undefined])
  standing.setPortal('b', true)
  expect(servers()).toEqual(['a', 'a'])
})

it('both serve only if the peer is a member that can be asked, and says that it serves', () => {
  standing.set('serving', undefined)
  expect(standing.bothServe).toBe(false)
  standing.peerIsMember = true
  expect(standing.bothServe).toBe(true)
  peerPhase = 'joining'
  expect([standing.bothServe, standing.mayForward]).toEqual([false, true])
  peerPhase = 'serving'
  isEstablished = false
  expect([standing.bothServe, standing.mayForward]).toEqual([false, false])
})

it('nothing is forwarded during a takeover, and after a stop', () => {
  standing.peerIsMember = true
  standing.set('taking-over', undefined)
  expect(standing.mayForward).toBe(false)
  standing.set('serving', undefined)
  expect(standing.mayForward).toBe(true)
  standing.stop('a newer claim')
  expect(standing.mayForward).toBe(false)
})
