import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { INITIATOR_NAME, IscsiLab } from '../../support/iscsi-lab'

/** RFC 7143 §6.3.5: the same initiator port at the same portal group ends its old session by coming again. */
describe('session reinstatement', () => {
  it('ends the old session with its tasks, and the new one works', () => {
    const lab = new IscsiLab()
    const old = lab.session()
    lab.scsi.isHolding = true
    old.send(old.commandHeader())
    // It is not in use any more.
    lab.clock.advance(LIMITS.sessionInUseMs)
    const fresh = lab.session()
    expect(old.port.isClosed).toBe(true)
    expect(lab.scsi.lost.map(({ id }) => id)).toEqual([1])
    expect(lab.scsi.nexuses.map(({ id }) => id)).toEqual([2])
    expect(lab.trace.of('portal.logout')).toMatchObject([{ data: { reason: 'reinstated' } }])
    // The late completion of the old session's task goes nowhere.
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(old.receive()).toEqual([])
    expect(fresh.testUnitReady().status).toBe(0)
  })

  it('leaves other ISIDs, other initiators and other portal groups alone', () => {
    const lab = new IscsiLab()
    const sessions = [
      lab.session(),
      lab.session({ isid: '80123456abce' }),
      lab.session({ initiatorName: `${INITIATOR_NAME}2` }),
      lab.session({ portal: 'b' }),
      lab.session({ discovery: true }),
    ]
    expect(sessions.map(({ port }) => port.isClosed)).toEqual([false, false, false, false, false])
    expect(lab.target.sessions().map(({ portal, discovery }) => `${portal} ${discovery}`)).toEqual([
      'a false',
      'a false',
      'a false',
      'b false',
      'a true',
    ])
    expect(sessions[0]?.testUnitReady().status).toBe(0)
  })
})
