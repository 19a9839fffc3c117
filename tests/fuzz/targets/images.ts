import * as fc from 'fast-check'
import { Ledger } from '../../../src-main/core/host/ledger'
import { loadLedger, saveLedger } from '../../../src-main/core/host/ledger-file'
import { NvramSlot } from '../../../src-main/core/nvram/log/slot'
import { layoutOf } from '../../../src-main/core/raid/geometry'
import { newerSuperblock, SUPERBLOCK_SLOT_BYTES } from '../../../src-main/core/raid/superblock'
import { expectThat, fuzzTarget, type CaseBench } from '../target'
import {
  ledgerBytes,
  ledgerSpec,
  memoryPort,
  nvramBytes,
  ringSpec,
  soundState,
  superblockBytes,
  superblockSpec,
  type LedgerSpec,
  type RingSpec,
  type SuperblockSpec,
} from './image-bytes'

type ImageCase =
  | { readonly kind: 'superblocks'; readonly slots: readonly SuperblockSpec[] }
  | { readonly kind: 'nvram'; readonly rings: readonly RingSpec[] }
  | { readonly kind: 'ledger'; readonly ledger: LedgerSpec }

const cases: fc.Arbitrary<ImageCase> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('superblocks'), slots: fc.array(superblockSpec, { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('nvram'), rings: fc.array(ringSpec, { minLength: 1, maxLength: 1 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('ledger'), ledger: ledgerSpec }) },
)

const NVRAM_BYTES = 512 * 1024
const STATE = soundState(6)

/** The decoders of all images, by themselves. They refuse, or what they give can be used. */
class ImageBench implements CaseBench<ImageCase> {
  run(item: ImageCase): void {
    if (item.kind === 'superblocks') readSuperblocks(item.slots)
    else if (item.kind === 'nvram') item.rings.forEach(readNvram)
    else readLedger(item.ledger)
  }

  finish(): void {
    // Nothing is kept from case to case.
  }

  close(): void {
    // All of it is memory.
  }
}

function readSuperblocks(slots: readonly SuperblockSpec[]): void {
  const bytes = slots.map((slot) => superblockBytes(slot, 0)).filter(({ length }) => length <= SUPERBLOCK_SLOT_BYTES)
  const found = newerSuperblock(bytes)
  if (!found.ok) return
  const { groups, volumes } = found.value.state.configuration
  for (const group of groups) {
    const layout = layoutOf(group)
    expectThat(layout.stripeCount >= 0 && layout.stripeBlocks > 0, () => `group ${group.id} has a layout that makes no sense`)
  }
  expectThat(
    volumes.every(({ groupId }) => groups.some(({ id }) => id === groupId)),
    () => 'a volume is in a group that does not exist',
  )
}

function readNvram(ring: RingSpec): void {
  const bytes = nvramBytes(NVRAM_BYTES, ring)
  const slot = new NvramSlot(memoryPort(bytes), 'a')
  slot.rank(STATE)
  for (const region of ['log', 'mirror'] as const) {
    const held = slot.valid(region, STATE).reduce((sum, { data }) => sum + data.length, 0)
    expectThat(held <= NVRAM_BYTES, () => `${held} bytes of records come from ${NVRAM_BYTES} bytes of NVRAM`)
  }
  slot.voidMirror()
  slot.log.reset({ stamp: { base: 1, newest: 1 } })
}

function readLedger(spec: LedgerSpec): void {
  const ledger = new Ledger(1)
  if (loadLedger(ledger, ledgerBytes(spec)).ok) saveLedger(ledger)
}

export const imagesTarget = fuzzTarget<ImageCase>({
  name: 'images',
  share: 20,
  casesPerBench: 2000,
  growthMib: 48,
  slowMs: 500,
  cases,
  open: () => new ImageBench(),
})
