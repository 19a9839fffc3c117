import { describe, expect, it } from 'vitest'
import { IscsiLab } from '../../support/iscsi-lab'

/** What a command leaves in the trace: its name is made of ISID bytes 4 and 5 and the task tag. */
describe('trace', () => {
  it('tells of a command that was drawn, and hands its name on to SCSI', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ portal: 'b', isid: '80123456abcd' })
    initiator.send(initiator.commandHeader({ initiatorTaskTag: 0x1f }))
    const [command] = lab.trace.of('portal.command')
    expect(command).toMatchObject({ place: 'portal-b', to: 'controller-a', request: 'io-abcd-1f', data: { lun: 0, opcode: 0 } })
    expect(lab.scsi.executed[0]?.trace).toEqual({ request: 'io-abcd-1f', cause: command?.id })
    expect(lab.trace.of('portal.response')).toMatchObject([
      { place: 'portal-b', to: 'host', request: 'io-abcd-1f', cause: command?.id, data: { status: 0 } },
    ])
  })

  it('tells of a command that ended without a response', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    initiator.send(initiator.commandHeader({ initiatorTaskTag: 1 }))
    initiator.handler.onClosed()
    lab.scsi.isHolding = false
    lab.scsi.release()
    const [response] = lab.trace.of('portal.response')
    expect(response).toMatchObject({ request: 'io-abcd-1', data: { aborted: true } })
    expect(response?.to).toBeUndefined()
    expect(lab.session().testUnitReady().status).toBe(0)
  })

  it('asks once for each command, and tells nothing of those that were not drawn', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.trace.isAdmitting = false
    for (let i = 0; i < 5; i++) expect(initiator.testUnitReady().status).toBe(0)
    expect(lab.trace.admissions).toBe(5)
    expect(lab.scsi.executed.map(({ trace }) => trace)).toEqual(Array(5).fill(undefined))
    expect([...lab.trace.of('portal.command'), ...lab.trace.of('portal.response')]).toEqual([])
  })

  it('has no more room for refused PDUs than for commands', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(initiator.commandHeader({ final: false }))
    lab.trace.isAdmitting = false
    for (let i = 0; i < 5; i++) initiator.send(initiator.commandHeader({ final: false }))
    expect(initiator.receive()).toHaveLength(6)
    expect(lab.trace.of('portal.rejected')).toHaveLength(1)
  })
})
