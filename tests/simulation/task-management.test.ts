import { expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { opcodeOf, TARGET_OPCODE } from '../../src-main/core/iscsi/codec/layout'
import {
  decodeTaskManagementResponse,
  encodeTaskManagementRequest,
  TASK_MANAGEMENT_FUNCTION,
  TASK_MANAGEMENT_OUTCOME,
} from '../../src-main/core/iscsi/codec/pdu/task-management'
import { TARGET_NAME, type World } from '../../src-main/simulator/world'
import { blockCdb, connectRaw, senseCodes, type RawInitiator } from '../support/iscsi-lab'
import { servingWorld } from '../support/simulation'

const UNIT_ATTENTION = 0x06
const RESET = 0x29

/** Logged in at a controller, with no unit attention left on LUN 0. */
function initiatorAt(world: World, id: ControllerId): RawInitiator {
  const controller = present(world.controller(id), 'controller')
  const initiator = connectRaw((port) => controller.accept(port, id))
  initiator.login({ targetName: TARGET_NAME, isid: id === 'a' ? '80000000000a' : '80000000000b' })
  for (let tries = 0; initiator.testUnitReady().status !== 0; tries++) expect(tries).toBeLessThan(5)
  return initiator
}

function startWrite(initiator: RawInitiator): void {
  const cdb = blockCdb(0x2a, { firstBlock: 0, blockCount: 1 })
  initiator.send(initiator.commandHeader({ write: true, expectedDataTransferLength: 512, cdb }))
  expect(opcodeOf(initiator.receiveOne().header)).toBe(TARGET_OPCODE.readyToTransfer)
}

function resetUnit(initiator: RawInitiator): void {
  initiator.send(
    encodeTaskManagementRequest({
      immediate: true,
      function: TASK_MANAGEMENT_FUNCTION.logicalUnitReset,
      lun: 0,
      initiatorTaskTag: 0x900,
      referencedTaskTag: 0xffff_ffff,
      refCmdSn: 0,
      cmdSn: initiator.cmdSn,
      expStatSn: 2,
    }),
  )
}

it('LOGICAL UNIT RESET ends the tasks of the unit at the other controller, and its initiators learn of it', () => {
  const world = servingWorld({ seed: 1 })
  const [mine, other] = [initiatorAt(world, 'a'), initiatorAt(world, 'b')]
  startWrite(other)
  resetUnit(mine)
  expect(mine.receive()).toEqual([])
  world.run(20)
  expect(decodeTaskManagementResponse(mine.receiveOne().header).response).toBe(TASK_MANAGEMENT_OUTCOME.complete)
  for (const initiator of [mine, other]) {
    const { sense } = initiator.testUnitReady()
    expect(senseCodes(sense).slice(0, 2)).toEqual([UNIT_ATTENTION, RESET])
  }
  expect(other.testUnitReady().status).toBe(0)
})

it('is answered when the other controller has ended without an answer', () => {
  const world = servingWorld({ seed: 1 })
  const mine = initiatorAt(world, 'a')
  world.incarnation('b')?.hang()
  resetUnit(mine)
  world.run(20)
  expect(mine.receive()).toEqual([])
  let response: number | undefined
  const isAnswered = () => {
    for (const { header } of mine.receive())
      if (opcodeOf(header) === TARGET_OPCODE.taskManagementResponse) response = decodeTaskManagementResponse(header).response
    return response !== undefined
  }
  expect(world.runUntil(isAnswered, 5000)).toBe(true)
  expect(response).toBe(TASK_MANAGEMENT_OUTCOME.complete)
  expect(world.controller('b')).toBeUndefined()
})

it('initiators learn that the other path is closed before anybody takes it over', () => {
  const world = servingWorld({ seed: 1 })
  const mine = initiatorAt(world, 'a')
  world.incarnation('b')?.hang()
  const paths = () => world.controller('a')?.directory.find(0)?.accessState(2)
  while (paths() === 'active-non-optimized') world.clock.stepUntil(world.clock.nowMs() + 5000)
  expect(paths()).toBe('unavailable')
  expect(senseCodes(mine.testUnitReady().sense).slice(0, 2)).toEqual([UNIT_ATTENTION, 0x2a])
})
