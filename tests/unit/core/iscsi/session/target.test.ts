import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { opcodeOf, TARGET_OPCODE } from '../../../../../src-main/core/iscsi/codec/layout'
import { LOGIN_STATUS } from '../../../../../src-main/core/iscsi/codec/pdu/login'
import { decodeReadyToTransfer, encodeDataOut } from '../../../../../src-main/core/iscsi/codec/pdu/data'
import { blockCdb, INITIATOR_NAME, IscsiLab, pattern, TARGET_NAME } from '../../../../support/iscsi-lab'

describe('IscsiTarget', () => {
  it('lists its sessions with what they did', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ portal: 'b' })
    initiator.writeImmediate({ firstBlock: 0, data: pattern(1024) })
    initiator.read({ firstBlock: 0, blockCount: 4 })
    lab.connect()
    expect(lab.target.sessions()).toEqual([
      {
        initiatorName: INITIATOR_NAME,
        isid: '80123456abcd',
        discovery: false,
        portal: 'b',
        remote: '127.0.0.1:50000',
        counters: { commands: 2, readBytes: 2048, writtenBytes: 1024, rejects: 0 },
      },
    ])
  })

  it('closes everything, once', () => {
    const lab = new IscsiLab()
    const connections = [lab.session(), lab.session({ portal: 'b' }), lab.connect()]
    lab.target.closeAll()
    lab.target.closeAll()
    expect(connections.map(({ port }) => port.isClosed)).toEqual([true, true, true])
    expect(lab.target.sessions()).toEqual([])
    expect(lab.scsi.lost).toHaveLength(2)
    expect(lab.clock.pendingTimers).toBe(0)
    for (const { handler } of connections) {
      handler.onData(new Uint8Array(48))
      handler.onDrained()
      handler.onClosed()
    }
    expect(lab.scsi.lost).toHaveLength(2)
  })

  it('answers what is under way at a portal that is about to close, and begins nothing more there', () => {
    const lab = new IscsiLab()
    const [atA, atB] = [lab.session(), lab.session({ portal: 'b' })]
    let isQuiet = false
    lab.scsi.isHolding = true
    atB.send(atB.commandHeader())
    lab.target.quiesce('b', () => (isQuiet = true))
    lab.scsi.isHolding = false
    atB.send(atB.commandHeader())
    expect([lab.scsi.executed.length, isQuiet]).toEqual([1, false])
    lab.scsi.release()
    expect(isQuiet).toBe(true)
    expect(atB.receive().map(({ header }) => opcodeOf(header))).toEqual([TARGET_OPCODE.scsiResponse])
    expect(lab.scsi.executed).toHaveLength(1)
    expect(atA.testUnitReady().status).toBe(0)
  })

  it('lets nobody log in at a portal that is about to close, and lets them again once it is open anew', () => {
    const lab = new IscsiLab()
    lab.target.quiesce('b', () => undefined)
    expect(() => lab.connect('b').login()).toThrow(`login failed with ${LOGIN_STATUS.serviceUnavailable.toString(16)}`)
    expect(lab.session({ portal: 'a' }).testUnitReady().status).toBe(0)
    lab.target.resume('b')
    expect(lab.session({ portal: 'b' }).testUnitReady().status).toBe(0)
  })

  it('lets nobody come back to a session at a portal that is about to close', () => {
    const lab = new IscsiLab()
    const { tsih } = lab.connect('b').login().response
    lab.clock.advance(LIMITS.sessionInUseMs)
    const keys = { InitiatorName: INITIATOR_NAME, SessionType: 'Normal', TargetName: TARGET_NAME }
    const comeBack = () => lab.connect('b').loginRequest({ tsih }, keys).response
    lab.target.quiesce('b', () => undefined)
    expect(comeBack().status).toBe(LOGIN_STATUS.serviceUnavailable)
    lab.target.resume('b')
    expect(comeBack()).toMatchObject({ status: 0, tsih })
  })

  it('does not carry out a write whose last data comes when its portal is about to close', () => {
    const lab = new IscsiLab()
    const atB = lab.session({ portal: 'b' })
    const fields = { write: true, expectedDataTransferLength: 512, cdb: blockCdb(0x2a, { firstBlock: 0, blockCount: 1 }) }
    atB.send(atB.commandHeader({ ...fields, initiatorTaskTag: 1 }))
    const { targetTransferTag } = decodeReadyToTransfer(atB.receiveOne().header)
    let isQuiet = false
    lab.target.quiesce('b', () => (isQuiet = true))
    expect(isQuiet).toBe(true)
    const data = { final: true, lun: 0, initiatorTaskTag: 1, targetTransferTag, expStatSn: 2, dataSn: 0, bufferOffset: 0 }
    atB.send(encodeDataOut(data), pattern(512))
    expect([lab.scsi.executed, atB.receive()]).toEqual([[], []])
    expect(lab.scsi.disk.subarray(0, 512)).toEqual(new Uint8Array(512))
  })

  it('tells those who carry out a command that its connection has ended', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    initiator.send(initiator.commandHeader())
    const [command] = lab.scsi.executed
    expect(command?.task).toMatchObject({ isAborted: false })
    initiator.handler.onClosed()
    expect(command?.task).toMatchObject({ isAborted: true })
    lab.scsi.release()
  })

  it('gives fresh TSIHs and nexus ids', () => {
    const lab = new IscsiLab()
    const tsihs = [1, 2, 3].map((i) => lab.connect().login({ isid: `80000000000${i}` }).response.tsih)
    expect(new Set(tsihs).size).toBe(3)
    expect(lab.scsi.nexuses.map(({ id }) => id)).toEqual([1, 2, 3])
  })

  it('bears any bytes before login, and a good initiator beside', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 }), (chunks) => {
        const lab = new IscsiLab()
        const initiator = lab.connect()
        for (const chunk of chunks) initiator.handler.onData(chunk)
        expect(lab.session().testUnitReady().status).toBe(0)
      }),
    )
  })

  it('bears any PDU in any stage, with the fields of a living session, and a good initiator beside', () => {
    const opcode = fc.oneof(
      fc.constantFrom(0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x40, 0x41, 0x42, 0x43, 0x44, 0x46),
      fc.nat(0xff),
    )
    const smallOrAny = fc.oneof(fc.nat(6), fc.constant(0xffff_ffff), fc.nat(0xffff_ffff))
    const pdu = fc.record({
      opcode,
      flags: fc.nat(0xff),
      lun: fc.constantFrom(0, 1, 0xc1),
      tag: smallOrAny,
      word20: smallOrAny,
      cmdSn: smallOrAny,
      word36: fc.nat(4),
      word40: fc.nat(2048),
      data: fc.uint8Array({ maxLength: 600 }),
    })
    const stage = fc.constantFrom('logging in', 'normal', 'discovery', 'unsolicited')
    fc.assert(
      fc.property(stage, fc.boolean(), fc.array(pdu, { maxLength: 30 }), (at, isHolding, pdus) => {
        const lab = new IscsiLab()
        const initiator = lab.connect()
        if (at === 'logging in') initiator.loginRequest({ transit: false }, { InitiatorName: INITIATOR_NAME, SessionType: 'Discovery' })
        else
          initiator.login({
            discovery: at === 'discovery',
            keys: at === 'unsolicited' ? { InitialR2T: 'No', MaxOutstandingR2T: '4', MaxBurstLength: '512' } : {},
          })
        lab.scsi.isHolding = isHolding
        for (const fields of pdus) {
          const header = new Uint8Array(48)
          const view = new DataView(header.buffer)
          header[0] = fields.opcode
          header[1] = fields.flags
          header[9] = fields.lun
          view.setUint32(16, fields.tag)
          view.setUint32(20, fields.word20)
          view.setUint32(24, fields.cmdSn)
          view.setUint32(36, fields.word36)
          view.setUint32(40, fields.word40)
          initiator.send(header, fields.data)
          // Everything that goes out must be well formed.
          initiator.receive()
        }
        lab.scsi.isHolding = false
        lab.scsi.release()
        initiator.receive()
        expect(lab.session({ isid: '80ffffff0001' }).testUnitReady().status).toBe(0)
      }),
      { numRuns: 400 },
    )
  })
})
