import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyStep, spotOf, stripesAround } from '../../../src-renderer/components/mapping/spot'
import { firstArrayState } from '../../support/fake-lab-data'

const { configuration } = firstArrayState(6)

describe('the spot', () => {
  it('of a RAID 5 block has its data and its parity, on different drives', () => {
    const spot = spotOf(configuration, { kind: 'volume', volumeId: 0, block: 1000 })
    expect(spot?.places.map((place) => place.role)).toEqual(['data', 'parity'])
    expect(new Set(spot?.places.map((place) => place.drive)).size).toBe(2)
  })

  it('of a RAID 1 block has its data and its copy', () => {
    const spot = spotOf(configuration, { kind: 'volume', volumeId: 1, block: 1000 })
    expect(spot?.places.map((place) => place.role)).toEqual(['data', 'mirror'])
  })

  it('comes back to the same block from each drive it names', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1), fc.nat(), (volumeId, seed) => {
        const volume = configuration.volumes[volumeId]
        const block = seed % (volume?.blockCount ?? 1)
        const spot = spotOf(configuration, { kind: 'volume', volumeId, block })
        for (const place of spot?.places ?? []) {
          const back = spotOf(configuration, { kind: 'drive', drive: place.drive, block: place.block })
          if (place.role === 'parity') expect(back).toMatchObject({ pointedRole: 'parity', stripe: spot?.stripe, volume })
          else expect(back).toMatchObject({ pointedRole: place.role, block, volume })
        }
      }),
    )
  })

  it('of parity has one data chunk of each other drive of the stripe', () => {
    const data = spotOf(configuration, { kind: 'volume', volumeId: 0, block: 0 })
    const parity = data?.places.find((place) => place.role === 'parity')
    const spot = spotOf(configuration, { kind: 'drive', drive: parity?.drive ?? 0, block: parity?.block ?? 0 })
    expect(spot?.places.filter((place) => place.role === 'data')).toHaveLength(3)
  })

  it('says what stands where no volume is', () => {
    expect(spotOf(configuration, { kind: 'drive', drive: 0, block: 0 })?.pointedRole).toBe('superblock')
    expect(spotOf(configuration, { kind: 'drive', drive: 0, block: 524_287 })?.pointedRole).toBe('free')
  })

  it('does not exist beyond the end', () => {
    expect(spotOf(configuration, { kind: 'volume', volumeId: 0, block: 1e12 })).toBeUndefined()
    expect(spotOf(configuration, { kind: 'drive', drive: 99, block: 0 })).toBeUndefined()
    expect(spotOf(configuration, { kind: 'drive', drive: 0, block: 524_288 })).toBeUndefined()
  })

  it('lies among the stripes that are drawn around it', () => {
    for (const block of [0, 5000, 300_000]) {
      const spot = spotOf(configuration, { kind: 'volume', volumeId: 0, block })
      const stripes = spot === undefined ? [] : stripesAround(spot, 7)
      expect(stripes).toHaveLength(7)
      expect(stripes.map((stripe) => stripe.stripe)).toContain(spot?.stripe)
    }
  })

  it('moves by blocks, chunks and stripes', () => {
    const layout = spotOf(configuration, { kind: 'volume', volumeId: 0, block: 0 })?.layout
    expect(keyStep({ key: 'ArrowRight', shiftKey: false }, layout)).toBe(1)
    expect(keyStep({ key: 'ArrowLeft', shiftKey: true }, layout)).toBe(-128)
    expect(keyStep({ key: 'PageUp', shiftKey: false }, layout)).toBe(384)
    expect(keyStep({ key: 'a', shiftKey: false }, layout)).toBeUndefined()
  })
})
