import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import { defaultConfiguration } from '../../../../src-main/core/raid/default-configuration'
import { electState, majorityOf, type DriveSuperblock } from '../../../../src-main/core/raid/election'
import {
  decodeSuperblock,
  encodeState,
  encodeSuperblock,
  newerSuperblock,
  slotFirstBlock,
  stateDecoder,
  SUPERBLOCK_AREA_BLOCKS,
  SUPERBLOCK_PAYLOAD_BYTES,
  SUPERBLOCK_SLOT_BYTES,
  type SuperblockProblem,
  whyMalformed,
} from '../../../../src-main/core/raid/superblock'
import { CompletionQueue, MemoryDrive } from '../../../support/memory-drive'
import { nested } from '../../../support/nested-json'

function configured(spoil: (configuration: ArrayState['configuration']) => void): (state: ArrayState) => Partial<ArrayState> {
  return (state) => {
    const configuration = structuredClone(state.configuration)
    spoil(configuration)
    return { configuration }
  }
}

function stateOf(options: Partial<ArrayState> & { arrayId?: string; title?: string } = {}): ArrayState {
  const { generation = 1, serviceEpoch = 1, arrayId = 'array-1', title = 'made', ...others } = options
  const drives = Array.from({ length: 6 }, (_, index) => ({ index, id: `drive-${index}`, blockCount: 32_768 }))
  const configuration = defaultConfiguration({ arrayId, drives, serials: ['00000000000000aa', '00000000000000bb'] })
  if (!configuration.ok) throw new Error(configuration.error.message)
  return {
    generation,
    configuration: configuration.value,
    ownership: [
      { volumeId: 0, owner: 'a', epoch: 1 },
      { volumeId: 1, owner: 'b', epoch: 1 },
    ],
    serviceOwner: 'a',
    serviceEpoch,
    dispatchScheme: 'serve-locally',
    automaticGiveback: true,
    completedRequests: [{ id: 'r1', name: 'rename-volume', digest: '0badcafe', servedBy: 'b', result: { title } }],
    ...others,
  }
}

function slotOf(state: ArrayState, driveIndex = 2): Uint8Array {
  const payload = encodeState(state)
  if (!payload.ok) throw new Error(`${payload.error} bytes`)
  const slot = new Uint8Array(SUPERBLOCK_SLOT_BYTES)
  slot.set(
    encodeSuperblock(
      { arrayId: state.configuration.arrayId, driveIndex, driveId: `drive-${driveIndex}`, generation: state.generation },
      payload.value,
    ),
  )
  return slot
}

function problemOf(slot: Uint8Array, expected = {}): SuperblockProblem | undefined {
  const decoded = decodeSuperblock(slot, expected)
  return decoded.ok ? undefined : decoded.error
}

