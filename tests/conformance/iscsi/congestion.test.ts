import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { blockCdb, IscsiLab, type RawInitiator } from '../../support/iscsi-lab'

/** An initiator that asks and does not take: nothing more is read or started until it does. */
function askFor(initiator: RawInitiator, count: number): void {
  for (let i = 0; i < count; i++) {
    initiator.send(
      initiator.commandHeader({ read: true, expectedDataTransferLength: 512, cdb: blockCdb(0x28, { firstBlock: 0, blockCount: 1 }) }),
    )
  }
}

describe('a connection that does not drain', () => {
  it('is paused, starts nothing, and goes on when it has drained', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.port.queuedBytes = LIMITS.connectionQueueBytes + 1
    askFor(initiator, 3)
    expect(initiator.port.isPaused).toBe(true)
    expect(lab.scsi.executed).toEqual([])
    initiator.port.queuedBytes = 0
    initiator.handler.onDrained()
    expect(initiator.port.isPaused).toBe(false)
    expect(initiator.receive()).toHaveLength(3)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is dropped when it stays so', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.port.queuedBytes = LIMITS.connectionQueueBytes + 1
    askFor(initiator, 1)
    lab.clock.advance(3 * LIMITS.pingAfterMs)
    expect(initiator.port.isClosed).toBe(true)
    expect(lab.session().testUnitReady().status).toBe(0)
  })

  it('is kept while it drains, however slowly and though nothing comes from it', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.port.queuedBytes = 2 * LIMITS.connectionQueueBytes
    askFor(initiator, 1)
    for (let round = 0; round < 8; round++) {
      lab.clock.advance(LIMITS.pingAfterMs / 2)
      initiator.port.queuedBytes -= 1
      initiator.handler.onDrained()
    }
    expect(initiator.port.isClosed).toBe(false)
    initiator.port.queuedBytes = 0
    initiator.handler.onDrained()
    expect(initiator.receive()).toHaveLength(1)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('sends all answers to what came at once by one call', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    const before = initiator.port.sendCalls
    const burst = [1, 2, 3].map(() => initiator.bytesOf(initiator.commandHeader()))
    initiator.handler.onData(Uint8Array.from(burst.flatMap((bytes) => [...bytes])))
    expect(initiator.receive()).toHaveLength(3)
    expect(initiator.port.sendCalls - before).toBe(1)
    expect(initiator.testUnitReady().status).toBe(0)
  })
})
