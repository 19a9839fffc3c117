import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSense } from '../../../../src-main/core/scsi/sense'
import { UnitAttentions } from '../../../../src-main/core/scsi/unit-attentions'

function drain(attentions: UnitAttentions, lun: number): number[] {
  const codes: number[] = []
  for (let sense = attentions.take(lun); sense !== undefined; sense = attentions.take(lun)) {
    const decoded = decodeSense(sense)
    expect(decoded?.key).toBe(6)
    codes.push(decoded?.additional ?? -1)
  }
  return codes
}

describe('unit attentions of a nexus', () => {
  it('begin with a power on at the first use of a LUN, once', () => {
    const attentions = new UnitAttentions()
    attentions.use(3, 7)
    expect(drain(attentions, 3)).toEqual([0x2900])
    attentions.use(3, 7)
    expect(drain(attentions, 3)).toEqual([])
  })

  it('are not kept for LUNs that were never used', () => {
    const attentions = new UnitAttentions()
    attentions.establishEverywhere('luns-changed')
    attentions.use(0, 0)
    expect(drain(attentions, 0)).toEqual([0x2900])
  })

  it('come in order of precedence, each kind once', () => {
    const attentions = new UnitAttentions()
    attentions.use(0, 0)
    for (const kind of ['access-state-changed', 'luns-changed', 'access-state-changed', 'capacity-changed', 'reset'] as const)
      attentions.establish(0, kind)
    expect(drain(attentions, 0)).toEqual([0x2900, 0x2903, 0x3f0e, 0x2a09, 0x2a06])
  })

  it('begin anew when another volume stands at the LUN', () => {
    const attentions = new UnitAttentions()
    attentions.use(0, 0)
    drain(attentions, 0)
    attentions.establish(0, 'luns-changed')
    attentions.use(0, 5)
    expect(drain(attentions, 0)).toEqual([0x2900, 0x3f0e])
  })

  it('can be cleared by kind on all LUNs', () => {
    const attentions = new UnitAttentions()
    for (const lun of [0, 63]) attentions.use(lun, lun)
    attentions.establishEverywhere('luns-changed')
    attentions.clearEverywhere('luns-changed')
    expect([0, 63].map((lun) => drain(attentions, lun))).toEqual([[0x2900], [0x2900]])
  })

  it('ignore LUNs outside of the limits', () => {
    const attentions = new UnitAttentions()
    attentions.establish(-1, 'reset')
    attentions.establish(64, 'reset')
    expect(attentions.take(-1)).toBeUndefined()
    expect(attentions.take(64)).toBeUndefined()
  })

  it('are at most one of each kind, however many are established', () => {
    const kinds = fc.constantFrom('reset', 'luns-changed', 'capacity-changed', 'access-state-changed')
    fc.assert(
      fc.property(fc.array(kinds, { maxLength: 100 }), (established) => {
        const attentions = new UnitAttentions()
        attentions.use(0, 0)
        drain(attentions, 0)
        for (const kind of established) attentions.establish(0, kind)
        expect(drain(attentions, 0)).toHaveLength(new Set(established).size)
      }),
    )
  })
})