describe('a superblock', () => {
  it('gives back what was put in, also text that is not ASCII', () => {
    const state = stateOf({ generation: 2 ** 40 + 1, title: 'größer 磁盤 🖴' })
    expect(decodeSuperblock(slotOf(state), { arrayId: 'array-1', driveIndex: 2, driveId: 'drive-2' })).toEqual({
      ok: true,
      value: { driveIndex: 2, driveId: 'drive-2', arrayId: 'array-1', state },
    })
  })

  it('has its two slots inside the area that no section uses', () => {
    expect([slotFirstBlock(6), slotFirstBlock(7)]).toEqual([0, 512])
    expect((2 * SUPERBLOCK_SLOT_BYTES) / 512).toBeLessThanOrEqual(SUPERBLOCK_AREA_BLOCKS)
  })

  it('says what is wrong with it', () => {
    const good = slotOf(stateOf())
    expect(problemOf(new Uint8Array(4096))).toBe('blank')
    expect(problemOf(new Uint8Array(4096).fill(1, 4000))).toBe('not-ours')
    expect(problemOf(good.map((byte, at) => (at === 11 ? 2 : byte)))).toBe('unsupported-version')
    expect(problemOf(good, { arrayId: 'another' })).toBe('other-array')
    expect(problemOf(good, { driveIndex: 3 })).toBe('wrong-drive')
    expect(problemOf(good, { driveId: 'drive-3' })).toBe('wrong-drive')
    expect(problemOf(good.subarray(0, 1024))).toBe('torn')
  })

  it('that is whole but no array state is malformed', () => {
    const identity = { arrayId: 'array-1', driveIndex: 0, driveId: 'drive-0', generation: 1 }
    for (const text of [
      '',
      '{',
      'null',
      '{"generation":1}',
      JSON.stringify({ ...stateOf(), generation: 2 }),
      JSON.stringify(stateOf({ arrayId: 'other' })),
      JSON.stringify(stateOf()).replace(/}$/, `,"deep":${nested(1000)}}`),
    ]) {
      expect(problemOf(encodeSuperblock(identity, new TextEncoder().encode(text)))).toBe('malformed')
    }
  })

  it.each<[string, (state: ArrayState) => Partial<ArrayState>, string]>([
    [
      'volumes that overlap',
      configured(({ volumes }) => Object.assign(volumes[1]!, { groupId: volumes[0]!.groupId, firstBlock: 0 })),
      'Volumes "alpha" and "bravo" overlap.',
    ],
    ['a LUN twice', configured(({ luns }) => Object.assign(luns[1]!, { lun: 0 })), 'LUN 0 is already mapped.'],
    [
      'a section over the superblock',
      configured(({ groups }) => Object.assign(groups[0]!.sections[0]!, { firstBlock: 0 })),
      'A section of group "r5" is in the first 2048 blocks of drive 0, where its superblocks are.',
    ],
    [
      'a volume without an owner',
      ({ ownership }) => ({ ownership: ownership.slice(0, 1) }),
      'Volume "bravo" does not have exactly one owner.',
    ],
    [
      'a volume with two owners',
      ({ ownership }) => ({ ownership: [...ownership, ownership[0]!] }),
      'Volume "alpha" does not have exactly one owner.',
    ],
    [
      'an owner of nothing',
      ({ ownership }) => ({ ownership: [...ownership, { volumeId: 7, owner: 'a', epoch: 1 }] }),
      'A volume that does not exist has an owner.',
    ],
    [
      'a failed drive of no group',
      () => ({ failedMembers: [{ groupId: 9, drive: 0, afterGeneration: 1 }] }),
      'Drive 0 has failed in group 9, but they do not both exist.',
    ],
  ])('with the right checksum and %s is malformed', (_, spoil, sentence) => {
    const good = stateOf()
    const slot = slotOf({ ...good, ...spoil(good) })
    expect(problemOf(slot)).toBe('malformed')
    expect(whyMalformed(slot)).toBe(sentence)
  })

  it('is never taken for whole when any byte of it is different', () => {
    const good = slotOf(stateOf())
    const used = encodeSuperblock({ arrayId: 'array-1', driveIndex: 2, driveId: 'drive-2', generation: 1 }, new Uint8Array(0)).length
    const payload = encodeState(stateOf())
    const end = used + (payload.ok ? payload.value.length : 0)
    fc.assert(
      fc.property(fc.nat(end - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = good.slice()
        bad[at]! ^= flip
        expect(decodeSuperblock(bad).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('is read without fault from any bytes behind the magic', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 2048 }), (bytes) => {
        bytes.set(new TextEncoder().encode('TKOVRLAB'))
        bytes.set([0, 0, 0, 1], 8)
        expect(decodeSuperblock(bytes).ok).toBe(false)
      }),
    )
  })

  it('holds no more than fits: the error is the size', () => {
    const state = stateOf()
    const long = {
      ...state,
      completedRequests: [{ ...state.completedRequests[0]!, result: 'x'.repeat(SUPERBLOCK_PAYLOAD_BYTES) }],
    } as ArrayState
    const encoded = encodeState(long)
    expect(encoded.ok ? 0 : encoded.error).toBeGreaterThan(SUPERBLOCK_PAYLOAD_BYTES)
  })
})

