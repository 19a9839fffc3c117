import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { INITIATOR_OPCODE, RESERVED_TAG } from '../../../../../src-main/core/iscsi/codec/layout'
import { ASYNC_EVENT, encodeAsyncMessage } from '../../../../../src-main/core/iscsi/codec/pdu/async-message'
import { decodeDataOut } from '../../../../../src-main/core/iscsi/codec/pdu/data'
import { LOGIN_STATUS } from '../../../../../src-main/core/iscsi/codec/pdu/login'
import { decodeLogoutRequest, encodeLogoutResponse } from '../../../../../src-main/core/iscsi/codec/pdu/logout'
import { decodeNopOut, encodeNopIn } from '../../../../../src-main/core/iscsi/codec/pdu/nop'
import { encodeReject, REJECT_REASON } from '../../../../../src-main/core/iscsi/codec/pdu/reject'
import { decodeTextRequest, encodeTextResponse } from '../../../../../src-main/core/iscsi/codec/pdu/text'
import { encodeTextKeys, type TextKey } from '../../../../../src-main/core/iscsi/codec/text-keys'
import { discoverTargets, type DiscoveredTarget } from '../../../../../src-main/core/iscsi/initiator/discovery'
import { SESSION_TIMES } from '../../../../../src-main/core/iscsi/initiator/keep-alive'
import type { LoginAgreement } from '../../../../../src-main/core/iscsi/initiator/login'
import type { ScsiOutcome, ScsiRequest } from '../../../../../src-main/core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../../../../src-main/core/iscsi/initiator/session'
import { buildSense } from '../../../../../src-main/core/scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../../../src-main/core/scsi/spec'
import { ScriptedTarget } from '../../../../support/scripted-target'
import { VirtualClock, VirtualNetwork } from '../../../../support/virtual-world'

const ADDRESS = { host: '127.0.0.1', port: 3260 }
const TARGET = 'iqn.2026-11.test:target'
const INITIATOR = 'iqn.2026-11.test:initiator'
/** Small numbers, so that everything has to be cut in pieces. */
const SMALL: readonly TextKey[] = [
  { key: 'TargetPortalGroupTag', value: '1' },
  { key: 'MaxRecvDataSegmentLength', value: '512' },
  { key: 'InitialR2T', value: 'No' },
  { key: 'ImmediateData', value: 'Yes' },
  { key: 'FirstBurstLength', value: '1024' },
  { key: 'MaxBurstLength', value: '1536' },
]

let clock: VirtualClock
let network: VirtualNetwork
let target: ScriptedTarget
let session: InitiatorSession
let agreement: LoginAgreement | undefined
let ended: string[]
let asyncSenses: number[]

beforeEach(() => {
  clock = new VirtualClock()
  network = new VirtualNetwork(clock)
  network.listen('127.0.0.1:3260', (connection) => (target = new ScriptedTarget(connection)))
  agreement = undefined
  ended = []
  asyncSenses = []
})

function connect(): void {
  session = new InitiatorSession(
    { clock, network, address: ADDRESS, initiatorName: INITIATOR, isidQualifier: 0x42, targetName: TARGET },
    {
      loggedIn: (agreed) => (agreement = agreed),
      asyncSense: (lun) => asyncSenses.push(lun),
      ended: (reason) => ended.push(reason),
    },
  )
  clock.run(1)
}

function logIn(keys: readonly TextKey[] = []): void {
  connect()
  target.takeLogin()
  target.answerLogin(keys)
  clock.run(1)
  expect(session.isOpen).toBe(true)
}

function execute(request: Partial<ScsiRequest> = {}): ScsiOutcome[] {
  const outcomes: ScsiOutcome[] = []
  session.execute({ lun: 0, cdb: new Uint8Array(16), ...request }, (outcome) => outcomes.push(outcome))
  clock.run(1)
  return outcomes
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff)
}

