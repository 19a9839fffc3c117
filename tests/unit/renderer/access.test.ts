import { expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { accessOf } from '../../../src-renderer/model/access'
import { createFakeLab } from '../../support/fake-lab'

const { configuration } = present((await createFakeLab().api.snapshot()).array, 'an array')
const { lun, volumeId } = present(configuration.luns[0], 'a LUN')
const command: TraceEvent = { id: 1, timeMs: 1, place: 'host', kind: 'host.command', request: 'io-1', data: { lun, firstBlock: 64 } }
const answer: TraceEvent = { id: 2, timeMs: 2, place: 'host', kind: 'host.response', request: 'io-1', data: { status: 0 } }
const access = (event: TraceEvent | undefined) => accessOf(event, [command, answer], configuration)

it('an event accesses its own blocks, or those of its request', () => {
  expect(access(command)).toEqual({ kind: 'volume', volumeId, block: 64 })
  expect(access(answer)).toEqual({ kind: 'volume', volumeId, block: 64 })
  const read: TraceEvent = { id: 3, timeMs: 3, place: 'controller-a', kind: 'drive.read', to: 'drive-1', data: { block: 4096 } }
  expect(access(read)).toEqual({ kind: 'drive', drive: 1, block: 4096 })
  expect(access({ ...read, kind: 'nvram.destaged', to: 'host', data: { volumeId, firstBlock: 8 } })).toEqual({
    kind: 'volume',
    volumeId,
    block: 8,
  })
})

it('an event without blocks, or with some that are not there, accesses nothing', () => {
  expect(access(undefined)).toBeUndefined()
  expect(access({ ...answer, request: 'io-9' })).toBeUndefined()
  const other = { ...command, request: 'io-7' }
  expect(access({ ...other, data: { lun: 99, firstBlock: 0 } })).toBeUndefined()
  expect(access({ ...other, data: { lun, firstBlock: 1e15 } })).toBeUndefined()
  expect(access({ ...other, kind: 'drive.read', to: 'drive-99', data: { block: 0 } })).toBeUndefined()
})

it('an event accesses the blocks of its own request, not of a later one of the same name', () => {
  const later = { ...command, id: 9, timeMs: 9, data: { lun, firstBlock: 128 } }
  const itsAnswer = { ...answer, id: 10, timeMs: 10 }
  const of = (event: TraceEvent) => accessOf(event, [command, answer, later, itsAnswer], configuration)
  expect([of(answer), of(itsAnswer)]).toMatchObject([{ block: 64 }, { block: 128 }])
})
