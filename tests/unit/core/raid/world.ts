import { concatBytes, equalBytes } from '../../../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import type { RaidGroup, RaidLevel } from '../../../../src-main/contract/configuration'
import { createGroupIo, type GroupIo, type GroupOutcome, type StripeWrite } from '../../../../src-main/core/raid/group-io'
import type { VerificationReport } from '../../../../src-main/core/raid/scrub'
import type { DriveStatus, WriteClaim } from '../../../../src-main/core/ports'
import { CompletionQueue, memoryDrives, type DriveOperation, type MemoryDrive } from '../../../support/memory-drive'

export const CLAIM: WriteClaim = { slot: 0, epoch: 1 }
export const CHUNK_BLOCKS = 8

/** Sections of different sizes, at different places of their drives: about 100 blocks, or two long chunks. */
export function groupOf(level: RaidLevel, memberCount: number, chunkBlocks = CHUNK_BLOCKS): RaidGroup {
  const sections = Array.from({ length: memberCount }, (_, drive) => ({
    drive,
    firstBlock: 8 + drive,
    blockCount: Math.max(100, chunkBlocks * 2) + (drive % 3) * 5,
  }))
  return { id: 1, name: 'group', level, chunkBlocks, sections }
}

/** One group over drives in memory. */
export class World {
  readonly drives: readonly MemoryDrive[]
  readonly group: RaidGroup
  readonly io: GroupIo
  /** Blocks that it said are lost. */
  readonly lost: number[] = []

  constructor(
    level: RaidLevel,
    memberCount = 4,
    readonly completions = new CompletionQueue(),
    chunkBlocks = CHUNK_BLOCKS,
  ) {
    this.group = groupOf(level, memberCount, chunkBlocks)
    this.drives = memoryDrives({ count: memberCount, blockCount: Math.max(100, chunkBlocks * 2) + 40, completions })
    this.io = createGroupIo({ group: this.group, drives: this.drives, lost: (blocks) => this.lost.push(...blocks) })
  }

  /** Writes and waits for the outcome. */
  write(firstBlock: number, data: Uint8Array, claim = CLAIM): GroupOutcome<undefined> {
    let answer: GroupOutcome<undefined> | undefined
    this.io.write({ firstBlock, data: [data], claim }, (outcome) => (answer = outcome))
    this.completions.runAll()
    if (answer === undefined) throw new Error('the write did not complete')
    return answer
  }

  /** Writes several runs of one stripe at once, and waits for the outcome. */
  writeStripe(
    runs: readonly { readonly firstBlock: number; readonly data: Uint8Array }[],
    terms: Partial<StripeWrite> = {},
  ): GroupOutcome<undefined> {
    let answer: GroupOutcome<undefined> | undefined
    this.io.writeStripe(
      { claim: CLAIM, ...terms, runs: runs.map(({ firstBlock, data }) => ({ firstBlock, data: [data] })) },
      (outcome) => (answer = outcome),
    )
    this.completions.runAll()
    if (answer === undefined) throw new Error('the stripe write did not complete')
    return answer
  }

  /** The bytes, or the fault. */
  read(firstBlock: number, blockCount: number): Uint8Array | string {
    let answer: GroupOutcome<readonly Uint8Array[]> | undefined
    this.io.read({ firstBlock, blockCount }, (outcome) => (answer = outcome))
    this.completions.runAll()
    if (answer === undefined) throw new Error('the read did not complete')
    return answer.ok ? concatBytes(answer.value) : answer.fault
  }

  verify(): VerificationReport {
    let report: VerificationReport | undefined
    this.io.verify({ firstStripe: 0, stripeCount: this.io.layout.stripeCount }, (found) => (report = found))
    this.completions.runAll()
    if (report === undefined) throw new Error('the verification did not complete')
    return report
  }

  /** Settles all stripes as after a claim that left them in doubt. The number of those that had to be corrected, or the status. */
  settle(claim = CLAIM): number | DriveStatus {
    let answer: number | DriveStatus | undefined
    this.io.intents.settle({ firstStripe: 0, stripeCount: this.io.layout.stripeCount, claim }, ({ status, corrected }) => {
      answer = status === 'good' ? corrected : status
    })
    this.completions.runAll()
    if (answer === undefined) throw new Error('the settling did not end')
    return answer
  }

  /** What was asked of the drives since the last call. */
  takeOperations(): DriveOperation[] {
    return this.drives.flatMap((drive) => drive.operations.splice(0))
  }

  /** Where a group block is read from: its drive and the block there. */
  placeOf(groupBlock: number): { drive: MemoryDrive; block: number } {
    const { layout } = this.io
    const section = this.group.sections[layout.rule.memberOf(layout, groupBlock)]!
    return { drive: this.drives[section.drive]!, block: section.firstBlock + layout.rule.memberBlockOf(layout, groupBlock) }
  }
}

/** Blocks that differ from each other and from those of every other stamp. */
export function pattern(stamp: number, blockCount: number): Uint8Array {
  const words = new Uint32Array((blockCount * BLOCK_BYTES) / 4)
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(stamp * 0x10001 + i + 1, 0x9e3779b1)
  return new Uint8Array(words.buffer)
}

export function countOf(operations: readonly DriveOperation[]): { reads: number; writes: number } {
  return {
    reads: operations.filter((operation) => operation.kind === 'read').length,
    writes: operations.filter((operation) => operation.kind === 'write').length,
  }
}

/** Much faster than comparing typed arrays element by element with `toEqual`. */
export function expectBytes(actual: Uint8Array | string, expected: Uint8Array): void {
  if (typeof actual === 'string') throw new Error(`instead of bytes there is: ${actual}`)
  if (equalBytes(actual, expected)) return
  const at = expected.findIndex((byte, index) => byte !== actual[index])
  throw new Error(`${actual.length} bytes differ from the ${expected.length} expected at byte ${at}: block ${Math.floor(at / BLOCK_BYTES)}`)
}
