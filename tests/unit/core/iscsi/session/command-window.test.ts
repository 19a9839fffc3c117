import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serialAdd, serialDistance } from '../../../../../src-main/core/iscsi/codec/serial-number'
import { CommandWindow } from '../../../../../src-main/core/iscsi/session/command-window'

/** Takes a command as a session does, and gives those whose turn has come. */
function arrive(window: CommandWindow<number>, cmdSn: number): number[] {
  const place = window.place(cmdSn)
  if (place === 'outside') return []
  if (place === 'early') {
    window.hold(cmdSn, cmdSn)
    return []
  }
  window.advance()
  const taken = [cmdSn]
  for (let next = window.takeHeld(); next !== undefined; next = window.takeHeld()) taken.push(next)
  return taken
}

describe('CommandWindow', () => {
  it('gives every command once and in order, from any start, however they are shuffled', () => {
    const size = 16
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), fc.array(fc.nat(size - 1), { maxLength: 60 }), (firstCmdSn, offsets) => {
        const window = new CommandWindow<number>({ firstCmdSn, size })
        const order = [...offsets, ...Array.from({ length: size }, (_, i) => i)].map((offset) => serialAdd(firstCmdSn, offset))
        const given = order.flatMap((cmdSn) => arrive(window, cmdSn))
        expect(given).toEqual(Array.from({ length: size }, (_, i) => serialAdd(firstCmdSn, i)))
        expect(window.place(window.expCmdSn)).toBe('outside')
      }),
    )
  })

  it('never moves MaxCmdSN back, and never lets more than its size be under way', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (steps) => {
        const window = new CommandWindow<number>({ firstCmdSn: 0xffff_fff0, size: 4 })
        let underWay = 0
        for (const isArrival of steps) {
          const before = window.maxCmdSn
          if (isArrival) underWay += arrive(window, window.expCmdSn).length
          else if (underWay > 0) {
            window.retire()
            underWay--
          }
          expect(underWay).toBeLessThanOrEqual(4)
          expect(serialDistance(window.maxCmdSn, before)).toBeGreaterThanOrEqual(0)
          expect(serialDistance(window.maxCmdSn, window.expCmdSn) + 1 + underWay).toBe(4)
        }
      }),
    )
  })

  it('takes a retirement of nothing for a bug', () => {
    expect(() => new CommandWindow<number>({ firstCmdSn: 1, size: 2 }).retire()).toThrow('no command to retire')
  })
})