describe('login', () => {
  it('offers everything in its first request and takes over what the target agrees to', () => {
    connect()
    const { keys, request } = target.takeLogin()
    const offered = new Map(keys.map(({ key, value }) => [key, value]))
    expect(offered.get('InitiatorName')).toBe(INITIATOR)
    expect(offered.get('TargetName')).toBe(TARGET)
    expect(offered.get('SessionType')).toBe('Normal')
    expect(offered.get('ErrorRecoveryLevel')).toBe('0')
    expect(request).toMatchObject({ transit: true, currentStage: 1, nextStage: 3, tsih: 0 })
    expect(request.isid).toMatch(/^80[0-9a-f]{6}0042$/)
    target.answerLogin(SMALL)
    clock.run(1)
    expect(agreement?.parameters).toMatchObject({ InitialR2T: false, ImmediateData: true, FirstBurstLength: 1024, MaxBurstLength: 1536 })
    expect(agreement).toMatchObject({ maxSendDataSegmentBytes: 512, targetPortalGroupTag: 1 })
  })

  it('keeps the defaults for what the target does not answer', () => {
    logIn()
    expect(agreement?.parameters).toMatchObject({
      InitialR2T: true,
      ImmediateData: true,
      FirstBurstLength: 65_536,
      MaxBurstLength: 262_144,
    })
    expect(agreement?.maxSendDataSegmentBytes).toBe(8192)
  })

  it('follows a target that answers in pieces and offers keys of its own', () => {
    connect()
    target.takeLogin()
    target.answerLogin([{ key: 'X-com.example', value: 'yes' }], { transit: false, continued: true })
    clock.run(1)
    expect(target.takeLogin()).toMatchObject({ keys: [], request: { transit: false } })
    target.answerLogin([{ key: 'MaxRecvDataSegmentLength', value: '4096' }], { transit: false })
    clock.run(1)
    expect(target.takeLogin()).toMatchObject({ keys: [{ key: 'X-com.example', value: 'NotUnderstood' }], request: { transit: true } })
    target.answerLogin([])
    clock.run(1)
    expect(agreement?.maxSendDataSegmentBytes).toBe(4096)
  })

  it.each([
    ['refuses', () => target.answerLogin([], { status: LOGIN_STATUS.notFound }), /login refused: notFound/],
    [
      'answers what was not offered',
      () => target.answerLogin([{ key: 'MaxBurstLength', value: '16000000' }]),
      /login answered MaxBurstLength=16000000/,
    ],
    ['says something else', () => target.answer(1), /protocol error/],
    ['closes', () => target.close(), /closed/],
    ['never agrees', () => neverAgree(), /does not come to an end/],
    ['is silent', () => clock.run(SESSION_TIMES.loginMs), /no login within/],
  ])('ends once when the target %s', (_what, happens, reason) => {
    connect()
    target.takeLogin()
    happens()
    clock.run(10)
    expect(ended).toHaveLength(1)
    expect(ended[0]).toMatch(reason)
    expect(agreement).toBeUndefined()
    clock.run(20_000)
    expect(ended).toHaveLength(1)
  })

  function neverAgree(): void {
    for (let round = 0; round < 9 && !target.closed; round++) {
      target.answerLogin([], { transit: false })
      clock.run(1)
    }
  }

  it('reports a portal where nobody listens', () => {
    network.close('127.0.0.1:3260')
    connect()
    expect(ended).toEqual(['connection refused'])
  })
})

describe('reads', () => {
  it('puts data together from pieces, with the status in the last', () => {
    logIn()
    const data = bytes(1500)
    const outcomes = execute({ dataInBytes: 1500 })
    const { initiatorTaskTag: tag, expectedDataTransferLength, read, write } = target.takeCommand()
    expect({ expectedDataTransferLength, read, write }).toEqual({ expectedDataTransferLength: 1500, read: true, write: false })
    target.dataIn(tag, { dataSn: 0, bufferOffset: 0, data: data.subarray(0, 700) })
    target.dataIn(tag, { dataSn: 1, bufferOffset: 700, data: data.subarray(700), status: 0 })
    clock.run(1)
    expect(outcomes).toEqual([{ kind: 'answered', status: 0, sense: undefined, dataIn: data }])
  })

  it('gives what came of a read that is shorter than asked for', () => {
    logIn()
    const outcomes = execute({ dataInBytes: 4096 })
    const { initiatorTaskTag: tag } = target.takeCommand()
    target.dataIn(tag, { dataSn: 0, bufferOffset: 0, data: bytes(100) })
    target.answer(tag)
    clock.run(1)
    expect(outcomes).toEqual([{ kind: 'answered', status: 0, sense: undefined, dataIn: bytes(100) }])
  })

  it('gives the sense data', () => {
    logIn()
    const outcomes = execute({ dataInBytes: 4096 })
    const sense = buildSense(SENSE_KEY.notReady, ADDITIONAL_SENSE.accessStateTransition)
    target.answer(target.takeCommand().initiatorTaskTag, 2, sense)
    clock.run(1)
    expect(outcomes).toEqual([{ kind: 'answered', status: 2, sense, dataIn: new Uint8Array(0) }])
  })
})

