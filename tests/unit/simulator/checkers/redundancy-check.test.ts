import { beforeEach, describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import { layoutOf, locate, type DrivePlace, type GroupLayout } from '../../../../src-main/core/raid/geometry'
import { makeParity } from '../../../../src-main/core/raid/parity-code'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { RedundancyCheck } from '../../../../src-main/simulator/checkers/redundancy-check'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { driveCountOf, firstState } from '../../../../src-main/simulator/first-state'

const SECTOR = new Uint8Array(512).fill(5)
let media: DriveMedium[]
let violations: Violations

beforeEach(() => {
  media = Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536))
  violations = new Violations(new VirtualClock())
})

/** All places of a block of a volume: its data first. */
function placesOf(volumeId: number, block: number) {
  const { groups, volumes } = firstState(media).configuration
  const volume = volumes[volumeId]!
  const { data, copies, parity } = locate(layoutOf(groups[volume.groupId]!), volume.firstBlock + block)
  return [data, ...copies, ...parity]
}

function check(failedMembers: ArrayState['failedMembers'] = []): string[] {
  new RedundancyCheck(violations, media).finish({ ...firstState(media), failedMembers })
  return violations.found.map(({ sentence }) => sentence)
}

describe('the check of redundancy', () => {
  it('accepts equal copies and the right parity', () => {
    for (const volumeId of [0, 1]) for (const { drive, block } of placesOf(volumeId, 103)) media[drive]!.write(block, SECTOR)
    expect(check()).toEqual([])
  })

  it.each([
    [0, 'parity is not that of its data'],
    [1, 'copies differ'],
  ])('finds data of volume %i without its other part', (volumeId, what) => {
    const { drive, block } = placesOf(volumeId, 103)[0]!
    media[drive]!.write(block, SECTOR)
    expect(check()).toEqual([expect.stringContaining(what)])
  })

  it('looks at rows that no volume has, and excuses only those that cannot be read or were corrupted on purpose', () => {
    const state = firstState(media)
    const [group] = state.configuration.groups
    const layout = layoutOf(group!)
    const { drive, block } = locate(layout, layout.usableBlocks - 1).data
    const row = layout.rule.memberBlockOf(layout, layout.usableBlocks - 1)
    media[drive]!.write(block, SECTOR)
    expect(check()).toEqual([expect.stringContaining(`block ${row} of its members`)])
    media[drive]!.latentErrors.add(block)
    expect(check()).toHaveLength(1)
    media[drive]!.latentErrors.clear()
    expect(check()).toHaveLength(2)
    const told = new RedundancyCheck(violations, media)
    told.taint(group!, row)
    told.finish(state)
    expect(violations.found).toHaveLength(2)
    expect(told.corruptRows).toBe(1)
  })

  it('says nothing about a group that has lost a drive', () => {
    const { drive, block } = placesOf(0, 103)[0]!
    media[drive]!.write(block, SECTOR)
    expect(check([{ groupId: 1, drive: 4, afterGeneration: 1 }])).toHaveLength(1)
    expect(check([{ groupId: 0, drive: 1, afterGeneration: 1 }])).toHaveLength(1)
    media[0]!.isFailed = true
    expect(check()).toHaveLength(1)
  })
})

describe('the check of redundancy, where groups survive more', () => {
  const small = { chunkBlocks: 8, stripes: 100, hasMoreVolumes: false, survivesMore: true }
  const drives = Array.from({ length: driveCountOf(small) ?? 0 }, (_, index) => new DriveMedium(index, 65_536))
  const state = firstState(drives, small)
  const [r6, r10] = state.configuration.groups
  const OTHER = new Uint8Array(512).fill(9)
  const rowOf = (layout: GroupLayout, block: number): number => layout.rule.memberBlockOf(layout, block)

  function findings(outDrives: readonly number[] = [], groupId = 0): string[] {
    const found = new Violations(new VirtualClock())
    const failedMembers = outDrives.map((drive) => ({ groupId, drive, afterGeneration: 1 }))
    new RedundancyCheck(found, drives).finish({ ...state, failedMembers })
    return found.found.map(({ sentence }) => sentence)
  }

  function write({ drive, block }: { readonly drive: number; readonly block: number }, bytes: Uint8Array): void {
    drives[drive]!.write(block, bytes)
  }

  beforeEach(() => drives.forEach((drive) => drive.replace()))

  /** Writes a row of RAID 6 as it should be, and returns its places: data in order, P, Q. */
  function wholeRow(): readonly DrivePlace[] {
    const layout = layoutOf(r6!)
    const stripe = 3
    const data = Array.from({ length: layout.dataWidth }, (_, chunk) => stripe * layout.stripeBlocks + chunk * layout.chunkBlocks)
    const contents = data.map((_, chunk) => new Uint8Array(512).fill(0x51 * (chunk + 1)))
    const parity = makeParity(contents, 2)
    const places = [...data.map((block) => locate(layout, block).data), ...locate(layout, data[0]!).parity]
    places.forEach((place, index) => write(place, [...contents, ...parity][index]!))
    return places
  }

  it('accepts P and Q that are right, with any one or two drives out', () => {
    const places = wholeRow()
    expect(findings()).toEqual([])
    for (const one of places) for (const other of places) expect(findings([...new Set([one.drive, other.drive])])).toEqual([])
  })

  it('finds each part of a row that is wrong, also while another drive of it is out, and says nothing of what two are missing', () => {
    const count = wholeRow().length
    for (let wrong = 0; wrong < count; wrong++) {
      const places = wholeRow()
      write(places[wrong]!, OTHER)
      expect(findings()).toEqual([expect.stringContaining('parity is not that of its data')])
      const rest = places.filter((_, index) => index !== wrong)
      for (const { drive } of rest) expect(findings([drive])).toHaveLength(1)
      expect(findings([places[wrong]!.drive])).toEqual([])
      expect(findings(rest.slice(0, 2).map(({ drive }) => drive))).toEqual([])
    }
  })

  it('need not see a corruption on a drive that is out', () => {
    const [place] = wholeRow()
    write(place!, OTHER)
    const found = new Violations(new VirtualClock())
    const told = new RedundancyCheck(found, drives)
    told.taint(r6!, 3 * layoutOf(r6!).chunkBlocks)
    told.finish({ ...state, failedMembers: [{ groupId: 0, drive: place!.drive, afterGeneration: 1 }] })
    expect([found.found, told.corruptRows]).toEqual([[], 0])
    told.finish(state)
    expect([found.found, told.corruptRows]).toEqual([[], 1])
  })

  it('compares the pairs of RAID 10 that are whole', () => {
    const layout = layoutOf(r10!)
    const place = locate(layout, 8)
    write(place.data, SECTOR)
    expect(findings()).toEqual([expect.stringContaining(`block ${rowOf(layout, 8)} of its members: copies differ`)])
    const others = r10!.sections.map(({ drive }) => drive).filter((drive) => drive !== place.data.drive && drive !== place.copies[0]!.drive)
    for (const drive of others) expect(findings([drive], 1)).toHaveLength(1)
    expect(findings([place.copies[0]!.drive], 1)).toEqual([])
    write(place.copies[0]!, SECTOR)
    expect(findings()).toEqual([])
  })
})
