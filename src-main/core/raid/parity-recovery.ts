import { assert } from '../../base/assert'
import type { DriveStatus } from '../ports'
import { dataMemberOf, type GroupLayout } from './levels/level'
import { worse, type MemberIo, type MemberRange } from './member-io'
import { addData, solve } from './parity-code'

/** Data of a stripe, or parity of that data. */
export type RowPart = { readonly chunk: number } | { readonly parity: number }

/** Something that a lost part of some rows can be computed from. */
export type RowSource = RowPart & {
  readonly member: number
  /** Known already; otherwise it is read from the member. */
  readonly bytes?: Uint8Array
}

interface LostPart {
  readonly wanted: RowPart
  /** All other parts that it can be computed from, available or not. */
  readonly sources: readonly RowSource[]
}

interface ReadPart {
  readonly source: RowSource
  readonly bytes: Uint8Array
  status: DriveStatus
}

/** For levels with parity: computes a member's range, within one stripe, from data and parity of the others. */
export function recoverFromParity(layout: GroupLayout, members: MemberIo, range: MemberRange, done: (status: DriveStatus) => void): void {
  const stripe = Math.floor(range.memberBlock / layout.chunkBlocks)
  const sources = stripeSources(layout, stripe)
  const wanted = sources.find(({ member }) => member === range.member)
  assert(wanted !== undefined, () => `group ${layout.groupId} has no member ${range.member}`)
  const others = sources.filter((source) => source !== wanted).sort((a, b) => a.member - b.member)
  workOut(members, { range, wanted, sources: others }, done)
}

/**
 * Computes one part of the rows of a range. Sources that are out or cannot be read count as lost too, if there is enough parity
 * for everything that is lost.
 */
export function workOut(members: MemberIo, job: LostPart & { readonly range: MemberRange }, done: (status: DriveStatus) => void): void {
  const { range, wanted, sources } = job
  const { memberBlock, into, cause } = range
  const attempt = (present: readonly RowSource[], worst: DriveStatus): void => {
    const used = enoughOf(present, job)
    if (used === undefined) {
      // No drive was asked yet, but the answer must still come as a completion.
      if (worst === 'good') members.refuse(range.member, cause, () => done('failed'))
      else done(worst)
      return
    }
    const parts = used.map((source): ReadPart => ({ source, bytes: source.bytes?.slice() ?? new Uint8Array(into.length), status: 'good' }))
    // One more than the reads, since there may be none.
    let waiting = 1
    const finish = (): void => {
      if (--waiting > 0) return
      const status = parts.reduce((sum, part) => worse(sum, part.status), worst)
      if (parts.every((part) => part.status === 'good')) {
        putTogether(into, wanted, parts, lostChunks(used, wanted, sources))
        done('good')
      } else
        attempt(
          present.filter((source) => parts.every((part) => part.source !== source || part.status === 'good')),
          status,
        )
    }
    for (const part of parts) {
      const { member, bytes } = part.source
      if (bytes !== undefined) continue
      waiting++
      members.read(member, memberBlock, part.bytes, cause, (status) => {
        members.noteFailure(member, status)
        part.status = status
        finish()
      })
    }
    finish()
  }
  attempt(
    sources.filter(({ member, bytes }) => bytes !== undefined || !members.isOut(member, memberBlock)),
    'good',
  )
}

/** All parts of a stripe. */
function stripeSources(layout: GroupLayout, stripe: number): RowSource[] {
  const parity = layout.rule.parityMembersOf(layout, stripe).map((member, index): RowSource => ({ parity: index, member }))
  const data = Array.from({ length: layout.dataWidth }, (_, chunk): RowSource => ({ chunk, member: dataMemberOf(layout, stripe, chunk) }))
  return [...data, ...parity]
}

/** The data that is available, and one parity for each lost chunk, P before Q. Undefined if there is too little parity. */
function enoughOf(present: readonly RowSource[], { wanted, sources }: LostPart): RowSource[] | undefined {
  const dataLost = lostChunks(present, wanted, sources).length
  const parity = present.flatMap((source) => ('parity' in source ? [source.parity] : [])).sort((a, b) => a - b)
  if (dataLost > parity.length) return undefined
  const used = parity.slice(0, dataLost)
  return present.filter((source) => 'chunk' in source || used.includes(source.parity))
}

/** Chunks that are not present, in ascending order. */
function lostChunks(present: readonly RowPart[], wanted: RowPart, sources: readonly RowPart[]): number[] {
  const chunks = [wanted, ...sources].flatMap((part) => ('chunk' in part ? [part.chunk] : []))
  return chunks.filter((chunk) => !present.some((part) => 'chunk' in part && part.chunk === chunk)).sort((a, b) => a - b)
}

/** `lost`: the chunks that no part has. */
function putTogether(into: Uint8Array, wanted: RowPart, parts: readonly ReadPart[], lost: readonly number[]): void {
  const sums: Uint8Array[] = []
  for (const { source, bytes } of parts) if ('parity' in source) sums[source.parity] = bytes
  sums.forEach((sum, parity) => {
    for (const { source, bytes } of parts) if ('chunk' in source) addData(parity, source.chunk, sum, 0, bytes)
  })
  const solved = solve(lost, sums)
  if ('chunk' in wanted) {
    into.set(solved[lost.indexOf(wanted.chunk)]!)
    return
  }
  into.fill(0)
  for (const { source, bytes } of parts) if ('chunk' in source) addData(wanted.parity, source.chunk, into, 0, bytes)
  lost.forEach((chunk, index) => addData(wanted.parity, chunk, into, 0, solved[index]!))
}