describe('writes', () => {
  it('sends immediate and unsolicited data, and the rest as the target asks for it', () => {
    logIn(SMALL)
    const data = bytes(4000)
    const outcomes = execute({ dataOut: data })
    const command = target.takeCommand()
    expect(command).toMatchObject({ final: false, write: true, read: false, expectedDataTransferLength: 4000, data: data.subarray(0, 512) })
    const unsolicited = target.take(INITIATOR_OPCODE.dataOut)
    expect(decodeDataOut(unsolicited.header)).toMatchObject({ final: true, targetTransferTag: RESERVED_TAG, dataSn: 0, bufferOffset: 512 })
    expect(unsolicited.data).toEqual(data.subarray(512, 1024))
    let r2tSn = 0
    for (let offset = 1024; offset < 4000; offset += 1536) {
      const desiredLength = Math.min(1536, 4000 - offset)
      target.readyToTransfer(command.initiatorTaskTag, { r2tSn: r2tSn++, bufferOffset: offset, desiredLength, transferTag: offset })
      clock.run(1)
      for (let sent = 0, dataSn = 0; sent < desiredLength; sent += 512, dataSn++) {
        const pdu = target.take(INITIATOR_OPCODE.dataOut)
        expect(decodeDataOut(pdu.header)).toMatchObject({
          final: sent + 512 >= desiredLength,
          targetTransferTag: offset,
          dataSn,
          bufferOffset: offset + sent,
        })
        expect(pdu.data).toEqual(data.subarray(offset + sent, Math.min(offset + sent + 512, offset + desiredLength)))
      }
    }
    target.answer(command.initiatorTaskTag)
    clock.run(1)
    expect(outcomes).toMatchObject([{ kind: 'answered', status: 0 }])
  })

  it('sends nothing unasked where the target wants it so', () => {
    logIn([
      { key: 'InitialR2T', value: 'Yes' },
      { key: 'ImmediateData', value: 'No' },
    ])
    execute({ dataOut: bytes(512) })
    expect(target.takeCommand()).toMatchObject({ final: true, data: new Uint8Array(0) })
    expect(target.received).toEqual([])
  })
})

describe('the command window', () => {
  it('sends no more than the target allows, in order, and the rest when it opens', () => {
    connect()
    target.takeLogin()
    target.window = { expCmdSn: 1, maxCmdSn: 2 }
    target.answerLogin([])
    clock.run(1)
    const outcomes = [execute(), execute(), execute(), execute()]
    const sent = [target.takeCommand(), target.takeCommand()]
    expect(sent.map((command) => command.cmdSn)).toEqual([1, 2])
    expect(target.received).toEqual([])
    target.window = { expCmdSn: 3, maxCmdSn: 3 }
    target.answer(sent[0]?.initiatorTaskTag ?? 0)
    clock.run(1)
    expect(target.takeCommand().cmdSn).toBe(3)
    expect(target.received).toEqual([])
    expect(outcomes.map((one) => one.length)).toEqual([1, 0, 0, 0])
  })

  it('ignores a window that goes back', () => {
    logIn()
    target.window = { expCmdSn: 1, maxCmdSn: 0 }
    const { initiatorTaskTag } = (execute(), target.takeCommand())
    target.answer(initiatorTaskTag)
    clock.run(1)
    execute()
    expect(target.takeCommand().cmdSn).toBe(2)
  })

  it('is bounded', () => {
    logIn()
    for (let i = 0; i < 2 * LIMITS.commandWindow; i++) {
      expect(session.isFull).toBe(false)
      session.execute({ lun: 0, cdb: new Uint8Array(16) }, () => undefined)
    }
    expect(session.isFull).toBe(true)
  })
})

