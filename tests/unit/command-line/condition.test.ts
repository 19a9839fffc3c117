import { describe, expect, it } from 'vitest'
import { readCondition } from '../../../src-main/command-line/condition'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { createFakeLab } from '../../support/fake-lab'

const whole = await createFakeLab().api.snapshot()
const { a, b } = whole.controllers
const aDown: LabSnapshot = {
  ...whole,
  controllers: { a: { ...a, state: 'down', portalServedBy: 'b' }, b: { ...b, portalServedBy: 'b' } },
  array: whole.array && { ...whole.array, ownership: whole.array.ownership.map((one) => ({ ...one, owner: 'b' as const })) },
}

function holds(snapshot: LabSnapshot, text: string): boolean | string {
  const condition = readCondition(text.split(' '))
  return condition.ok ? condition.value(snapshot) : condition.error
}

describe('a condition', () => {
  it.each([
    ['redundant', true, false],
    ['serving a', true, false],
    ['serving b', true, true],
    ['down a', false, true],
    ['taken-over-by b', false, true],
    ['taken-over-by a', false, false],
    ['controllers.a.phase=serving', true, true],
    ['controllers.a.state = down', false, true],
    ['controllers.a.state!=down', true, false],
    ['drives.0.state=online', true, true],
    ['sequence>=0', true, true],
    ['drives.length>5', true, true],
    ['drives.length<6', false, false],
    ['array.serviceOwner=a', true, true],
    ['nothing.at.all=none', true, true],
    ['nothing.at.all>1', false, false],
  ])('%s: %s of a whole pair, %s of a survivor', (text, ofWhole, ofSurvivor) => {
    expect([holds(whole, text), holds(aDown, text)]).toEqual([ofWhole, ofSurvivor])
  })

  it('is verified only when all was read back, and nothing struck since', () => {
    const host = (ledger: object): LabSnapshot => ({
      ...whole,
      host: whole.host && { ...whole.host, ledger: { ...whole.host.ledger, ...ledger } },
    })
    expect(holds(host({ verified: 8 }), 'verified')).toBe(true)
    for (const ledger of [{}, { verified: 0 }, { verified: 8, isDoubted: true }, { verified: 8, verifying: true }]) {
      expect(holds(host(ledger), 'verified')).toBe(false)
    }
  })

  it.each(['', 'serving', 'serving c', 'serving a b', 'whole now', 'nonsense', 'controllers.a', '__proto__'])(
    'is no condition: "%s"',
    (text) => {
      expect(holds(whole, text)).toMatch(/\.$/)
    },
  )

  it('looks only at what a snapshot has itself', () => {
    expect(holds(whole, 'constructor.name=Object')).toBe(false)
  })
})
