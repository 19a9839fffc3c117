import { assert, InvariantError } from '../../base/assert'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import type { InterruptedRows, PutBack } from './interrupted-rows'
import { dataMemberOf, type BlockRun, type GroupLayout } from './levels/level'
import { lostBlock } from './lost-block'
import type { Row } from './lost-rows'
import type { MemberIo } from './member-io'
import type { Members } from './members'
import { makeParity } from './parity-code'
import { partialParityOf, type PartialParity } from './partial-parity'
import { writeRowParts } from './row-writes'

export interface InterruptedLoss {
  readonly rows: readonly Row[]
  /** Blocks that are about to be written: what they hold now is of no use. */
  readonly runs: readonly BlockRun[]
  readonly claim: WriteClaim
  readonly cause: TraceId | undefined
  readonly secure: (partials: readonly PartialParity[], go: (isSecured: boolean) => void) => void
}

/**
 * Gives up what interrupted rows have lost: a drive is out, a sector of another one cannot be read, and what the interrupted update
 * logged does not give both. Their data becomes lost blocks, as in `lost-rows`, and the rows are no longer interrupted.
 *
 * The log still has the partial parity of the interrupted update, which says nothing of the markers. So it is logged first that the
 * whole row is written anew, and the newest record of a row is the true one, whenever the controller dies. A block that
 * is lost may be one that the volume leaves unused in its last stripe: whoever keeps the log must take it for a part of the volume.
 */
export function giveUpInterrupted(
  layout: GroupLayout,
  members: Members,
  interrupted: InterruptedRows,
  loss: InterruptedLoss,
  done: (status: DriveStatus, lost: readonly number[]) => void,
): void {
  const lost: number[] = []
  const next = (index: number): void => {
    const row = loss.rows[index]
    if (row === undefined) return done('good', lost)
    giveUpOne(layout, members, { ...loss, row, interrupted }, (status, blocks) => {
      lost.push(...blocks)
      if (status === 'good') next(index + 1)
      else done(status, lost)
    })
  }
  next(0)
}

type RowLoss = Omit<InterruptedLoss, 'rows'> & { readonly row: Row; readonly interrupted: InterruptedRows }

/** A data block of the row. */
interface DataBlock {
  readonly member: number
  readonly groupBlock: number
  readonly bytes: Uint8Array
  status: DriveStatus
}

function giveUpOne(
  layout: GroupLayout,
  members: Members,
  loss: RowLoss,
  done: (status: DriveStatus, lost: readonly number[]) => void,
): void {
  const { row, runs, interrupted, cause } = loss
  const { memberBlock, stripe } = row
  // Without parity to compute, a write needs none of the blocks that the row has lost.
  if (layout.rule.parityMembersOf(layout, stripe).every((member) => members.isOut(member, memberBlock))) return done('good', [])
  const data = Array.from({ length: layout.dataWidth }, (_, chunk): DataBlock => {
    const member = dataMemberOf(layout, stripe, chunk)
    const { groupBlock } = layout.rule.occupant(layout, member, memberBlock)
    return { member, groupBlock, bytes: new Uint8Array(BLOCK_BYTES), status: 'good' }
  })
  let waiting = data.length
  let hasFailed = false
  const watched = watchedMembers(members, () => (hasFailed = true))
  for (const block of data) {
    const read = (status: DriveStatus): void => {
      block.status = status
      if (--waiting > 0) return
      const missing = data.filter((one) => one.status !== 'good')
      const lost = missing.filter(
        ({ groupBlock }) => !runs.some((run) => groupBlock >= run.firstBlock && groupBlock < run.firstBlock + run.blockCount),
      )
      // A drive that does not answer may still have its data.
      if (hasFailed || !members.isSettled) done('failed', [])
      else if (lost.length === 0) done('good', [])
      else
        markRow(layout, members, { ...loss, data, missing }, (written) =>
          done(written, written === 'good' ? lost.map((one) => one.groupBlock) : []),
        )
    }
    const range = { member: block.member, memberBlock, into: block.bytes, cause }
    const putBack = putBackBy(members, loss.claim)
    interrupted.read(watched, range, read, (put, then) =>
      putBack(put, (status) => {
        if (status !== 'good') hasFailed = true
        then(status)
      }),
    )
  }
}

export function putBackBy(members: Members, claim: WriteClaim): PutBack {
  return ({ member, memberBlock, into, cause }, done) => members.write({ member, memberBlock, from: [into] }, claim, cause, done)
}

/** Tells of reads that a drive does not answer. */
function watchedMembers(members: Members, failed: () => void): MemberIo {
  return {
    count: members.count,
    isOut: (member, memberBlock, blockCount) => members.isOut(member, memberBlock, blockCount),
    isGone: (member) => members.isGone(member),
    read(member, memberBlock, into, cause, done) {
      members.read(member, memberBlock, into, cause, (status) => {
        if (status === 'failed') failed()
        done(status)
      })
    },
    noteFailure: (member, status) => members.noteFailure(member, status),
    refuse: (member, cause, done) => members.refuse(member, cause, done),
  }
}

/**
 * It is logged that all data of the row is written, so nothing of it is known from the log any more. Parity comes first: until the
 * unreadable sectors are written, the row has lost more than its parity can give, whatever parity it has.
 */
function markRow(
  layout: GroupLayout,
  members: Members,
  loss: RowLoss & { readonly data: readonly DataBlock[]; readonly missing: readonly DataBlock[] },
  done: (status: DriveStatus) => void,
): void {
  const { row, data, missing, claim, cause, secure, interrupted } = loss
  const { memberBlock, stripe } = row
  for (const { bytes, groupBlock } of missing) bytes.set(lostBlock(layout.groupId, groupBlock))
  const isThere = ({ member }: { readonly member: number }): boolean => !members.isOut(member, memberBlock)
  const parity = makeParity(
    data.map(({ bytes }) => bytes),
    layout.rule.parityCount,
  ).map((bytes, index) => ({ index, bytes, member: layout.rule.parityMembersOf(layout, stripe)[index]! }))
  const present = parity.filter(isThere)
  assert(present.length > 0, 'a row is given up for parity that is out')
  const runs = data.map(({ groupBlock }) => ({ firstBlock: groupBlock, blockCount: 1 })).sort((a, b) => a.firstBlock - b.firstBlock)
  const logged = partialParityOf(
    layout,
    runs,
    present.map(({ index }) => ({ index, rowsAt: nothingIsLeft })),
  )
  const place = { memberBlock, claim, cause }
  secure([logged], (isSecured) => {
    if (!isSecured) return done('failed')
    interrupted.note(logged)
    writeRowParts(members, present, place, (status) => {
      if (status === 'good') writeRowParts(members, missing.filter(isThere), place, done)
      else done(status)
    })
  })
}

function nothingIsLeft(): never {
  throw new InvariantError('an update that writes all data of a row has partial parity')
}