describe('a target that lives or not', () => {
  it('has its pings answered with their data', () => {
    logIn()
    target.send(encodeNopIn({ lun: 3, initiatorTaskTag: RESERVED_TAG, targetTransferTag: 9, ...target.plain() }), bytes(20))
    clock.run(1)
    const answer = target.take(INITIATOR_OPCODE.nopOut)
    expect(decodeNopOut(answer.header)).toMatchObject({ immediate: true, lun: 3, initiatorTaskTag: RESERVED_TAG, targetTransferTag: 9 })
    expect(answer.data).toEqual(bytes(20))
  })

  it('is asked when it is silent, and left alone when it answers', () => {
    logIn()
    clock.run(SESSION_TIMES.pingAfterMs + SESSION_TIMES.tickMs)
    for (let i = 0; i < 20; i++) {
      const ping = target.received.shift()
      if (ping)
        target.send(
          encodeNopIn({
            lun: 0,
            initiatorTaskTag: decodeNopOut(ping.header).initiatorTaskTag,
            targetTransferTag: RESERVED_TAG,
            ...target.status(),
          }),
        )
      clock.run(SESSION_TIMES.pingAfterMs)
    }
    expect(ended).toEqual([])
  })

  it('is given up when it does not answer, and every command with it', () => {
    logIn()
    const outcomes = [execute(), execute({ dataOut: bytes(512) })]
    clock.run(SESSION_TIMES.pingAfterMs + SESSION_TIMES.pingTimeoutMs + 2 * SESSION_TIMES.tickMs)
    expect(ended).toEqual(['no answer to a ping in 1500 ms'])
    expect(outcomes).toEqual([[{ kind: 'connection-lost' }], [{ kind: 'connection-lost' }]])
  })

  it('is given up when it answers pings and no commands', () => {
    logIn()
    const outcomes = execute()
    for (let ms = 0; ms < SESSION_TIMES.commandTimeoutMs + 500; ms += 100) {
      target.send(encodeNopIn({ lun: 0, initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG, ...target.plain() }))
      clock.run(100)
    }
    expect(ended).toEqual(['no answer to a command in 10000 ms'])
    expect(outcomes).toEqual([{ kind: 'connection-lost' }])
  })

  it('closes: what waited for the window is lost as well', () => {
    connect()
    target.takeLogin()
    target.window = { expCmdSn: 1, maxCmdSn: 1 }
    target.answerLogin([])
    clock.run(1)
    const outcomes = [execute(), execute()]
    target.close()
    clock.run(1)
    expect(outcomes).toEqual([[{ kind: 'connection-lost' }], [{ kind: 'connection-lost' }]])
    expect(ended).toEqual(['the target closed the connection'])
    expect(session.isOpen).toBe(false)
  })
})

describe('what a target says by itself', () => {
  function asyncMessage(event: number, data?: Uint8Array): void {
    target.send(encodeAsyncMessage({ lun: 5, event, parameter1: 0, parameter2: 0, parameter3: 1, ...target.status() }), data)
    clock.run(1)
  }

  it('sense data of a LUN', () => {
    logIn()
    const sense = buildSense(SENSE_KEY.unitAttention, ADDITIONAL_SENSE.asymmetricAccessStateChanged)
    asyncMessage(ASYNC_EVENT.scsi, Uint8Array.from([0, sense.length, ...sense]))
    expect(asyncSenses).toEqual([5])
  })

  it('log out: once the commands under way are answered', () => {
    logIn()
    const outcomes = execute()
    const { initiatorTaskTag } = target.takeCommand()
    asyncMessage(ASYNC_EVENT.logoutRequested)
    expect(session.isOpen).toBe(false)
    expect(target.received).toEqual([])
    target.answer(initiatorTaskTag)
    clock.run(1)
    expect(outcomes).toHaveLength(1)
    const logout = decodeLogoutRequest(target.take(INITIATOR_OPCODE.logoutRequest).header)
    expect(logout).toMatchObject({ immediate: true, reason: 0 })
    target.send(
      encodeLogoutResponse({ response: 0, initiatorTaskTag: logout.initiatorTaskTag, time2Wait: 0, time2Retain: 0, ...target.status() }),
    )
    clock.run(1)
    expect(ended).toEqual(['logged out'])
  })

  it('the session is dropped', () => {
    logIn()
    asyncMessage(ASYNC_EVENT.sessionDropped)
    expect(ended).toEqual(['the target drops the session'])
  })

  it('a PDU is rejected: its command was not executed', () => {
    logIn()
    const outcomes = execute()
    const { header } = target.take(INITIATOR_OPCODE.scsiCommand)
    target.send(encodeReject({ reason: REJECT_REASON.invalidPduField, dataSn: 0, ...target.status() }), header.slice())
    clock.run(1)
    expect(outcomes).toEqual([{ kind: 'rejected', reason: REJECT_REASON.invalidPduField }])
    expect(ended).toEqual([])
  })
})

