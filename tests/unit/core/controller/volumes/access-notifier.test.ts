import { describe, expect, it } from 'vitest'
import { AccessNotifier } from '../../../../../src-main/core/controller/volumes/access-notifier'
import type { LogicalUnit } from '../../../../../src-main/core/scsi/device'
import type { ControllerScsiTarget } from '../../../../../src-main/core/scsi/target'

function bench() {
  const units = new Map<number, { access: string; blockCount: number }>()
  const told: string[] = []
  const scsi = {
    noteAccessStatesChanged: (lun: number | 'all' = 'all') => void told.push(`access of ${lun}`),
    noteLunsChanged: () => void told.push('luns'),
    noteCapacityChanged: (lun: number) => void told.push(`capacity of ${lun}`),
  } as unknown as ControllerScsiTarget
  const volumes = {
    accessStates: () => new Map([...units].map(([lun, { access }]) => [lun, access])),
    find: (lun: number) => units.get(lun) as unknown as LogicalUnit | undefined,
  }
  const notifier = new AccessNotifier(volumes, scsi)
  const review = (): string[] => {
    notifier.review()
    return told.splice(0)
  }
  return { units, review }
}

describe('hosts are told', () => {
  it('of LUNs that come and go, and of paths that change', () => {
    const { units, review } = bench()
    units.set(0, { access: 'x', blockCount: 8 })
    expect(review()).toEqual(['luns'])
    expect(review()).toEqual([])
    units.set(0, { access: 'y', blockCount: 8 })
    expect(review()).toEqual(['access of 0'])
    units.delete(0)
    expect(review()).toEqual(['luns'])
  })

  it('of another size of a LUN, also when it was away between', () => {
    const { units, review } = bench()
    units.set(3, { access: 'x', blockCount: 8 })
    review()
    units.set(3, { access: 'x', blockCount: 16 })
    expect(review()).toEqual(['capacity of 3'])
    units.delete(3)
    review()
    units.set(3, { access: 'x', blockCount: 16 })
    expect(review()).toEqual(['luns'])
    units.delete(3)
    review()
    units.set(3, { access: 'x', blockCount: 24 })
    expect(review()).toEqual(['luns', 'capacity of 3'])
  })
})
