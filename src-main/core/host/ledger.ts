import { assert } from '../../base/assert'
import { crc32c } from '../../base/crc32c'
import { BLOCK_BYTES } from '../../base/units'
import { LIMITS } from '../../contract/limits'
import { writeStamps, type StampOrigin } from './stamp'
import { judgeBlock, type BlockVerdict, type LossReason } from './verdict'

/**
 * Which write each block must hold. Each write has a sequence number, and numbers grow over the whole ledger. A block has at
 * most one pending write, so of two writes to a block the one with the greater number is the later one.
 */
export class Ledger {
  readonly #volumes = new Map<string, VolumeLedger>()
  #ledgerId: number
  #nextSequence = 1
  #uncertain: SequenceRange[] = []

  /** `ledgerId` tells this ledger's stamps from those of other labs and runs: a random 48-bit number. */
  constructor(ledgerId: number) {
    this.#ledgerId = ledgerId
  }

  get ledgerId(): number {
    return this.#ledgerId
  }

  get nextSequence(): number {
    return this.#nextSequence
  }

  /** Ranges of numbers that may have been used after the ledger was last saved. None of them can be called wrong. */
  get uncertain(): readonly SequenceRange[] {
    return this.#uncertain
  }

  get knownBlocks(): number {
    let blocks = 0
    for (const volume of this.#volumes.values()) blocks += volume.knownBlocks
    return blocks
  }

  get volumes(): ReadonlyMap<string, VolumeLedger> {
    return this.#volumes
  }

  /** The part of one volume, by its identifier, which must never be used again for another volume. */
  volume(identifier: string): VolumeLedger {
    const existing = this.#volumes.get(identifier)
    if (existing) return existing
    const volume = new VolumeLedger(this, identifier)
    this.#volumes.set(identifier, volume)
    return volume
  }

  /** Forgets volumes that are not in `mapped`, the oldest first, while there are more than the array can have. */
  trim(mapped: ReadonlySet<string>): void {
    for (const identifier of [...this.#volumes.keys()]) {
      if (this.#volumes.size <= LIMITS.volumes) return
      if (!mapped.has(identifier)) this.#volumes.delete(identifier)
    }
  }

  takeSequence(): number {
    return this.#nextSequence++
  }

  mayHaveBeenWritten(sequence: number): boolean {
    return this.#uncertain.some((range) => sequence >= range.from && sequence < range.to)
  }

  /** Takes the place of everything: from a saved ledger (see ledger-file.ts). */
  restore(saved: { readonly ledgerId: number; readonly nextSequence: number; readonly uncertain: readonly SequenceRange[] }): void {
    assert(this.#volumes.size === 0, 'a ledger is restored before it is used')
    this.#ledgerId = saved.ledgerId
    this.#nextSequence = saved.nextSequence
    this.#uncertain = [...saved.uncertain]
  }
}

export interface SequenceRange {
  readonly from: number
  /** The first number behind the range. */
  readonly to: number
}

/** A read under way: what had been acknowledged in each of its blocks when it was sent. */
export interface ReadTicket {
  readonly firstBlock: number
  readonly floors: Float64Array
}

export interface WriteTicket {
  readonly firstBlock: number
  readonly blockCount: number
  readonly sequence: number
  readonly data: Uint8Array
}

export interface ReadFindings {
  /** Blocks that hold an acknowledged write, or a later one whose outcome was not known. */
  readonly verified: number
  readonly lost: readonly { readonly block: number; readonly reason: LossReason }[]
}

const PAGE_BLOCKS = 1024

/** Sequence numbers; 0 is none. */
export interface LedgerPage {
  readonly acknowledged: Float64Array
  readonly pending: Float64Array
}

export class VolumeLedger {
  readonly identifier: string
  readonly #ledger: Ledger
  readonly #volumeTag: number
  readonly #pages = new Map<number, LedgerPage>()
  /** Writes without a known outcome, newer than the acknowledged one of their block. */
  readonly #unknown = new Map<number, number[]>()
  #knownBlocks = 0
  #endBlock = 0

  constructor(ledger: Ledger, identifier: string) {
    this.#ledger = ledger
    this.identifier = identifier
    this.#volumeTag = crc32c(Uint8Array.from(identifier, (character) => character.charCodeAt(0)))
  }

  get origin(): StampOrigin {
    return { ledgerId: this.#ledger.ledgerId, volumeTag: this.#volumeTag }
  }

  get knownBlocks(): number {
    return this.#knownBlocks
  }

  get unknown(): ReadonlyMap<number, readonly number[]> {
    return this.#unknown
  }

  hasWriteUnderWay(firstBlock: number, blockCount: number): boolean {
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      if (this.pendingAt(block) !== 0) return true
    }
    return false
  }

  /** Gives the stamped data of a new write. No block of it may have a write under way. */
  beginWrite(firstBlock: number, blockCount: number): WriteTicket {
    const sequence = this.#ledger.takeSequence()
    for (let block = firstBlock; block < firstBlock + blockCount; block++) {
      const page = this.#pageFor(block)
      assert(page.pending[block % PAGE_BLOCKS] === 0, `block ${block} has a write under way`)
      page.pending[block % PAGE_BLOCKS] = sequence
    }
    const data = new Uint8Array(blockCount * BLOCK_BYTES)
    writeStamps(data, this.origin, firstBlock, sequence)
    return { firstBlock, blockCount, sequence, data }
  }

  endWrite(ticket: WriteTicket, outcome: 'acknowledged' | 'unknown'): void {
    for (let block = ticket.firstBlock; block < ticket.firstBlock + ticket.blockCount; block++) {
      this.#pageFor(block).pending[block % PAGE_BLOCKS] = 0
      if (outcome === 'acknowledged') this.acknowledge(block, ticket.sequence)
      else this.addUnknown(block, ticket.sequence)
    }
  }

  beginRead(firstBlock: number, blockCount: number): ReadTicket {
    const floors = new Float64Array(blockCount)
    for (let i = 0; i < blockCount; i++) floors[i] = this.acknowledgedAt(firstBlock + i)
    return { firstBlock, floors }
  }

  /** Judges what came back, and forgets the blocks that are lost so that each is counted once. */
  endRead(ticket: ReadTicket, data: Uint8Array): ReadFindings {
    assert(data.length === ticket.floors.length * BLOCK_BYTES, `${data.length} bytes for ${ticket.floors.length} blocks`)
    const lost: { block: number; reason: LossReason }[] = []
    let verified = 0
    for (let i = 0; i < ticket.floors.length; i++) {
      const block = ticket.firstBlock + i
      const verdict = this.#judge(block, ticket.floors[i]!, data.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
      if (verdict.kind === 'verified' || verdict.kind === 'resolved') verified++
      if (verdict.kind === 'resolved') this.acknowledge(block, verdict.sequence)
      if (verdict.kind === 'lost') lost.push({ block, reason: verdict.reason })
    }
    for (const { block } of lost) this.forget(block)
    return { verified, lost }
  }

  /** The next run of blocks to read back at or after `fromBlock`, at most `maxBlocks` long, beginning with a known one. */
  nextKnownRange(fromBlock: number, maxBlocks: number): { readonly firstBlock: number; readonly blockCount: number } | undefined {
    let firstBlock = fromBlock
    while (firstBlock < this.#endBlock && this.acknowledgedAt(firstBlock) === 0) {
      firstBlock += this.#pages.has(Math.floor(firstBlock / PAGE_BLOCKS)) ? 1 : PAGE_BLOCKS - (firstBlock % PAGE_BLOCKS)
    }
    if (firstBlock >= this.#endBlock) return undefined
    let blockCount = 1
    while (blockCount < maxBlocks && this.acknowledgedAt(firstBlock + blockCount) !== 0) blockCount++
    return { firstBlock, blockCount }
  }

  /** The volume became smaller: what lay behind its end is not expected any more. */
  truncate(blockCount: number): void {
    for (let block = blockCount; block < this.#endBlock; block++) this.forget(block)
    this.#endBlock = Math.min(this.#endBlock, blockCount)
  }

  acknowledgedAt(block: number): number {
    return this.#pages.get(Math.floor(block / PAGE_BLOCKS))?.acknowledged[block % PAGE_BLOCKS] ?? 0
  }

  pendingAt(block: number): number {
    return this.#pages.get(Math.floor(block / PAGE_BLOCKS))?.pending[block % PAGE_BLOCKS] ?? 0
  }

  /** Also settles older writes of the block, none of which may appear again. */
  acknowledge(block: number, sequence: number): void {
    const page = this.#pageFor(block)
    const before = page.acknowledged[block % PAGE_BLOCKS]!
    assert(sequence >= before, `block ${block} went back from write ${before} to ${sequence}`)
    if (before === 0) this.#knownBlocks++
    page.acknowledged[block % PAGE_BLOCKS] = sequence
    const newer = this.#unknown.get(block)?.filter((one) => one > sequence)
    if (newer && newer.length > 0) this.#unknown.set(block, newer)
    else this.#unknown.delete(block)
  }

  addUnknown(block: number, sequence: number): void {
    const others = this.#unknown.get(block) ?? []
    this.#unknown.set(block, [...others, sequence])
  }

  forget(block: number): void {
    const page = this.#pages.get(Math.floor(block / PAGE_BLOCKS))
    if (page?.acknowledged[block % PAGE_BLOCKS]) {
      page.acknowledged[block % PAGE_BLOCKS] = 0
      this.#knownBlocks--
    }
    this.#unknown.delete(block)
  }

  /** Pages in ascending order, for saving. */
  pages(): readonly { readonly firstBlock: number; readonly page: LedgerPage }[] {
    const indexes = [...this.#pages.keys()].sort((a, b) => a - b)
    return indexes.map((index) => ({ firstBlock: index * PAGE_BLOCKS, page: this.#pages.get(index)! }))
  }

  #judge(block: number, floor: number, bytes: Uint8Array): BlockVerdict {
    const acknowledged = this.acknowledgedAt(block)
    // When the read was sent, nothing was acknowledged, or the block has been dropped since. So accept any content.
    if (floor === 0 || acknowledged === 0) return { kind: 'not-known' }
    return judgeBlock(bytes, {
      origin: this.origin,
      block,
      floor,
      acknowledged,
      pending: this.pendingAt(block),
      isUnknown: (sequence) => this.#unknown.get(block)?.includes(sequence) === true || this.#ledger.mayHaveBeenWritten(sequence),
    })
  }

  #pageFor(block: number): LedgerPage {
    const index = Math.floor(block / PAGE_BLOCKS)
    let page = this.#pages.get(index)
    if (!page) {
      page = { acknowledged: new Float64Array(PAGE_BLOCKS), pending: new Float64Array(PAGE_BLOCKS) }
      this.#pages.set(index, page)
    }
    this.#endBlock = Math.max(this.#endBlock, block + 1)
    return page
  }
}
