import { describe, expect, it } from 'vitest'
import { concatBytes, putAscii, putU32, putU64 } from '../../../../src-main/base/bytes'
import { crc32c } from '../../../../src-main/base/crc32c'
import { Ledger } from '../../../../src-main/core/host/ledger'
import { loadLedger } from '../../../../src-main/core/host/ledger-file'

type Run = readonly [firstBlock: number, blockCount: number, sequence: number]

interface VolumeRuns {
  readonly identifier?: string
  readonly acknowledged?: readonly Run[]
  readonly unknown?: readonly Run[]
}

/** A ledger as somebody else might write it, with a right checksum. */
function ledgerFile(volumes: readonly VolumeRuns[], nextSequence = 100): Uint8Array {
  const body = concatBytes([
    ...[u64(7), u64(nextSequence), u32(0), u32(volumes.length)],
    ...volumes.flatMap(({ identifier = 'naa.1', acknowledged = [], unknown = [] }) => [
      u32(identifier.length),
      ascii(identifier),
      ...runs(acknowledged),
      ...runs(unknown),
    ]),
  ])
  return concatBytes([ascii('TLLEDGR1'), u32(crc32c(body)), body])
}

function runs(list: readonly Run[]): Uint8Array[] {
  return [u32(list.length), ...list.flatMap(([firstBlock, blockCount, sequence]) => [u64(firstBlock), u32(blockCount), u64(sequence)])]
}

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4)
  putU32(bytes, 0, value)
  return bytes
}

function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8)
  putU64(bytes, 0, value)
  return bytes
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  putAscii(bytes, 0, text)
  return bytes
}

function load(bytes: Uint8Array): string {
  const loaded = loadLedger(new Ledger(0), bytes)
  return loaded.ok ? 'loaded' : loaded.error
}

describe('A ledger that somebody else wrote', () => {
  it('is loaded if it makes sense', () => {
    expect(
      load(
        ledgerFile([
          {
            acknowledged: [
              [0, 8, 3],
              [8, 8, 1],
            ],
            unknown: [[4, 2, 5]],
          },
          { identifier: 'naa.2' },
        ]),
      ),
    ).toBe('loaded')
  })

  it.each<[string, readonly VolumeRuns[]]>([
    [
      'a block twice',
      [
        {
          acknowledged: [
            [0, 8, 3],
            [4, 8, 1],
          ],
        },
      ],
    ],
    ['a volume twice', [{ acknowledged: [[0, 8, 3]] }, { acknowledged: [[0, 8, 1]] }]],
    ['a write without a number', [{ acknowledged: [[0, 8, 0]] }]],
    ['a write that is still to come', [{ acknowledged: [[0, 8, 100]] }]],
    ['an unknown write that is still to come', [{ unknown: [[0, 8, 100]] }]],
    ['a block behind every region of a workload', [{ acknowledged: [[2 ** 21, 1, 3]] }]],
    ['more unknown writes than a lab ever has', [{ unknown: Array.from({ length: 9 }, (_, index) => [0, 2 ** 21, index + 1]) }]],
  ])('is damaged if it has %s', (_, volumes) => {
    expect(load(ledgerFile(volumes))).toContain('damaged')
  })

  it('is damaged if its numbers are almost used up', () => {
    expect(load(ledgerFile([], 2 ** 53 - 1))).toContain('damaged')
  })
})
