import { equalBytes } from '../../base/bytes'
import { dataMemberOf, type GroupLayout, type StripePart } from './levels/level'
import { addData, makeParity, solve } from './parity-code'

/**
 * Corrects parity to match the data, never the reverse. Data of members that are out is computed from parity first, P before Q;
 * only the parity that is left can be checked.
 */
export function parityCorrections(layout: GroupLayout, stripe: number, parts: readonly StripePart[]): StripePart[] {
  const bytesOf = (member: number): Uint8Array | undefined => parts.find((part) => part.member === member)?.bytes
  const data = Array.from({ length: layout.dataWidth }, (_, chunk) => bytesOf(dataMemberOf(layout, stripe, chunk)))
  const lost = data.flatMap((bytes, chunk) => (bytes === undefined ? [chunk] : []))
  const parity = layout.rule.parityMembersOf(layout, stripe).flatMap((member, index) => {
    const bytes = bytesOf(member)
    return bytes === undefined ? [] : [{ member, index, bytes }]
  })
  const sums: Uint8Array[] = []
  for (const { index, bytes } of parity.splice(0, lost.length)) {
    sums[index] = bytes.slice()
    data.forEach((block, chunk) => block !== undefined && addData(index, chunk, sums[index]!, 0, block))
  }
  const solved = solve(lost, sums)
  const whole = data.map((block, chunk) => block ?? solved[lost.indexOf(chunk)]!)
  const right = parity.length === 0 ? [] : makeParity(whole, layout.rule.parityCount)
  return parity.flatMap(({ member, index, bytes }) => (equalBytes(bytes, right[index]!) ? [] : [{ member, bytes: right[index]! }]))
}
