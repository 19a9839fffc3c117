import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { DriveFaultTable } from '../../../src-main/platform/drive-fault-table'

/** One drive, as the midplane and a controller see it. */
function bench(drive = 1) {
  const memory = DriveFaultTable.createMemory()
  return { midplane: new DriveFaultTable(memory).of(drive), controller: new DriveFaultTable(memory).of(drive), memory }
}

describe('the table of drive faults', () => {
  it('says of a new drive that nothing is wrong, and of one what was done to it, to everybody', () => {
    const { midplane, controller, memory } = bench()
    expect(controller.isWell).toBe(true)
    midplane.setPresence('pulled')
    midplane.setExtraLatencyMs(7)
    expect(midplane.spoil(9)).toBe(true)
    expect(midplane.spoil(4)).toBe(true)
    expect(controller).toMatchObject({ isWell: false, presence: 'pulled', extraLatencyMs: 7, badSectors: [4, 9], removals: 1 })
    expect(new DriveFaultTable(memory).of(0).isWell).toBe(true)
    expect(new DriveFaultTable(memory).of(2).isWell).toBe(true)
  })

  it('counts how often a drive was out, and another one in its place has nothing wrong', () => {
    const { midplane, controller } = bench()
    midplane.setPresence('pulled')
    midplane.setPresence('present')
    midplane.setPresence('dead')
    midplane.spoil(4)
    controller.setCut(true)
    expect(midplane.wasCut).toBe(true)
    midplane.clear()
    expect(controller).toMatchObject({ isWell: true, wasCut: false, presence: 'present', badSectors: [], removals: 2 })
  })

  it('heals exactly the sectors that are written', () => {
    const { midplane, controller } = bench()
    for (const sector of [0, 10, 19, 20]) midplane.spoil(sector)
    expect(controller.isSpoilt(1, 9)).toBe(false)
    expect(controller.isSpoilt(1, 10)).toBe(true)
    controller.heal(10, 10)
    expect(midplane.badSectors).toEqual([0, 20])
    controller.heal(0, 21)
    expect(midplane.isWell).toBe(true)
  })

  it('has room for so many bad sectors, each once', () => {
    const { midplane } = bench()
    for (let sector = 0; sector < LIMITS.badSectors; sector++) expect(midplane.spoil(sector)).toBe(true)
    expect(midplane.spoil(3)).toBe(true)
    expect(midplane.spoil(1000)).toBe(false)
    midplane.heal(3, 1)
    expect(midplane.spoil(1000)).toBe(true)
  })
})
