import { describe, expect, it } from 'vitest'
import type { Outage } from '../../../src-main/contract/host'
import type { TraceData, TraceEvent, TraceKind } from '../../../src-main/contract/trace'
import { OutageCauses } from '../../../src-main/snapshot/outage-causes'

let id = 0

function event(timeMs: number, kind: TraceKind, data?: TraceData, more: Partial<TraceEvent> = {}): TraceEvent {
  return { id: ++id, timeMs, place: 'midplane', kind, ...(data === undefined ? {} : { data }), ...more }
}

function causesAfter(...events: readonly TraceEvent[]): { readonly causes: OutageCauses; readonly faults: readonly number[] } {
  const causes = new OutageCauses()
  return { causes, faults: events.filter((one) => causes.take(one)).map(({ timeMs }) => timeMs) }
}

function causeOf(causes: OutageCauses, startedAtMs: number, endedAtMs: number): unknown {
  const longest: Outage = { lun: 0, startedAtMs, durationMs: endedAtMs - startedAtMs, isOver: true }
  return causes.explain({ since: { atMs: 0, reason: 'start' }, longest, luns: [{ lun: 0, measured: true, unansweredMs: 0, longest }] })
    .longest?.cause
}

const killed = (timeMs: number, controller: 'a' | 'b') => event(timeMs, 'midplane.controller-killed', { controller })
const serving = (timeMs: number, by: 'a' | 'b', kind: TraceKind = 'takeover.serving') =>
  event(timeMs, kind, {}, { place: `controller-${by}` })

