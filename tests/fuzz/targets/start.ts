import * as fc from 'fast-check'
import { present } from '../../../src-main/base/assert'
import { BLOCK_BYTES, MIB } from '../../../src-main/base/units'
import { CONTROLLER_IDS } from '../../../src-main/contract/controller-id'
import type { ScsiOutcome } from '../../../src-main/core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../../src-main/core/iscsi/initiator/session'
import { intentBlock } from '../../../src-main/core/raid/intent-map'
import { SUPERBLOCK_SLOT_BYTES } from '../../../src-main/core/raid/superblock'
import { readCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { TARGET_NAME, World } from '../../../src-main/simulator/world'
import { expectThat, fuzzTarget, type CaseBench } from '../target'
import {
  intentBytes,
  intentSpec,
  nvramBytes,
  ringSpec,
  superblockBytes,
  superblockSpec,
  type IntentSpec,
  type RingSpec,
  type SuperblockSpec,
} from './image-bytes'

interface StartCase {
  /** On all drives but those that have their own. */
  readonly superblock: SuperblockSpec
  readonly strange: readonly { readonly drive: number; readonly superblock: SuperblockSpec | null }[]
  readonly nvram: readonly (RingSpec | null)[]
  /** Each on all drives, as far as `drives` says. */
  readonly intents: readonly { readonly drives: number; readonly intent: IntentSpec }[]
}

const DRIVES = 6
const NVRAM_BYTES = MIB
const DRIVE_BLOCKS = (16 * MIB) / BLOCK_BYTES
const SLOT_BLOCKS = SUPERBLOCK_SLOT_BYTES / BLOCK_BYTES
const RUN_MS = 600

const ofDrives = superblockSpec.map((spec) => ({ ...spec, drives: DRIVES }))

const cases: fc.Arbitrary<StartCase> = fc.record({
  superblock: ofDrives.map((spec) => ({ ...spec, header: [], payload: [], hasWrongCrc: false })),
  strange: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.record({ drive: fc.nat(DRIVES - 1), superblock: fc.option(ofDrives) }), { maxLength: 3 }),
    },
  ),
  intents: fc.array(fc.record({ drives: fc.constantFrom(0xff, 0xff, 0x07, 0x10), intent: intentSpec }), { maxLength: 2 }),
  nvram: fc.array(fc.option(ringSpec), { minLength: 2, maxLength: 2 }),
})

/** A pair that starts from images that somebody changed. It serves or says why not, and whoever asks for data gets an answer. */
class StartBench implements CaseBench<StartCase> {
  readonly #seed: number

  constructor(seed: number) {
    this.#seed = seed
  }

  run({ superblock, strange, nvram, intents }: StartCase): void {
    const world = new World({ seed: this.#seed, driveCount: DRIVES, driveBlocks: DRIVE_BLOCKS, nvramBytes: NVRAM_BYTES })
    for (let drive = 0; drive < DRIVES; drive++) {
      const own = strange.find((one) => one.drive === drive)
      putSuperblock(world, drive, own === undefined ? superblock : own.superblock)
    }
    for (const { drives, intent } of intents)
      for (const medium of world.media)
        if ((drives & (1 << medium.index)) !== 0) medium.write(intentBlock(intent.volumeId), intentBytes(intent))
    CONTROLLER_IDS.forEach((id, index) => {
      const ring = nvram[index]
      if (ring !== undefined && ring !== null) world.nvram[id].bytes.set(nvramBytes(NVRAM_BYTES, ring))
    })
    world.start()
    world.run(RUN_MS)
    for (const portal of CONTROLLER_IDS) if (world.network.listenerOf(portal)?.isAlive === true) askForData(world, portal)
    for (const id of CONTROLLER_IDS) world.controller(id)?.report()
    world.run(RUN_MS)
  }

  finish(): void {
    // Each case has its own world.
  }

  close(): void {
    // All of it is memory.
  }
}

function putSuperblock(world: World, drive: number, spec: SuperblockSpec | null): void {
  const medium = present(world.media[drive], `drive ${drive}`)
  medium.write(0, new Uint8Array(2 * SUPERBLOCK_SLOT_BYTES))
  if (spec === null) return
  const bytes = superblockBytes(spec, drive)
  if (bytes.length <= SUPERBLOCK_SLOT_BYTES) medium.write(SLOT_BLOCKS, bytes)
}

function askForData(world: World, portal: 'a' | 'b'): void {
  let ended: string | undefined
  const session = new InitiatorSession(
    {
      initiatorName: 'iqn.2026-11.test:asks',
      isidQualifier: 1,
      targetName: TARGET_NAME,
      clock: world.clock,
      network: world.network.network(),
      address: world.network.addressOf(portal),
    },
    { loggedIn: () => undefined, ended: (reason) => (ended = reason) },
  )
  world.runUntil(() => session.isOpen || ended !== undefined, 5000)
  if (!session.isOpen) return
  const range = { firstBlock: 8, blockCount: 8 }
  const outcomes: ScsiOutcome[] = []
  for (const lun of [0, 1, 0, 1]) {
    session.execute({ lun, cdb: readCdb(range), dataInBytes: 8 * BLOCK_BYTES }, (outcome) => outcomes.push(outcome))
    session.execute({ lun, cdb: writeCdb(range), dataOut: new Uint8Array(8 * BLOCK_BYTES) }, (outcome) => outcomes.push(outcome))
  }
  const isAnswered = world.runUntil(() => outcomes.length === 8, 30_000)
  expectThat(isAnswered, () => `${8 - outcomes.length} of 8 commands get no answer through portal ${portal}`)
}

export const startTarget = fuzzTarget<StartCase>({
  name: 'start',
  share: 0.5,
  casesPerBench: 100,
  growthMib: 48,
  slowMs: 5000,
  cases,
  open: (seed) => new StartBench(seed),
})
