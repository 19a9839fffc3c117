import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { opcodeOf, TARGET_OPCODE } from '../../../../../src-main/core/iscsi/codec/layout'
import { decodeReadyToTransfer, encodeDataOut } from '../../../../../src-main/core/iscsi/codec/pdu/data'
import { decodeScsiResponse } from '../../../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { encodeTaskManagementRequest } from '../../../../../src-main/core/iscsi/codec/pdu/task-management'
import { blockCdb, IscsiLab, type RawInitiator } from '../../../../support/iscsi-lab'

/** Whatever was sent, aborted, held back or completed late: in the end window and budget are whole again. */
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom('read', 'write', 'write-ahead', 'ready'),
    blocks: fc.nat(40),
    ahead: fc.nat(3),
    immediate: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('abort'), scope: fc.constantFrom(1, 2, 4, 5, 6), tag: fc.nat(60) }),
  fc.record({ kind: fc.constantFrom('hold', 'release', 'release-backwards', 'congest', 'drain', 'answer-r2t', 'answer-r2t-wrongly') }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

class Play {
  readonly lab = new IscsiLab()
  readonly initiator: RawInitiator = this.lab.session({
    keys: { MaxBurstLength: '4096', MaxOutstandingR2T: '2', FirstBurstLength: '1024' },
  })
  /** CmdSNs that were passed over. */
  readonly #gaps: number[] = []
  readonly #r2ts: ReturnType<typeof decodeReadyToTransfer>[] = []

  run(one: Step): void {
    if (one.kind === 'abort' && 'scope' in one) this.#abort(one)
    else if ('blocks' in one) this.#command(one)
    else if (one.kind === 'hold') this.lab.scsi.isHolding = true
    else if (one.kind === 'release') this.lab.scsi.release()
    else if (one.kind === 'release-backwards') this.lab.scsi.release('newest-first')
    else if (one.kind === 'congest') this.initiator.port.queuedBytes = LIMITS.connectionQueueBytes + 1
    else if (one.kind === 'drain') this.#drain()
    else this.#answer(one.kind === 'answer-r2t')
    this.#collect()
  }

  /** Everything that can still end, ends. */
  settle(): void {
    this.lab.scsi.isHolding = false
    for (const cmdSn of this.#gaps) this.initiator.send(this.initiator.commandHeader({ cmdSn }))
    for (let round = 0; round < 2000; round++) {
      this.#drain()
      this.lab.scsi.release()
      this.#collect()
      if (this.#r2ts.length === 0) return
      this.#answer(true)
      this.#collect()
    }
    throw new Error('R2Ts without end')
  }

  #command(one: { readonly kind: string; readonly blocks: number; readonly ahead: number; readonly immediate: boolean }): void {
    const { initiator } = this
    const bytes = one.blocks * 512
    const range = { firstBlock: 0, blockCount: one.blocks }
    if (!one.immediate) for (let i = 0; one.kind === 'write-ahead' && i < one.ahead; i++) this.#gaps.push(initiator.cmdSn++)
    const common = { immediate: one.immediate, expectedDataTransferLength: bytes }
    if (one.kind === 'ready') initiator.send(initiator.commandHeader({ immediate: one.immediate }))
    else if (one.kind === 'read') initiator.send(initiator.commandHeader({ ...common, read: true, cdb: blockCdb(0x28, range) }))
    else
      initiator.send(
        initiator.commandHeader({ ...common, write: true, cdb: blockCdb(0x2a, range) }),
        new Uint8Array(one.blocks % 3 === 0 ? 0 : 512),
      )
  }

  #abort(one: { readonly scope: number; readonly tag: number }): void {
    const { initiator } = this
    const tags = { initiatorTaskTag: 0x9000, referencedTaskTag: 0x100 + one.tag }
    initiator.send(
      encodeTaskManagementRequest({
        immediate: true,
        function: one.scope,
        lun: 0,
        ...tags,
        refCmdSn: 0,
        cmdSn: initiator.cmdSn,
        expStatSn: 1,
      }),
    )
  }

  #answer(isRight: boolean): void {
    const r2t = this.#r2ts.shift()
    if (r2t === undefined) return
    const { lun, initiatorTaskTag, targetTransferTag, bufferOffset, desiredLength } = r2t
    const header = { final: true, lun, initiatorTaskTag, targetTransferTag, expStatSn: 1, dataSn: isRight ? 0 : 7, bufferOffset }
    this.initiator.send(encodeDataOut(header), new Uint8Array(desiredLength))
  }

  #drain(): void {
    this.initiator.port.queuedBytes = 0
    this.initiator.handler.onDrained()
  }

  #collect(): void {
    for (const { header } of this.initiator.receive()) {
      if (opcodeOf(header) === TARGET_OPCODE.readyToTransfer) this.#r2ts.push(decodeReadyToTransfer(header))
    }
  }
}

it('leaves window and budget whole', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const play = new Play()
      for (const one of steps) play.run(one)
      play.settle()
      const { initiator } = play
      initiator.send(initiator.commandHeader())
      const { status, maxCmdSn, expCmdSn } = decodeScsiResponse(initiator.receiveOne().header)
      expect({ status, free: maxCmdSn - expCmdSn + 1 }).toEqual({ status: 0, free: LIMITS.commandWindow })
      const fitting = LIMITS.sessionBufferBytes / LIMITS.transferBytes
      const cdb = blockCdb(0x2a, { firstBlock: 0, blockCount: 8192 })
      for (let i = 0; i < fitting; i++)
        initiator.send(initiator.commandHeader({ write: true, expectedDataTransferLength: LIMITS.transferBytes, cdb }))
      expect(initiator.receive().map(({ header }) => opcodeOf(header))).toEqual(Array(fitting * 2).fill(TARGET_OPCODE.readyToTransfer))
    }),
    { numRuns: 300 },
  )
})
