import { Prng } from '../../../../src-main/base/prng'
import { describe, expect, it } from 'vitest'
import type { ControllerId } from '../../../../src-main/contract/controller-id'
import { Incarnation } from '../../../../src-main/simulator/incarnation'
import { TraceLog } from '../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import type { LandedWrite } from '../../../../src-main/simulator/virtual-drive'
import { WriterCheck } from '../../../../src-main/simulator/writer-check'

function bench() {
  const clock = new VirtualClock()
  const trace = new TraceLog(clock)
  const lives: Record<ControllerId, Incarnation> = {
    a: new Incarnation('a', 1, { clock, random: new Prng(1) }),
    b: new Incarnation('b', 1, { clock, random: new Prng(2) }),
  }
  const check = new WriterCheck(trace, (id) => lives[id])
  const port = trace.port()
  return {
    check,
    lives,
    serving: (id: ControllerId) => port.record({ place: `controller-${id}`, kind: 'controller.serving' }),
    detected: (survivor: ControllerId) => port.record({ place: `controller-${survivor}`, kind: 'takeover.detected' }),
    fenced: (survivor: ControllerId) => port.record({ place: `controller-${survivor}`, kind: 'takeover.fenced' }),
    write(id: ControllerId, epoch: number, slot = 0): LandedWrite {
      const write = { drive: 0, incarnation: lives[id], claim: { slot, epoch }, firstBlock: 8, blockCount: 1 }
      check.issued(write)
      return write
    },
    land(write: LandedWrite): void {
      check.landed(write)
      check.ended(write)
    },
  }
}

describe('the check of writers', () => {
  it('accepts one writer after the other, each in its epoch', () => {
    const { check, lives, write, land, detected, fenced } = bench()
    land(write('a', 2))
    detected('b')
    lives.a.die()
    lives.a.exit()
    fenced('b')
    land(write('b', 3))
    expect(check.violations).toEqual([])
  })

  it('finds two writers in one epoch, and an old epoch after a newer one', () => {
    const two = bench()
    two.land(two.write('a', 2))
    two.land(two.write('b', 2))
    expect(two.check.violations).toEqual([expect.stringContaining('both wrote slot 0 in epoch 2')])
    const old = bench()
    old.land(old.write('b', 3))
    old.land(old.write('a', 2))
    expect(old.check.violations).toEqual([expect.stringContaining('in epoch 2 after epoch 3')])
  })

  it('finds a write for the peer before its fence, and a fence that is none', () => {
    const { check, write, land, serving, detected, fenced } = bench()
    serving('a')
    land(write('a', 2))
    detected('b')
    land(write('b', 3))
    fenced('b')
    expect(check.violations).toEqual([
      expect.stringContaining('of its peer before the fence'),
      expect.stringContaining('for fenced while it was running'),
    ])
  })
})