describe('the causes of outages', () => {
  it('names a crash, and the giveback after it, each at its time', () => {
    const { causes, faults } = causesAfter(
      killed(1000, 'a'),
      event(1003, 'midplane.controller-exited', { controller: 'a' }, { cause: 7 }),
      serving(1026, 'b'),
      event(8000, 'midplane.controller-started', { controller: 'a' }),
      serving(9000, 'a', 'controller.serving'),
      event(9500, 'giveback.started', { to: 'a' }, { place: 'controller-b' }),
      event(9510, 'volume.owner-changed', { volumeId: 0 }, { place: 'controller-a' }),
      event(9520, 'giveback.completed', { to: 'a' }, { place: 'controller-b' }),
    )
    expect(faults).toEqual([1000])
    expect(causeOf(causes, 998, 1030)).toEqual({ kind: 'crash', controller: 'a' })
    expect(causeOf(causes, 8300, 8440)).toEqual({ kind: 'start', controller: 'a' })
    expect(causeOf(causes, 9490, 9530)).toEqual({ kind: 'giveback', controller: 'a' })
    expect(causeOf(causes, 5000, 5010)).toBeUndefined()
    expect(causeOf(causes, 500, 999)).toBeUndefined()
  })

  it('says that both are down from the second failure until one serves', () => {
    const { causes, faults } = causesAfter(
      killed(1000, 'a'),
      serving(1026, 'b'),
      killed(2000, 'b'),
      serving(7000, 'a', 'controller.serving'),
    )
    expect(faults).toEqual([1000, 2000])
    expect(causeOf(causes, 999, 1030)).toEqual({ kind: 'crash', controller: 'a' })
    expect(causeOf(causes, 1998, 7200)).toEqual({ kind: 'both-down' })
  })

  it('tells portals that are unplugged or stolen and a slow link, each controller by itself, and not what hosts do not use', () => {
    const { causes, faults } = causesAfter(
      event(1000, 'midplane.portal-unplugged', { controller: 'a' }),
      event(2000, 'midplane.portal-unplugged', { controller: 'b' }),
      event(6000, 'midplane.portal-plugged-in', { controller: 'a' }),
      event(12_000, 'midplane.portal-plugged-in', { controller: 'b' }),
      event(20_000, 'midplane.address-stolen', { controller: 'a', address: 'portal' }),
      event(21_000, 'midplane.address-given-back', { controller: 'a', address: 'portal' }),
      event(30_000, 'midplane.address-stolen', { controller: 'a', address: 'management' }),
      event(31_000, 'midplane.management-unplugged', { controller: 'a' }),
      event(40_000, 'midplane.interconnect-slowed', { extraLatencyMs: 50 }),
      event(42_000, 'midplane.interconnect-slowed', { extraLatencyMs: 0 }),
      event(50_000, 'midplane.battery-removed', { controller: 'a' }),
    )
    expect(faults).toEqual([1000, 2000, 20_000, 40_000])
    expect(causeOf(causes, 1000, 1400)).toEqual({ kind: 'portal-lost', controller: 'a' })
    expect(causeOf(causes, 9000, 9100)).toEqual({ kind: 'portal-lost', controller: 'b' })
    expect(causeOf(causes, 20_500, 20_900)).toEqual({ kind: 'address-stolen', controller: 'a' })
    expect(causeOf(causes, 30_500, 31_900)).toBeUndefined()
    expect(causeOf(causes, 41_000, 41_100)).toEqual({ kind: 'slow-link' })
    expect(causeOf(causes, 45_000, 45_100)).toBeUndefined()
    expect(causeOf(causes, 50_000, 50_100)).toBeUndefined()
  })

  it('tells a slow drive as long as it is slow, and an error of a drive with a bad sector, each drive by itself', () => {
    const slowed = (timeMs: number, drive: number, extraLatencyMs: number) =>
      event(timeMs, 'drive.slowed', { drive, extraLatencyMs }, { place: `drive-${drive}` })
    const { causes, faults } = causesAfter(
      slowed(1000, 2, 400),
      slowed(2000, 3, 400),
      slowed(5000, 2, 0),
      slowed(20_000, 3, 0),
      event(30_000, 'drive.error', { message: 'of its own' }, { place: 'drive-1' }),
      event(40_000, 'drive.sector-spoilt', { drive: 1, block: 7 }, { place: 'drive-1' }),
      event(45_000, 'drive.error', { message: 'has a medium error', block: 7 }, { place: 'drive-1' }),
      event(50_000, 'drive.bit-flipped', { drive: 0, block: 7 }, { place: 'drive-0' }),
      slowed(60_000, 4, 400),
      event(61_000, 'drive.replaced', { drive: 4 }, { place: 'drive-4' }),
    )
    expect(faults).toEqual([1000, 2000, 40_000, 50_000, 60_000])
    expect(causeOf(causes, 1500, 1900)).toEqual({ kind: 'slow-drive', drive: 2 })
    expect(causeOf(causes, 15_000, 15_400)).toEqual({ kind: 'slow-drive', drive: 3 })
    expect(causeOf(causes, 25_000, 25_400)).toBeUndefined()
    expect(causeOf(causes, 30_000, 30_100)).toBeUndefined()
    expect(causeOf(causes, 44_990, 45_300)).toEqual({ kind: 'bad-sector', drive: 1 })
    expect(causeOf(causes, 50_000, 50_100)).toBeUndefined()
    expect(causeOf(causes, 60_900, 61_100)).toEqual({ kind: 'slow-drive', drive: 4 })
    expect(causeOf(causes, 65_000, 65_100)).toBeUndefined()
  })

  it('tells a hang, a cut, a panic, a stop, a move and a drive from each other', () => {
    const { causes, faults } = causesAfter(
      event(1000, 'midplane.controller-hung', { controller: 'a' }),
      serving(1900, 'b'),
      serving(5000, 'a', 'controller.serving'),
      event(10_000, 'midplane.interconnect-cut'),
      serving(10_800, 'a'),
      event(20_000, 'midplane.interconnect-mended'),
      event(30_000, 'midplane.controller-exited', { controller: 'b', message: 'assertion' }),
      serving(30_020, 'a'),
      serving(35_000, 'b', 'controller.serving'),
      event(40_000, 'midplane.controller-exited', { controller: 'b' }),
      serving(40_020, 'a'),
      event(50_000, 'volume.quiesced', { volumeId: 1 }, { place: 'controller-a' }),
      event(60_000, 'drive.failed', { drive: 2 }, { place: 'controller-a' }),
    )
    expect(faults).toEqual([1000, 10_000, 30_000, 40_000, 60_000])
    expect(causeOf(causes, 1005, 1905)).toEqual({ kind: 'hang', controller: 'a' })
    expect(causeOf(causes, 10_770, 10_810)).toEqual({ kind: 'cut' })
    expect(causeOf(causes, 30_000, 30_030)).toEqual({ kind: 'panic', controller: 'b' })
    expect(causeOf(causes, 39_999, 40_030)).toEqual({ kind: 'stop', controller: 'b' })
    expect(causeOf(causes, 49_999, 50_030)).toEqual({ kind: 'move' })
    expect(causeOf(causes, 59_999, 60_030)).toEqual({ kind: 'drive', drive: 2 })
  })

  it('lets a giveback end with the one who gave back', () => {
    const { causes } = causesAfter(
      event(9500, 'giveback.started', { to: 'a' }, { place: 'controller-b' }),
      killed(9510, 'b'),
      event(9512, 'midplane.controller-exited', { controller: 'b' }, { cause: 7 }),
      serving(9530, 'a'),
      event(30_000, 'midplane.controller-started', { controller: 'b' }),
      serving(31_000, 'b', 'controller.serving'),
      event(31_100, 'giveback.started', { to: 'b' }, { place: 'controller-a' }),
      event(31_120, 'giveback.completed', { to: 'b' }, { place: 'controller-a' }),
      event(60_000, 'volume.quiesced', { volumeId: 1 }, { place: 'controller-a' }),
    )
    expect(causeOf(causes, 9509, 9540)).toEqual({ kind: 'crash', controller: 'b' })
    expect(causeOf(causes, 30_300, 30_440)).toEqual({ kind: 'start', controller: 'b' })
    expect(causeOf(causes, 31_101, 31_119)).toEqual({ kind: 'giveback', controller: 'b' })
    expect(causeOf(causes, 59_999, 60_030)).toEqual({ kind: 'move' })
  })

  it('explains an outage that goes on', () => {
    const { causes } = causesAfter(event(1000, 'midplane.controller-hung', { controller: 'b' }))
    expect(causeOf(causes, 1002, 90_000)).toEqual({ kind: 'hang', controller: 'b' })
  })
})
