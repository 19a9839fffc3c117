import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { concatBytes } from '../../../src-main/base/bytes'
import { LIMITS } from '../../../src-main/contract/limits'
import { initiatorTaskTagOf, opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeReject, REJECT_REASON } from '../../../src-main/core/iscsi/codec/pdu/reject'
import { decodeScsiResponse } from '../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { IscsiLab, outcomeOf, senseCodes } from '../../support/iscsi-lab'

/** RFC 7143 §4.2.2 and §11.3: numbering, the window, immediate commands. */
const tags = (pdus: readonly { readonly header: Uint8Array }[]): number[] => pdus.map(({ header }) => initiatorTaskTagOf(header))

describe('SCSI Command', () => {
  it('reaches SCSI with nexus, LUN and CDB, and gives its status back', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    const cdb = Uint8Array.from({ length: 16 }, (_, i) => i)
    lab.scsi.answer = () => ({ status: 0x02, sense: Uint8Array.of(0x70, 0, 5) })
    initiator.send(initiator.commandHeader({ lun: 300, cdb, initiatorTaskTag: 0xabc }))
    expect(lab.scsi.executed).toMatchObject([{ lun: 300, cdb, dataOut: [], nexus: { id: 1, portalGroup: 1 } }])
    const pdus = initiator.receive()
    expect(decodeScsiResponse(present(pdus[0], 'PDU').header)).toMatchObject({
      response: 0,
      status: 2,
      initiatorTaskTag: 0xabc,
      statSn: 2,
      expCmdSn: 2,
      maxCmdSn: 129,
      expDataSn: 0,
    })
    expect(outcomeOf(pdus).sense).toEqual(Uint8Array.of(0x70, 0, 5))
    lab.scsi.answer = undefined
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('says -1 for a LUN that no unit can have', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    const header = initiator.commandHeader()
    header[8] = 0xc1
    initiator.send(header)
    expect(lab.scsi.executed[0]?.lun).toBe(-1)
    initiator.receive()
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is executed in the order of CmdSN, whatever the order of arrival', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    for (const cmdSn of [3, 2, 4]) initiator.send(initiator.commandHeader({ cmdSn, initiatorTaskTag: cmdSn }))
    expect(initiator.receive()).toEqual([])
    initiator.send(initiator.commandHeader({ cmdSn: 1, initiatorTaskTag: 1 }))
    expect(tags(initiator.receive())).toEqual([1, 2, 3, 4])
    initiator.cmdSn = 5
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is answered when SCSI is done, in any order', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    for (const initiatorTaskTag of [1, 2, 3]) initiator.send(initiator.commandHeader({ initiatorTaskTag }))
    lab.scsi.isHolding = false
    lab.scsi.release('newest-first')
    const responses = initiator.receive().map(({ header }) => decodeScsiResponse(header))
    expect(responses.map(({ initiatorTaskTag, statSn }) => [initiatorTaskTag, statSn])).toEqual([
      [3, 2],
      [2, 3],
      [1, 4],
    ])
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is passed over below and above the window, and as a duplicate', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    expect(initiator.testUnitReady().status).toBe(0)
    for (const cmdSn of [1, 2 + LIMITS.commandWindow, 1000, 0]) initiator.send(initiator.commandHeader({ cmdSn }))
    initiator.send(initiator.commandHeader({ cmdSn: 3 }))
    initiator.send(initiator.commandHeader({ cmdSn: 3 }))
    expect(initiator.receive()).toEqual([])
    initiator.send(initiator.commandHeader({ cmdSn: 2 }))
    expect(initiator.receive()).toHaveLength(2)
    expect(lab.scsi.executed).toHaveLength(3)
    initiator.cmdSn = 4
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('closes the window while commands are under way, and opens it as they end', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    for (let i = 0; i < LIMITS.commandWindow; i++) initiator.send(initiator.commandHeader())
    expect(lab.scsi.executed).toHaveLength(LIMITS.commandWindow)
    const beyond = initiator.cmdSn
    initiator.send(initiator.commandHeader({ cmdSn: beyond }))
    expect(lab.scsi.executed).toHaveLength(LIMITS.commandWindow)
    lab.scsi.isHolding = false
    lab.scsi.release()
    const responses = initiator.receive().map(({ header }) => decodeScsiResponse(header))
    expect(responses.map(({ maxCmdSn }) => maxCmdSn)).toEqual(
      Array.from({ length: LIMITS.commandWindow }, (_, i) => LIMITS.commandWindow + 1 + i),
    )
    expect(responses.every(({ expCmdSn }) => expCmdSn === beyond)).toBe(true)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is executed at once when immediate, and uses up no CmdSN', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(initiator.commandHeader({ cmdSn: 2, initiatorTaskTag: 2 }))
    initiator.send(initiator.commandHeader({ immediate: true, initiatorTaskTag: 77 }))
    const [response] = initiator.receive()
    expect(decodeScsiResponse(present(response, 'PDU').header)).toMatchObject({ initiatorTaskTag: 77, expCmdSn: 1, maxCmdSn: 128 })
    initiator.send(initiator.commandHeader({ cmdSn: 1, initiatorTaskTag: 1 }))
    expect(tags(initiator.receive())).toEqual([1, 2])
    initiator.cmdSn = 3
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is rejected when immediate beyond their bound', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    for (let i = 0; i <= LIMITS.immediateCommands; i++) initiator.send(initiator.commandHeader({ immediate: true }))
    expect(lab.scsi.executed).toHaveLength(LIMITS.immediateCommands)
    expect(decodeReject(initiator.receiveOne().header).reason).toBe(REJECT_REASON.tooManyImmediateCommands)
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(initiator.receive()).toHaveLength(LIMITS.immediateCommands)
    initiator.send(initiator.commandHeader({ immediate: true }))
    expect(initiator.receive()).toHaveLength(1)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('counts as immediate also where it is refused: the bound stays as it is', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    // Data of a command that writes nothing is unexpected.
    for (let i = 0; i < 3; i++) {
      initiator.send(initiator.commandHeader({ immediate: true }), new Uint8Array(4))
      const { status, sense } = outcomeOf(initiator.receive())
      expect([status, ...senseCodes(sense)]).toEqual([2, 0x0b, 0x0c, 0x0c])
    }
    lab.scsi.isHolding = true
    for (let i = 0; i <= LIMITS.immediateCommands; i++) initiator.send(initiator.commandHeader({ immediate: true }))
    expect(lab.scsi.executed).toHaveLength(LIMITS.immediateCommands)
    expect(decodeReject(initiator.receiveOne().header).reason).toBe(REJECT_REASON.tooManyImmediateCommands)
  })

  it.each([
    ['in use', 5],
    ['reserved', RESERVED_TAG],
  ])('is rejected with a task tag that is %s, and its CmdSN counts', (_, initiatorTaskTag) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    initiator.send(initiator.commandHeader({ initiatorTaskTag: 5 }))
    const rejected = initiator.commandHeader({ initiatorTaskTag })
    initiator.send(rejected)
    const reject = initiator.receiveOne()
    expect(opcodeOf(reject.header)).toBe(TARGET_OPCODE.reject)
    expect(decodeReject(reject.header)).toMatchObject({ reason: REJECT_REASON.invalidPduField, expCmdSn: 3 })
    expect(concatBytes(reject.data)).toEqual(rejected)
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(initiator.receive()).toHaveLength(1)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('with read and write at once is refused by a check condition', () => {
    const initiator = new IscsiLab().session()
    initiator.send(initiator.commandHeader({ read: true, write: true, expectedDataTransferLength: 512 }))
    const outcome = outcomeOf(initiator.receive())
    expect(outcome.status).toBe(2)
    expect(senseCodes(outcome.sense)).toEqual([0x05, 0x24, 0])
    expect(initiator.testUnitReady().status).toBe(0)
  })
})
