import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { HostBench } from '../support/host-bench'

/** The host over two real targets, with faults drawn from a seed: nothing may be lost, nothing may be left unanswered. */
type Fault =
  | { readonly kind: 'crash'; readonly controller: ControllerId; readonly takeoverMs: number; readonly restartMs: number }
  | { readonly kind: 'portal-blink' | 'silence'; readonly controller: ControllerId; readonly forMs: number }
  | { readonly kind: 'transition'; readonly lun: 0 | 1; readonly forMs: number }
  | { readonly kind: 'move'; readonly lun: 0 | 1; readonly to: ControllerId }

const controller = fc.constantFrom<ControllerId>('a', 'b')
const lun = fc.constantFrom<0 | 1>(0, 1)
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    kind: fc.constant('crash' as const),
    controller,
    takeoverMs: fc.integer({ min: 5, max: 600 }),
    restartMs: fc.integer({ min: 0, max: 800 }),
  }),
  fc.record({ kind: fc.constantFrom('portal-blink' as const, 'silence' as const), controller, forMs: fc.integer({ min: 1, max: 4000 }) }),
  fc.record({ kind: fc.constant('transition' as const), lun, forMs: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ kind: fc.constant('move' as const), lun, to: controller }),
)

function apply(bench: HostBench, event: Fault): void {
  const { clock } = bench
  switch (event.kind) {
    case 'crash': {
      for (const unit of bench.units.values()) if (unit.owner === event.controller) unit.fault = 'transitioning'
      const startedAtMs = clock.nowMs()
      bench.kill(event.controller)
      clock.run(event.takeoverMs)
      for (const unit of bench.units.values()) unit.fault = undefined
      bench.takeOver(event.controller)
      bench.host.noteTakeover({ startedAtMs, servingAtMs: clock.nowMs() })
      clock.run(event.restartMs)
      bench.closePortal(event.controller)
      bench.start(event.controller)
      return
    }
    case 'portal-blink':
      bench.closePortal(event.controller)
      clock.run(event.forMs)
      return bench.openPortal(event.controller, event.controller)
    case 'silence':
      bench.silence(event.controller, true)
      clock.run(event.forMs)
      return bench.silence(event.controller, false)
    case 'transition':
      bench.unit(event.lun).fault = 'transitioning'
      clock.run(event.forMs)
      bench.unit(event.lun).fault = undefined
      return
    case 'move':
      bench.unit(event.lun).setOwner(event.to)
      for (const id of ['a', 'b'] as const) bench.controller(id).scsi.noteAccessStatesChanged(event.lun)
  }
}

describe('the host under faults', () => {
  it('loses nothing and answers everything once they stop', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0 }),
        fc.array(fc.tuple(fault, fc.integer({ min: 0, max: 700 })), { minLength: 1, maxLength: 6 }),
        (seed, faults) => {
          const bench = new HostBench({ seed }).ready()
          for (const unit of bench.units.values()) unit.latencyMs = 1 + (seed % 20)
          bench.host.startWorkload({ requestsPerSecond: 200, readShare: 0.4, blockBytes: 4096, regionBytes: 262_144, luns: 'all' })
          bench.clock.run(300)
          for (const [event, pauseMs] of faults) {
            apply(bench, event)
            bench.clock.run(pauseMs)
          }
          bench.clock.run(3000)
          bench.stopWorkload()
          expect(bench.pathStates()).toBe('up up')
          const { ledger, commands, paths } = bench.host.report()
          expect(ledger).toMatchObject({ lost: 0, unknown: 0 })
          expect(commands).toMatchObject({ answered: commands.sent, underWay: 0, queued: 0 })
          const inUse = paths.flatMap((path) => path.luns.filter((one) => one.inUse).map((one) => one.accessState))
          expect(inUse).toEqual(['active-optimized', 'active-optimized'])
          expect(bench.verify().lost).toBe(0)
        },
      ),
      { numRuns: 40 },
    )
  })
})
