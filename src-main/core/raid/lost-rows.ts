import { present } from '../../base/assert'
import { BLOCK_BYTES } from '../../base/units'
import type { TraceId } from '../../contract/trace'
import type { DriveStatus, WriteClaim } from '../ports'
import { dataMemberOf, type GroupLayout } from './levels/level'
import { lostBlock } from './lost-block'
import type { Members } from './members'
import { makeParity } from './parity-code'
import { writeRowParts } from './row-writes'

/** One block on each member of a stripe, which are redundant together. */
export interface Row {
  readonly stripe: number
  readonly memberBlock: number
}

interface RowTerms {
  /** The member that is being rebuilt, and is written. Otherwise a member that is out lacks the row, and goes on lacking it. */
  readonly rebuilt: number | undefined
  readonly claim: WriteClaim
  readonly cause: TraceId | undefined
}

/**
 * Gives up what a row has lost: too many of its sectors cannot be read. Their data becomes lost blocks, and parity is computed with
 * them, so the rest of the row is redundant again. A row that has lost nothing stays as it is.
 * `failed` if a drive does not answer, because it may still have the data, or if more members are out than the level survives. `lost`
 * are blocks of the group. The stripe must be locked exclusively, and no update of it may be interrupted.
 *
 * Unreadable sectors are written last. If the controller dies before that, the row is still known to be lost, and is given up again.
 */
export function giveUpRow(
  layout: GroupLayout,
  members: Members,
  terms: Row & RowTerms,
  done: (status: DriveStatus, lost: readonly number[]) => void,
): void {
  const { stripe, memberBlock, rebuilt, cause } = terms
  const all = layout.rule.stripeMembers(layout, stripe)
  const isMissing = (member: number): boolean => member === rebuilt || members.isOut(member, memberBlock)
  const others = all.filter((member) => !isMissing(member))
  // A drive that is only suspected may still have the data.
  const isDoubted = all.some((member) => member !== rebuilt && members.isGone(member) && !members.hasFailed(member))
  if (isDoubted || !layout.rule.survives(layout, isMissing)) {
    members.refuse(present(all[0], 'a member'), cause, () => done('failed', []))
    return
  }
  const found = new Map<number, Uint8Array>()
  let waiting = others.length
  let hasFailed = false
  for (const member of others) {
    const bytes = new Uint8Array(BLOCK_BYTES)
    members.read(member, memberBlock, bytes, cause, (status) => {
      members.noteFailure(member, status)
      if (status === 'good') found.set(member, bytes)
      else if (status !== 'medium-error') hasFailed = true
      if (--waiting > 0) return
      if (hasFailed) done('failed', [])
      else if (hasLost(layout, terms, found)) replaceLost(layout, members, { ...terms, others, found }, done)
      else done(rebuilt === undefined ? 'good' : 'failed', [])
    })
  }
}

/** Gives up what is lost in each of these rows. */
export function giveUpRows(
  layout: GroupLayout,
  members: Members,
  rows: readonly Row[],
  terms: RowTerms,
  done: (status: DriveStatus, lost: readonly number[]) => void,
): void {
  const lost: number[] = []
  const next = (index: number): void => {
    const row = rows[index]
    if (row === undefined) {
      done('good', lost)
      return
    }
    giveUpRow(layout, members, { ...row, ...terms }, (status, blocks) => {
      lost.push(...blocks)
      if (status === 'good') next(index + 1)
      else done(status, lost)
    })
  }
  next(0)
}

/** Whether something of the row can be computed from nothing that was found. */
function hasLost(layout: GroupLayout, { stripe, memberBlock }: Row, found: ReadonlyMap<number, Uint8Array>): boolean {
  const { rule } = layout
  const members = rule.stripeMembers(layout, stripe)
  if (rule.parityCount > 0) return members.length - found.size > rule.parityCount
  return members.some((member) => !copiesIn(layout, memberBlock, member).some((copy) => found.has(copy)))
}

function copiesIn(layout: GroupLayout, memberBlock: number, member: number): readonly number[] {
  return layout.rule.copiesOf(layout, layout.rule.occupant(layout, member, memberBlock).groupBlock)
}

function replaceLost(
  layout: GroupLayout,
  members: Members,
  terms: Row & RowTerms & { readonly others: readonly number[]; readonly found: ReadonlyMap<number, Uint8Array> },
  done: (status: DriveStatus, lost: readonly number[]) => void,
): void {
  const { stripe, memberBlock, rebuilt, others, found, claim, cause } = terms
  const { rule } = layout
  const lost = new Set<number>()
  const contents = new Map<number, Uint8Array>()
  for (const member of rule.stripeMembers(layout, stripe)) {
    const { role, groupBlock } = rule.occupant(layout, member, memberBlock)
    if (role === 'parity') continue
    const source = found.get(member) ?? copiesIn(layout, memberBlock, member).flatMap((copy) => found.get(copy) ?? [])[0]
    if (source === undefined) lost.add(groupBlock)
    contents.set(member, source ?? lostBlock(layout.groupId, groupBlock))
  }
  const parityMembers = rule.parityMembersOf(layout, stripe)
  const data = Array.from({ length: layout.dataWidth }, (_, chunk) => contents.get(dataMemberOf(layout, stripe, chunk))!)
  const parity = parityMembers.length === 0 ? [] : makeParity(data, rule.parityCount)
  parityMembers.forEach((member, index) => contents.set(member, parity[index]!))

  const unreadable = others.filter((member) => !found.has(member) && !parityMembers.includes(member))
  const steps = [rebuilt === undefined ? [] : [rebuilt], parityMembers.filter((member) => others.includes(member)), unreadable]
  const run = (step: number): void => {
    const written = steps[step]
    if (written === undefined) {
      done('good', [...lost])
      return
    }
    const parts = written.map((member) => ({ member, bytes: present(contents.get(member), `the content of member ${member}`) }))
    writeRowParts(members, parts, { memberBlock, claim, cause }, (status) => {
      if (status === 'good') run(step + 1)
      else done(status, [])
    })
  }
  run(0)
}
