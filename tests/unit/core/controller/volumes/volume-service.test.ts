import { beforeEach, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { EventLog } from '../../../../../src-main/core/controller/peer/event-log'
import { DEFAULT_TIMINGS } from '../../../../../src-main/core/controller/peer/timings'
import { withoutVolume } from '../../../../../src-main/core/controller/state/array-changes'
import { ClaimStability } from '../../../../../src-main/core/controller/volumes/claim-stability'
import { IoCounters, type OperationOutcome, type VolumeOperation } from '../../../../../src-main/core/controller/volumes/volume-operation'
import { VolumeService, type VolumeServiceParts } from '../../../../../src-main/core/controller/volumes/volume-service'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'
import { TraceLog } from '../../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'

const DRIVES = 6
const first = firstState(Array.from({ length: DRIVES }, (_, index) => new DriveMedium(index, 65_536)))

let state: ArrayState
let claims: Map<number, number>
let dropped: number[]
let answers: [callId: number, outcome: OperationOutcome][]
let volumes: VolumeService

/** Controller A owns all volumes. Its drives never answer. */
beforeEach(() => {
  const clock = new VirtualClock()
  state = { ...first, ownership: first.ownership.map((one) => ({ ...one, owner: 'a' as const, epoch: 4 })) }
  claims = new Map()
  dropped = []
  answers = []
  const nothing = (): void => undefined
  volumes = new VolumeService({
    self: 'a',
    incarnation: 1,
    clock,
    midplane: {
      raiseClaim: ({ slot, epoch }: { readonly slot: number; readonly epoch: number }) => {
        claims.set(slot, epoch)
        return true
      },
      claimEpoch: (slot: number) => claims.get(slot) ?? 0,
    },
    rounds: {
      join: (serve: (portion: { readonly isSpent: boolean; take(bytes: number): void }) => boolean) => ({
        wake: () => serve({ isSpent: false, take: nothing }),
      }),
    },
    trace: new TraceLog(clock).port(),
    log: new EventLog(clock),
    standing: { isStopped: false, mayForward: true, peerIsMember: true },
    timings: DEFAULT_TIMINGS,
    cache: { drop: (volumeId: number) => dropped.push(volumeId), clean: nothing },
    counters: new IoCounters(),
    admission: { admit: () => true, finish: (io: VolumeOperation, outcome: OperationOutcome) => io.finish(outcome) },
    forwarder: { answer: (callId: number, outcome: OperationOutcome) => answers.push([callId, outcome]) },
    committer: {},
    claimStability: new ClaimStability(),
    ports: { drives: Array.from({ length: DRIVES }, (_, index) => ({ index, read: nothing, write: nothing, flush: nothing })) },
    driveSuspected: { tell: nothing },
    blocksLost: { tell: nothing },
  } as unknown as VolumeServiceParts)
})

const anyVolume = (): number => present(state.configuration.volumes[0], 'a volume').id

it('a volume that is deleted leaves nothing in the cache, and no late write of it reaches the drives', () => {
  const volumeId = anyVolume()
  volumes.install(state)
  expect(claims.get(volumeId)).toBe(4)
  volumes.install(withoutVolume(state, volumeId))
  expect([dropped, claims.get(volumeId), volumes.volume(volumeId)]).toEqual([[volumeId], 6, undefined])
})

it('a volume that is replaced by another one of its number is another one', () => {
  const volumeId = anyVolume()
  volumes.install(state)
  const before = volumes.volume(volumeId)
  const replaced = state.configuration.volumes.map((one) => (one.id === volumeId ? { ...one, serial: 'ffffffffffffffff' } : one))
  volumes.install({ ...state, configuration: { ...state.configuration, volumes: replaced } })
  expect(dropped).toEqual([volumeId])
  expect(volumes.volume(volumeId)).not.toBe(before)
})

it('what a lost peer had forwarded, and a volume that moves holds, is forgotten', () => {
  const volumeId = anyVolume()
  volumes.install(state)
  volumes.volume(volumeId)?.quiesce(() => undefined)
  const io = { operation: 'write', firstBlock: 0, blockCount: 1, forceUnitAccess: false, data: [new Uint8Array(512)] } as const
  volumes.forwarded({ type: 'io-forward', callId: 7, volumeId, ...io, request: undefined, cause: undefined })
  expect(answers).toEqual([])
  volumes.peerLost()
  expect(answers).toEqual([[7, { ok: false, fault: 'transitioning' }]])
})

it('a volume is claimed by its owner once it is not to be replayed first, and not while the peer holds its newest writes', () => {
  const [held, other] = state.configuration.volumes.map(({ id }) => id) as [number, number]
  const heldByPeer = state.ownership.map((one) => (one.volumeId === held ? { ...one, heldBy: 'b' as const } : one))
  volumes.holdForReplay()
  volumes.install({ ...state, ownership: heldByPeer })
  expect([...claims]).toEqual([])
  volumes.adopt({ ...state, ownership: heldByPeer })
  expect([claims.get(held), claims.get(other)]).toEqual([undefined, 4])
})