describe('a target that breaks the protocol loses the session, and each command is told once', () => {
  it.each<[string, (tag: number) => void]>([
    ['skips a StatSN', (tag) => ((target.statSn += 1), target.answer(tag))],
    ['answers an unknown task', () => target.answer(4711)],
    ['sends data for an unknown task', () => target.dataIn(4711, { dataSn: 0, bufferOffset: 0, data: bytes(4) })],
    ['sends more than was asked for', (tag) => target.dataIn(tag, { dataSn: 0, bufferOffset: 0, data: bytes(2000) })],
    ['leaves a hole', (tag) => target.dataIn(tag, { dataSn: 0, bufferOffset: 4, data: bytes(4) })],
    ['skips a DataSN', (tag) => target.dataIn(tag, { dataSn: 1, bufferOffset: 0, data: bytes(4) })],
    ['asks a read for data', (tag) => target.readyToTransfer(tag, { r2tSn: 0, bufferOffset: 0, desiredLength: 4 })],
    ['sends a PDU of an initiator', () => target.sendRaw(new Uint8Array(48))],
    [
      'sends a segment that is too long',
      () => target.sendRaw(Uint8Array.from({ length: 48 }, (_, i) => (i === 0 ? 0x25 : i === 5 ? 0xff : 0))),
    ],
    [
      'answers a logout that was not asked for',
      () => target.send(encodeLogoutResponse({ response: 0, initiatorTaskTag: 1, time2Wait: 0, time2Retain: 0, ...target.status() })),
    ],
  ])('%s', (_what, misbehave) => {
    logIn()
    const outcomes = execute({ dataInBytes: 1000 })
    const { initiatorTaskTag } = target.takeCommand()
    misbehave(initiatorTaskTag)
    clock.run(1)
    expect(outcomes).toEqual([{ kind: 'connection-lost' }])
    expect(ended).toHaveLength(1)
    expect(ended[0]).toMatch(/protocol error/)
  })

  it('asks for more data than there is', () => {
    logIn(SMALL)
    const outcomes = execute({ dataOut: bytes(2000) })
    target.readyToTransfer(target.takeCommand().initiatorTaskTag, { r2tSn: 0, bufferOffset: 1024, desiredLength: 1000 })
    clock.run(1)
    expect(outcomes).toEqual([{ kind: 'connection-lost' }])
  })
})

describe('discovery', () => {
  it('asks for all targets, also over several answers, and logs out', () => {
    let found: readonly DiscoveredTarget[] | undefined
    discoverTargets({ clock, network, address: ADDRESS, initiatorName: INITIATOR, isidQualifier: 1 }, (targets) => (found = targets))
    clock.run(1)
    const { keys } = target.takeLogin()
    expect(keys).toContainEqual({ key: 'SessionType', value: 'Discovery' })
    expect(keys.some(({ key }) => key === 'TargetName' || key === 'MaxConnections')).toBe(false)
    target.answerLogin([])
    clock.run(1)
    const text = encodeTextKeys([
      { key: 'TargetName', value: TARGET },
      { key: 'TargetAddress', value: '127.0.0.1:3260,1' },
      { key: 'TargetAddress', value: '127.0.0.1:3261,2' },
    ])
    const first = decodeTextRequest(target.take(INITIATOR_OPCODE.textRequest).header)
    const tag = { initiatorTaskTag: first.initiatorTaskTag }
    target.send(
      encodeTextResponse({ final: false, continued: true, ...tag, targetTransferTag: 5, ...target.status() }),
      text.subarray(0, 30),
    )
    clock.run(1)
    expect(decodeTextRequest(target.take(INITIATOR_OPCODE.textRequest).header).targetTransferTag).toBe(5)
    target.send(
      encodeTextResponse({ final: true, continued: false, ...tag, targetTransferTag: RESERVED_TAG, ...target.status() }),
      text.subarray(30),
    )
    clock.run(1)
    const logout = decodeLogoutRequest(target.take(INITIATOR_OPCODE.logoutRequest).header)
    target.send(
      encodeLogoutResponse({ response: 0, initiatorTaskTag: logout.initiatorTaskTag, time2Wait: 0, time2Retain: 0, ...target.status() }),
    )
    clock.run(1)
    expect(present(found, 'targets')).toEqual([{ name: TARGET, addresses: ['127.0.0.1:3260,1', '127.0.0.1:3261,2'] }])
  })

  it('gives the reason where there is none', () => {
    network.close('127.0.0.1:3260')
    let reason = ''
    discoverTargets(
      { clock, network, address: ADDRESS, initiatorName: INITIATOR, isidQualifier: 1 },
      (targets, why) => (reason = `${targets.length} ${why}`),
    )
    clock.run(1)
    expect(reason).toBe('0 connection refused')
  })
})