describe('the two slots of a drive', () => {
  it('give the newer one', () => {
    const slots = [slotOf(stateOf({ generation: 8 })), slotOf(stateOf({ generation: 7 }))]
    expect(newerSuperblock(slots)).toMatchObject({ ok: true, value: { state: { generation: 8 } } })
    const sameGeneration = [slotOf(stateOf({ generation: 8, serviceEpoch: 2 })), slotOf(stateOf({ generation: 8, serviceEpoch: 3 }))]
    expect(newerSuperblock(sameGeneration)).toMatchObject({ ok: true, value: { state: { serviceEpoch: 3 } } })
  })

  it('decodes a payload that it has just seen only once, and every other one', () => {
    const decode = stateDecoder()
    const found = [2, 2, 3].map((generation) => newerSuperblock([slotOf(stateOf({ generation })), undefined], {}, decode))
    expect(found.map((one) => one.ok && one.value.state.generation)).toEqual([2, 2, 3])
    const [first, again] = found
    expect(first?.ok && again?.ok && first.value.state === again.value.state).toBe(true)
  })

  it('give the older one when the write of the newer is torn, wherever it is', () => {
    const completions = new CompletionQueue()
    const write = (drive: MemoryDrive, state: ArrayState): void => {
      const payload = encodeState(state)
      if (!payload.ok) throw new Error('too long')
      const identity = { arrayId: 'array-1', driveIndex: 0, driveId: 'drive-0', generation: state.generation }
      drive.write(
        { firstBlock: slotFirstBlock(state.generation), from: [encodeSuperblock(identity, payload.value)], claim: { slot: 64, epoch: 1 } },
        () => undefined,
      )
      completions.runAll()
    }
    const blocks = Math.ceil(JSON.stringify(stateOf({ title: 'new'.repeat(300) })).length / 512) + 1
    for (let torn = 0; torn <= blocks; torn++) {
      const drive = new MemoryDrive({ index: 0, blockCount: 2048, completions })
      for (const generation of [5, 6, 7]) write(drive, stateOf({ generation, title: 'old' }))
      drive.tearNextWrite(torn)
      write(drive, stateOf({ generation: 8, title: 'new'.repeat(300) }))
      const found = newerSuperblock([drive.blocks({ firstBlock: 0, blockCount: 512 }), drive.blocks({ firstBlock: 512, blockCount: 512 })])
      // Before the first block the sixth generation is still there, but it is older.
      expect(found.ok && found.value.state.generation).toBe(torn < blocks ? 7 : 8)
    }
  })

  it('tell the most about a drive that has none', () => {
    const blank = new Uint8Array(1024)
    const torn = slotOf(stateOf()).subarray(0, 1024)
    expect(newerSuperblock([blank, blank])).toEqual({ ok: false, error: 'blank' })
    expect(newerSuperblock([blank, undefined])).toEqual({ ok: false, error: 'blank' })
    expect(newerSuperblock([undefined, undefined])).toEqual({ ok: false, error: 'unreadable' })
    expect(newerSuperblock([torn, blank])).toEqual({ ok: false, error: 'torn' })
    expect(newerSuperblock([torn, new Uint8Array(1024).fill(7)])).toEqual({ ok: false, error: 'not-ours' })
    expect(newerSuperblock([slotOf(stateOf()), undefined])).toMatchObject({ ok: true })
    expect(newerSuperblock([slotOf(stateOf()), blank], { arrayId: 'x' })).toEqual({ ok: false, error: 'other-array' })
  })
})

