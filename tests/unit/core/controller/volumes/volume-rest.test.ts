import { beforeEach, expect, it } from 'vitest'
import { failure, ok, type Result } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import type { ServiceError } from '../../../../../src-main/contract/service-request'
import { VolumeRest, type VolumeRestParts } from '../../../../../src-main/core/controller/volumes/volume-rest'
import { firstArrayState } from '../../../../support/fake-lab-data'

let state: ArrayState
let isClean: boolean
let isMoving: boolean
let owner: 'a' | 'b'
let mayMove: boolean
/** What happened to the volume, in order. */
let happened: string[]

beforeEach(() => {
  state = firstArrayState(4)
  isClean = true
  isMoving = false
  owner = 'a'
  mayMove = true
  happened = []
})

/** Volume 0. Calls what it gets once the commit is through. */
function bring(): string {
  const volume = {
    name: 'alpha',
    ownership: { owner },
    get isMoving() {
      return isMoving
    },
    quiesce: (drained: (isClean: boolean) => void) => {
      happened.push('quiesced')
      drained(isClean)
    },
    resume: () => happened.push('resumed'),
  }
  const rest = new VolumeRest({
    self: 'a',
    store: { state },
    volumes: { volume: () => volume },
    mover: {
      move: ({ to }: { readonly to: string }, done: (outcome: Result<undefined, ServiceError>) => void) => {
        happened.push(`moved to ${to}`)
        done(mayMove ? ok(undefined) : failure({ code: 'not-possible-now', message: 'The other controller is away.' }))
      },
    },
  } as unknown as VolumeRestParts)
  let heard = 'nothing yet'
  rest.bring(0, undefined, (outcome) => {
    heard = outcome.ok ? 'at rest' : outcome.error.message
    happened.push('answered')
    if (outcome.ok) outcome.value()
  })
  return heard
}

it('a volume rests here once nothing of it is under way and all of it is on the drives, until it may go on', () => {
  expect(bring()).toBe('at rest')
  expect(happened).toEqual(['moved to a', 'quiesced', 'answered', 'resumed'])
})

it('a volume that cannot come here goes on', () => {
  mayMove = false
  expect(bring()).toBe('The other controller is away.')
  expect(happened).toEqual(['moved to a', 'answered'])
})

it('a volume that is being moved goes on', () => {
  isMoving = true
  expect(bring()).toContain('is being moved')
  expect(happened).toEqual(['moved to a', 'answered'])
})

it('a volume that has come here and gone again goes on', () => {
  owner = 'b'
  expect(bring()).toContain('is being moved')
  expect(happened).toEqual(['moved to a', 'answered'])
})

it('a volume whose data the drives do not take goes on, and it is said why', () => {
  isClean = false
  expect(bring()).toContain('The drives do not take the data')
  expect(happened).toEqual(['moved to a', 'quiesced', 'resumed', 'answered'])
})

it('of a group that has lost too many drives, nothing can reach the drives any more, so there is nothing to wait for', () => {
  isClean = false
  const group = state.configuration.volumes.find(({ id }) => id === 0)?.groupId ?? 0
  const sections = state.configuration.groups.find(({ id }) => id === group)?.sections ?? []
  const failedMembers = sections.map(({ drive }) => ({ groupId: group, drive, afterGeneration: 1 }))
  state = { ...state, failedMembers }
  expect(bring()).toBe('at rest')
})
