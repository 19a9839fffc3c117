import { describe, expect, it } from 'vitest'
import { initiatorTaskTagOf, opcodeOf, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import {
  decodeTaskManagementResponse,
  encodeTaskManagementRequest,
  TASK_MANAGEMENT_FUNCTION,
  TASK_MANAGEMENT_OUTCOME,
} from '../../../src-main/core/iscsi/codec/pdu/task-management'
import type { Nexus } from '../../../src-main/core/scsi/device'
import { blockCdb, IscsiLab, pattern, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §11.5, §11.6. A response means that the effects are over. */
function request(
  initiator: RawInitiator,
  code: number,
  fields: { readonly referencedTaskTag?: number; readonly refCmdSn?: number; readonly lun?: number; readonly raw?: number } = {},
): void {
  const header = encodeTaskManagementRequest({
    immediate: true,
    function: code,
    lun: fields.lun ?? 0,
    initiatorTaskTag: 0x900,
    referencedTaskTag: fields.referencedTaskTag ?? 0xffff_ffff,
    refCmdSn: fields.refCmdSn ?? 0,
    cmdSn: initiator.cmdSn,
    expStatSn: 2,
  })
  if (fields.raw !== undefined) header[8] = fields.raw
  initiator.send(header)
}

function responses(initiator: RawInitiator): number[] {
  return initiator.receive().map(({ header }) => {
    expect(opcodeOf(header)).toBe(TARGET_OPCODE.taskManagementResponse)
    expect(initiatorTaskTagOf(header)).toBe(0x900)
    return decodeTaskManagementResponse(header).response
  })
}

function hold(initiator: RawInitiator, tags: readonly number[], lun = 0): void {
  for (const initiatorTaskTag of tags) initiator.send(initiator.commandHeader({ initiatorTaskTag, lun }))
}

function proveRecovery(lab: IscsiLab, ...initiators: readonly RawInitiator[]): void {
  lab.scsi.isHolding = false
  for (const initiator of initiators) expect(initiator.testUnitReady().status).toBe(0)
}

const { abortTask, abortTaskSet, clearAca, clearTaskSet, logicalUnitReset, targetWarmReset, targetColdReset, taskReassign } =
  TASK_MANAGEMENT_FUNCTION
const { complete, noSuchTask, noSuchLun, notSupported, reassignmentNotSupported, rejected } = TASK_MANAGEMENT_OUTCOME

describe('task management', () => {
  it('ABORT TASK waits until SCSI has given the task back, and the task gets no response', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    hold(initiator, [1])
    request(initiator, abortTask, { referencedTaskTag: 1 })
    expect(initiator.receive()).toEqual([])
    lab.scsi.release()
    expect(responses(initiator)).toEqual([complete])
    proveRecovery(lab, initiator)
  })

  it('ABORT TASK of a write that waits for its data ends it at once, and drops what still comes', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(
      initiator.commandHeader({
        write: true,
        expectedDataTransferLength: 512,
        cdb: blockCdb(0x2a, { firstBlock: 0, blockCount: 1 }),
        initiatorTaskTag: 1,
      }),
    )
    expect(initiator.receive()).toHaveLength(1)
    request(initiator, abortTask, { referencedTaskTag: 1 })
    expect(responses(initiator)).toEqual([complete])
    expect(lab.scsi.executed).toEqual([])
    // The tag is free again.
    const write = {
      write: true,
      expectedDataTransferLength: 512,
      cdb: blockCdb(0x2a, { firstBlock: 0, blockCount: 1 }),
      initiatorTaskTag: 1,
    }
    initiator.send(initiator.commandHeader(write), pattern(512))
    expect(initiator.receive()).toHaveLength(1)
    proveRecovery(lab, initiator)
  })

  it('ABORT TASK of a command whose turn has not come takes it out of its turn', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(initiator.commandHeader({ cmdSn: 2, initiatorTaskTag: 2 }))
    request(initiator, abortTask, { referencedTaskTag: 2 })
    expect(responses(initiator)).toEqual([complete])
    initiator.send(initiator.commandHeader({ cmdSn: 1, initiatorTaskTag: 1 }))
    expect(initiator.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([1])
    initiator.cmdSn = 3
    proveRecovery(lab, initiator)
  })

  it('ABORT TASK of nothing says so', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    request(initiator, abortTask, { referencedTaskTag: 4711 })
    expect(responses(initiator)).toEqual([noSuchTask])
    proveRecovery(lab, initiator)
  })

  it('ABORT TASK of the next command, which never arrived, takes its turn: what waited for it goes on', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(initiator.commandHeader({ cmdSn: 2, initiatorTaskTag: 2 }))
    initiator.cmdSn = 3
    request(initiator, abortTask, { referencedTaskTag: 1, refCmdSn: 1 })
    const pdus = initiator.receive()
    expect(pdus.map(({ header }) => initiatorTaskTagOf(header)).sort()).toEqual([2, 0x900])
    // It comes after all, and is not executed.
    initiator.send(initiator.commandHeader({ cmdSn: 1, initiatorTaskTag: 1 }))
    expect(initiator.receive()).toEqual([])
    expect(lab.scsi.executed).toHaveLength(1)
    proveRecovery(lab, initiator)
  })

  it('ABORT TASK of a later command, which never arrived, says that it is done, and the command is not executed', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.cmdSn = 4
    request(initiator, abortTask, { referencedTaskTag: 2, refCmdSn: 2 })
    expect(responses(initiator)).toEqual([complete])
    for (const tag of [2, 1, 3]) initiator.send(initiator.commandHeader({ cmdSn: tag, initiatorTaskTag: tag }))
    expect(initiator.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([1, 3])
    proveRecovery(lab, initiator)
  })

  it.each([
    ['a command that was answered', 1],
    ['a number that no command has yet', 2],
    ['a number beyond the window', 1000],
  ])('ABORT TASK of %s says that there is none', (_, refCmdSn) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.testUnitReady()
    request(initiator, abortTask, { referencedTaskTag: 4711, refCmdSn })
    expect(responses(initiator)).toEqual([noSuchTask])
    proveRecovery(lab, initiator)
  })

  it('ABORT TASK SET ends the own tasks of the unit only', () => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    lab.scsi.isHolding = true
    hold(mine, [1, 2])
    hold(mine, [3], 1)
    hold(other, [4])
    request(mine, abortTaskSet)
    lab.scsi.release()
    const pdus = mine.receive()
    expect(pdus.map(({ header }) => initiatorTaskTagOf(header)).sort()).toEqual([0x900, 3].sort())
    expect(other.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([4])
    proveRecovery(lab, mine, other)
  })

  it.each([
    ['CLEAR TASK SET', clearTaskSet, []],
    ['LOGICAL UNIT RESET', logicalUnitReset, [0]],
  ])('%s ends the tasks of the unit in every session', (_, code, resets) => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001', portal: 'b' })]
    lab.scsi.isHolding = true
    hold(mine, [1])
    hold(other, [2])
    hold(other, [3], 1)
    request(mine, code)
    expect(mine.receive()).toEqual([])
    lab.scsi.release()
    expect(responses(mine)).toEqual([complete])
    expect(other.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([3])
    expect(lab.scsi.resets).toEqual(resets)
    expect(lab.scsi.released).toEqual(resets)
    proveRecovery(lab, mine, other)
  })

  it.each([
    ['CLEAR TASK SET', clearTaskSet, { unit: 1, isReset: false }],
    ['LOGICAL UNIT RESET', logicalUnitReset, { unit: 1, isReset: true }],
    ['TARGET WARM RESET', targetWarmReset, { unit: 'all', isReset: true }],
  ])('%s waits until the tasks at the other controller have ended too', (_, code, end) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.peerTasks.isHolding = true
    request(initiator, code, { lun: 1 })
    expect(lab.peerTasks.asked).toEqual([end])
    expect(initiator.receive()).toEqual([])
    lab.peerTasks.release()
    expect(responses(initiator)).toEqual([complete])
    proveRecovery(lab, initiator)
  })

  it.each([
    ['LOGICAL UNIT RESET', logicalUnitReset, 1],
    ['TARGET WARM RESET', targetWarmReset, 'all'],
  ])('%s is answered when what was reserved with RESERVE(6) is free', (_, code, unit) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    let released = (): void => undefined
    lab.scsi.releaseReserved = (of, done) => {
      lab.scsi.released.push(of)
      released = done
    }
    lab.peerTasks.isHolding = true
    request(initiator, code, { lun: 1 })
    expect(lab.scsi.released).toEqual([])
    lab.peerTasks.release()
    expect(lab.scsi.released).toEqual([unit])
    expect(initiator.receive()).toEqual([])
    released()
    expect(responses(initiator)).toEqual([complete])
    proveRecovery(lab, initiator)
  })

  it('is refused, and ends nothing, where too much of it waits for the other controller', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.peerTasks.hasRoom = false
    request(initiator, logicalUnitReset)
    expect(responses(initiator)).toEqual([rejected])
    expect([lab.peerTasks.asked, lab.scsi.resets]).toEqual([[], []])
    proveRecovery(lab, initiator)
  })

  it('CLEAR TASK SET tells each other nexus whose commands it has cleared, at both controllers, when they have ended', () => {
    const lab = new IscsiLab()
    const [mine, other, idle] = [lab.session(), lab.session({ isid: '80ffffff0001', portal: 'b' }), lab.session({ isid: '80ffffff0002' })]
    const { cleared, nexuses } = lab.scsi
    lab.scsi.isHolding = true
    hold(mine, [1])
    hold(other, [2, 3])
    hold(idle, [4], 1)
    request(mine, clearTaskSet)
    expect(cleared).toEqual([])
    lab.scsi.release()
    expect(responses(mine)).toEqual([complete])
    expect(cleared).toEqual([{ nexus: nexuses[1], lun: 0 }])
    // As the other controller asks for it: all nexuses here are others.
    lab.scsi.isHolding = true
    hold(mine, [5])
    lab.target.endOwnTasks({ unit: 0, isReset: false }, () => undefined)
    lab.scsi.release()
    expect(cleared.slice(1)).toEqual([{ nexus: nexuses[0], lun: 0 }])
    proveRecovery(lab, mine, other, idle)
  })

  it('the tasks of some nexuses are ended at both controllers, and those of no others', () => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    lab.scsi.isHolding = true
    hold(mine, [1])
    hold(other, [2])
    const [{ initiatorPort, portalGroup }, by] = lab.scsi.nexuses as [Nexus, Nexus]
    const of = [{ initiatorPort, portalGroup }]
    let ended = 0
    lab.target.endTasksOf({ unit: 0, isReset: false, of }, by, () => ended++)
    expect([lab.peerTasks.asked, ended]).toEqual([[{ unit: 0, isReset: false, of }], 0])
    lab.scsi.release()
    expect([ended, mine.receive().length, other.receive().length]).toEqual([1, 0, 1])
    expect(lab.scsi.cleared.map(({ nexus }) => nexus.initiatorPort)).toEqual([initiatorPort])
    proveRecovery(lab, mine, other)
  })

  it('CLEAR TASK SET says nothing of commands that their own initiator has aborted already', () => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    lab.scsi.isHolding = true
    hold(other, [2])
    request(other, abortTask, { referencedTaskTag: 2 })
    request(mine, clearTaskSet)
    lab.scsi.release()
    expect([responses(mine), responses(other)]).toEqual([[complete], [complete]])
    expect(lab.scsi.cleared).toEqual([])
    proveRecovery(lab, mine, other)
  })

  it('the tasks of a nexus have ended only when SCSI has given back those of its sessions that are gone', () => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    const nexuses = lab.scsi.nexuses.map((nexus) => [nexus])
    lab.scsi.isHolding = true
    hold(other, [2])
    other.handler.onClosed()
    const ends: string[] = []
    lab.target.endOwnTasks({ unit: 1, isReset: false, of: nexuses[1] }, () => ends.push('of another unit'))
    lab.target.endOwnTasks({ unit: 0, isReset: false, of: nexuses[0] }, () => ends.push('of another nexus'))
    lab.target.endOwnTasks({ unit: 0, isReset: false, of: nexuses[1] }, () => ends.push('of it'))
    expect(ends).toEqual(['of another unit', 'of another nexus'])
    lab.scsi.release()
    expect(ends.slice(2)).toEqual(['of it'])
    expect(lab.scsi.cleared).toEqual([])
    proveRecovery(lab, mine)
  })

  it('ABORT TASK SET does not concern the other controller', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    request(initiator, abortTaskSet)
    expect(responses(initiator)).toEqual([complete])
    expect(lab.peerTasks.asked).toEqual([])
  })

  it('TARGET WARM RESET ends all tasks and no session', () => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    lab.scsi.isHolding = true
    hold(mine, [1], 5)
    hold(other, [2])
    request(mine, targetWarmReset)
    lab.scsi.release()
    expect(responses(mine)).toEqual([complete])
    expect(other.receive()).toEqual([])
    expect(lab.scsi.resets).toEqual(['all'])
    proveRecovery(lab, mine, other)
  })

  it('TARGET COLD RESET ends all sessions of its initiator here, after its response', () => {
    const lab = new IscsiLab()
    const [mine, other] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    request(mine, targetColdReset)
    expect(responses(mine)).toEqual([complete])
    expect([mine.port.isClosed, other.port.isClosed]).toEqual([true, true])
    expect(lab.scsi.resets).toEqual(['all'])
    expect(lab.target.sessions()).toEqual([])
    proveRecovery(lab, lab.session())
  })

  it.each([
    ['TASK REASSIGN', taskReassign, reassignmentNotSupported],
    ['CLEAR ACA', clearAca, notSupported],
    ['a function that is none', 0x55, notSupported],
  ])('%s is refused', (_, code, response) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    request(initiator, code)
    expect(responses(initiator)).toEqual([response])
    proveRecovery(lab, initiator)
  })

  it.each([
    ['ABORT TASK SET', abortTaskSet],
    ['CLEAR TASK SET', clearTaskSet],
    ['LOGICAL UNIT RESET', logicalUnitReset],
  ])('%s of a unit that is not mapped is refused', (_, code) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    request(initiator, code, { lun: 7 })
    expect(responses(initiator)).toEqual([noSuchLun])
    expect(lab.scsi.resets).toEqual([])
    proveRecovery(lab, initiator)
  })

  it('a unit that cannot be is refused', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    request(initiator, logicalUnitReset, { raw: 0xc1 })
    expect(responses(initiator)).toEqual([noSuchLun])
    expect(lab.scsi.resets).toEqual([])
    proveRecovery(lab, initiator)
  })

  it('gives back the room of aborted writes, over and over', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 20; i++) {
        const bytes = 4 * 1024 * 1024
        initiator.send(
          initiator.commandHeader({
            write: true,
            expectedDataTransferLength: bytes,
            cdb: blockCdb(0x2a, { firstBlock: 0, blockCount: bytes / 512 }),
          }),
        )
      }
      request(initiator, abortTaskSet)
      initiator.receive()
    }
    proveRecovery(lab, initiator)
  })
})