describe('the election of a state', () => {
  function foundOf(...drives: readonly (ArrayState | SuperblockProblem)[]): DriveSuperblock[] {
    return drives.map((drive, index) => ({
      drive: index,
      found:
        typeof drive === 'string'
          ? { ok: false, error: drive }
          : { ok: true, value: { driveIndex: index, driveId: `drive-${index}`, arrayId: drive.configuration.arrayId, state: drive } },
    }))
  }
  const old = stateOf({ generation: 4 })
  const recent = stateOf({ generation: 5 })

  it('takes what a majority has', () => {
    expect(electState(foundOf(recent, recent, recent, recent, old, 'failed'))).toMatchObject({
      state: { generation: 5 },
      standsOn: [0, 1, 2, 3],
      committed: true,
      quorum: true,
      silent: [5],
      notes: ['Drive 4 has generation 4 of epoch 1; the newest is 5 of epoch 1.', 'Drive 5 does not answer.'],
    })
  })

  it('adopts a newer state that only few drives have', () => {
    const election = electState(foundOf(old, old, old, recent, old, old))
    expect(election).toMatchObject({ state: { generation: 5 }, standsOn: [3], committed: false, quorum: true })
    expect(election?.notes.at(-1)).toBe('Generation 5 stands on 1 of 6 drives; it is adopted.')
  })

  it('takes the later owner where two used one generation', () => {
    const later = stateOf({ generation: 5, serviceEpoch: 2 })
    expect(electState(foundOf(recent, later, later, later, later, recent))).toMatchObject({
      state: { serviceEpoch: 2 },
      standsOn: [1, 2, 3, 4],
      committed: true,
    })
  })

  it('tells strangers: blank, foreign, or older than what is known to be stored on them', () => {
    const state = stateOf({ generation: 5, storedGenerations: [4, 4, 4, 3, 5, 0] })
    expect(electState(foundOf(state, state, state, stateOf({ generation: 3 }), stateOf({ generation: 4 }), 'blank'))).toMatchObject({
      strangers: [
        { drive: 4, reason: 'has generation 4 of the array state, but it had 5: it was put back from a copy, or lost writes' },
        { drive: 5, reason: 'is blank' },
      ],
    })
    for (const problem of ['torn', 'malformed', 'unreadable', 'failed'] as const)
      expect(electState(foundOf(state, state, state, state, state, problem))?.strangers).toEqual([])
    const torn = (claimed: number): DriveSuperblock[] => [
      ...foundOf(state, state, state, state),
      { drive: 4, found: { ok: false, error: 'torn' }, claimed },
      ...foundOf(state, state, state, state, state, state).slice(5),
    ]
    expect(electState(torn(4))?.strangers).toMatchObject([{ drive: 4 }])
    expect(electState(torn(5))?.strangers).toEqual([])
    const foreign = stateOf({ arrayId: 'another' })
    expect(electState(foundOf(state, state, state, state, state, foreign))?.strangers).toMatchObject([{ drive: 5 }])
  })

  it('does not take a drive for a stranger whose rebuild has just begun; once stripes are rebuilt, they would be lost', () => {
    const failed = { groupId: 0, drive: 5, afterGeneration: 2 }
    const failedMembers = [{ ...failed, rebuild: { operation: 'one', parts: [] } }]
    const about = {
      name: 'rebuild-drive',
      digest: '',
      state: 'running',
      server: 'a',
      incarnation: 1,
      controller: 'a',
      volumes: [],
    } as const
    const strangersAfter = (done: number) => {
      const operations = [{ ...about, volumes: [], id: 'one', progress: { done, total: 9 } }]
      const state = stateOf({ generation: 5, failedMembers, operations })
      return electState(foundOf(state, state, state, state, state, 'blank'))?.strangers.map(({ drive }) => drive)
    }
    expect(strangersAfter(0)).toEqual([])
    expect(strangersAfter(1)).toEqual([5])
    const out = stateOf({ generation: 5, failedMembers: [failed] })
    expect(electState(foundOf(out, out, out, out, out, 'blank'))?.strangers).toHaveLength(1)
  })

  it('knows when a newer commit could have been missed', () => {
    expect(electState(foundOf(recent, recent, recent, 'failed', 'torn', 'unreadable'))).toMatchObject({ committed: false, quorum: false })
    expect([1, 2, 3, 4, 5, 6].map(majorityOf)).toEqual([1, 2, 2, 3, 3, 4])
  })

  it('does not mix arrays, and gives nothing where nothing is', () => {
    const foreign = stateOf({ generation: 90, arrayId: 'another' })
    expect(electState(foundOf(foreign, recent, recent, recent, recent, foreign))).toMatchObject({
      state: { generation: 5 },
      standsOn: [1, 2, 3, 4],
      notes: ['Drive 0 belongs to another array.', 'Drive 5 belongs to another array.'],
    })
    expect(electState(foundOf('blank', 'blank', 'not-ours'))).toBeUndefined()
  })
})
