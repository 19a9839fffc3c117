import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES, MIB } from '../../../../src-main/base/units'
import type { Workload } from '../../../../src-main/contract/workload'
import { HostBench } from '../../../support/host-bench'

const WORKLOAD: Workload = { requestsPerSecond: 500, readShare: 0.5, blockBytes: 4096, regionBytes: MIB, luns: 'all' }

function runFor(bench: HostBench, ms: number, workload: Workload = WORKLOAD): void {
  bench.host.startWorkload(workload)
  bench.clock.run(ms)
}

describe('the lab host against two real targets', () => {
  it('finds the target, logs in on both portals and joins the LUNs by identifier', () => {
    const bench = new HostBench().ready()
    const { paths } = bench.host.report()
    expect(paths.map((path) => path.luns.map((lun) => `${lun.lun} ${lun.accessState}`))).toEqual([
      ['0 active-optimized', '1 active-non-optimized'],
      ['0 active-non-optimized', '1 active-optimized'],
    ])
  })

  it('answers an open-loop workload by the optimized paths and verifies what it wrote', () => {
    const bench = new HostBench().ready()
    runFor(bench, 5000)
    bench.stopWorkload()
    const report = bench.host.report()
    expect(report.commands.answered).toBeGreaterThan(2200)
    expect(report.commands.answered).toBe(report.commands.sent)
    expect(report.commands.underWay).toBe(0)
    expect(report.paths.map((path) => path.luns.filter((lun) => lun.inUse).map((lun) => lun.lun))).toEqual([[0], [1]])
    expect(report.workload.answered).toBe(report.commands.answered)
    const result = bench.verify()
    expect(bench.host.report().workload.answered).toBe(report.workload.answered)
    expect(bench.host.report().commands.answered).toBeGreaterThan(report.commands.answered)
    expect(result).toEqual({ checkedBlocks: report.ledger.blocks, verified: report.ledger.blocks, lost: 0 })
    expect(report.ledger.blocks).toBeGreaterThan(2000)
  })

  it('never goes back in what it says of a reading back, though the ledger grows meanwhile', () => {
    const bench = new HostBench().ready()
    runFor(bench, 2000)
    bench.host.verify(() => undefined)
    const shares: number[] = []
    for (let step = 0; step < 400 && bench.host.report().ledger.verifying; step++) {
      bench.clock.run(2)
      shares.push(bench.host.report().ledger.checkedShare ?? Number.NaN)
    }
    const during = shares.slice(0, -1)
    expect(during.length).toBeGreaterThan(5)
    expect(during).toEqual(during.toSorted((one, other) => one - other))
    expect(during.at(-1)).toBeGreaterThan(0.5)
  })

  it('moves to the other path when a controller dies, and comes back by the portal that the survivor opens', () => {
    const bench = new HostBench().ready()
    runFor(bench, 1000)
    const killedAtMs = bench.clock.nowMs()
    bench.kill('a')
    bench.unit(0).fault = 'transitioning'
    bench.clock.run(150)
    bench.unit(0).fault = undefined
    bench.takeOver('a')
    bench.host.noteTakeover({ startedAtMs: killedAtMs, servingAtMs: bench.clock.nowMs() })
    bench.clock.run(3000)
    expect(bench.pathStates()).toBe('up up')
    bench.stopWorkload()
    const report = bench.host.report()
    expect(report.ledger).toMatchObject({ lost: 0, unknown: 0 })
    const { takeoverOutage, outages } = report
    expect(takeoverOutage).toMatchObject({ lun: 0, isOver: true })
    expect(takeoverOutage?.startedAtMs).toBeGreaterThan(killedAtMs - 20)
    expect(takeoverOutage?.durationMs).toBeGreaterThan(140)
    expect(takeoverOutage?.durationMs).toBeLessThan(175)
    expect(outages.longest).toEqual(takeoverOutage)
    expect(outages.luns[1]?.longest?.durationMs).toBeLessThan(60)
    expect(report.paths.map((path) => path.luns.map((lun) => lun.accessState))).toEqual([
      ['active-non-optimized', 'active-non-optimized'],
      ['active-optimized', 'active-optimized'],
    ])
    expect(bench.trace.kinds('host.path-down')).toHaveLength(1)
    expect(bench.trace.kinds('host.path-up')).toHaveLength(3)
    expect(bench.trace.kinds('host.verification-finished').length).toBeGreaterThan(0)
  })

  it('doubts what was read back before a fault or a takeover, until it is read back again', () => {
    const bench = new HostBench().ready()
    const isDoubted = () => bench.host.report().ledger.isDoubted
    runFor(bench, 500)
    bench.stopWorkload()
    const fault = () => bench.host.countOutagesFrom({ atMs: bench.clock.nowMs(), reason: 'fault' })
    fault()
    expect(isDoubted()).toBe(false)
    bench.verify()
    expect(isDoubted()).toBe(false)
    bench.host.countOutagesFrom({ atMs: bench.clock.nowMs(), reason: 'reset' })
    expect(isDoubted()).toBe(false)
    fault()
    expect(isDoubted()).toBe(true)
    // One that is under way when it strikes may have missed it.
    bench.host.verify(() => undefined)
    bench.clock.run(1)
    fault()
    bench.clock.run(5000)
    expect(bench.host.report().ledger.verifying).toBe(false)
    expect(isDoubted()).toBe(true)
    bench.verify()
    expect(isDoubted()).toBe(false)
    bench.host.noteTakeover({ startedAtMs: bench.clock.nowMs(), servingAtMs: bench.clock.nowMs() })
    expect(isDoubted()).toBe(true)
    bench.clock.run(5000)
    expect(isDoubted()).toBe(false)
  })

  it('asks a volume that is busy by one command at a time', () => {
    const bench = new HostBench().ready()
    runFor(bench, 100)
    const unit = bench.unit(0)
    unit.fault = 'busy'
    bench.clock.run(20)
    const before = unit.reads + unit.writes
    bench.clock.run(500)
    expect(unit.reads + unit.writes - before).toBeLessThanOrEqual(50)
    unit.fault = undefined
    bench.clock.run(100)
    bench.stopWorkload()
    expect(bench.host.report().commands).toMatchObject({ underWay: 0 })
    expect(bench.verify().lost).toBe(0)
  })

  it('retries what was under way on a path that breaks', () => {
    const bench = new HostBench().ready()
    for (const unit of bench.units.values()) unit.latencyMs = 20
    runFor(bench, 500)
    bench.kill('a')
    bench.takeOver('a')
    bench.clock.run(1000)
    bench.stopWorkload()
    const { ledger } = bench.host.report()
    expect(ledger.retried).toBeGreaterThan(0)
    expect(ledger).toMatchObject({ lost: 0, unknown: 0 })
    expect(bench.verify().lost).toBe(0)
  })

  it('notices a target that says nothing any more', () => {
    const bench = new HostBench().ready()
    runFor(bench, 200)
    bench.silence('a', true)
    bench.clock.run(3000)
    expect(bench.pathStates()).toBe('down up')
    bench.silence('a', false)
    bench.clock.run(3000)
    expect(bench.pathStates()).toBe('up up')
    bench.stopWorkload()
    expect(bench.host.report().ledger).toMatchObject({ lost: 0, unknown: 0 })
  })

  it('holds everything while no path is there, and fails nothing when one comes back in time', () => {
    const bench = new HostBench().ready()
    runFor(bench, 500)
    bench.kill('a')
    bench.kill('b')
    bench.clock.run(10_000)
    expect(bench.host.report().commands.queued).toBeGreaterThan(0)
    bench.start('a')
    bench.clock.run(1000)
    bench.stopWorkload()
    expect(bench.host.report().ledger).toMatchObject({ lost: 0, unknown: 0 })
    expect(bench.host.report().outages.longest?.durationMs).toBeGreaterThan(10_000)
    expect(bench.verify().lost).toBe(0)
  })

  it('gives up after the bound, and takes either outcome of a write that nobody answered', () => {
    const bench = new HostBench().ready()
    runFor(bench, 500)
    bench.kill('a')
    bench.kill('b')
    bench.clock.run(40_000)
    bench.stopWorkload()
    expect(bench.host.report().ledger.unknown).toBeGreaterThan(0)
    bench.start('a')
    bench.clock.runUntil(() => bench.pathStates().includes('up'))
    expect(bench.verify().lost).toBe(0)
  })

  it('counts arrivals for which there is no room', () => {
    const bench = new HostBench().ready()
    runFor(bench, 500)
    bench.kill('a')
    bench.kill('b')
    bench.clock.run(20_000)
    const { commands } = bench.host.report()
    expect(commands.underWay).toBeLessThanOrEqual(1024)
    expect(commands.dropped).toBeGreaterThan(1000)
  })

  it('follows volumes that come, go and change size', () => {
    const bench = new HostBench().ready()
    runFor(bench, 500)
    bench.map(2, 'a', 2048)
    for (const id of ['a', 'b'] as const) bench.controller(id).scsi.noteLunsChanged()
    bench.clock.run(500)
    expect(bench.unit(2).writes).toBeGreaterThan(0)
    bench.units.delete(2)
    for (const id of ['a', 'b'] as const) bench.controller(id).scsi.noteLunsChanged()
    bench.unit(0).blockCount = 64
    for (const id of ['a', 'b'] as const) bench.controller(id).scsi.noteCapacityChanged(0)
    bench.clock.run(500)
    const { paths, commands } = bench.host.report()
    expect(paths.map((path) => path.luns.map((lun) => lun.lun))).toEqual([
      [0, 1],
      [0, 1],
    ])
    const { answered } = commands
    bench.clock.run(1000)
    expect(bench.host.report().commands.answered).toBeGreaterThan(answered + 400)
    bench.stopWorkload()
    expect(bench.verify().lost).toBe(0)
  })

  it('waits for an array that has no volumes yet', () => {
    const bench = new HostBench()
    bench.units.clear()
    bench.ready()
    bench.host.startWorkload(WORKLOAD)
    bench.clock.run(1000)
    bench.map(0, 'a', 4096)
    bench.clock.run(2000)
    expect(bench.unit(0).writes).toBeGreaterThan(100)
  })

  it('logs out and closes', () => {
    const bench = new HostBench().ready()
    runFor(bench, 100)
    let closed = false
    bench.host.shutdown(() => (closed = true))
    bench.clock.runUntil(() => closed)
    expect(bench.controller('a').iscsi.sessions()).toEqual([])
    expect(bench.controller('b').iscsi.sessions()).toEqual([])
  })

  it('logs out from a portal that does not answer while the other path is closed, and starts nothing meanwhile', () => {
    const bench = new HostBench().ready()
    runFor(bench, 500)
    bench.silence('a', true)
    let closed = false
    bench.host.shutdown(() => (closed = true))
    bench.clock.run(5000)
    expect(closed).toBe(true)
    expect(bench.trace.kinds('host.verification-started')).toHaveLength(0)
  })

  it('takes the same way in the same world', () => {
    const story = (): string => {
      const bench = new HostBench({ seed: 7 }).ready()
      runFor(bench, 300)
      bench.kill('b')
      bench.takeOver('b')
      bench.clock.run(300)
      return JSON.stringify(bench.trace.events)
    }
    expect(story()).toBe(story())
  })
})

describe('the ledger in the host finds', () => {
  function written(): HostBench {
    const bench = new HostBench().ready()
    runFor(bench, 2000, { ...WORKLOAD, readShare: 0 })
    bench.stopWorkload()
    expect(bench.verify().lost).toBe(0)
    return bench
  }

  function writtenBlock(bench: HostBench): number {
    const [block] = bench.unit(0).blocks.keys()
    return block ?? 0
  }

  function reasons(bench: HostBench): readonly unknown[] {
    return bench.trace.kinds('host.block-lost').map((event) => event.data?.['reason'])
  }

  it('a write that was acknowledged and dropped', () => {
    const bench = new HostBench().ready()
    bench.unit(0).onWrite = () => false
    runFor(bench, 200, { ...WORKLOAD, readShare: 0, luns: [0] })
    bench.stopWorkload()
    const { blocks } = bench.host.report().ledger
    expect(bench.verify()).toEqual({ checkedBlocks: blocks, verified: 0, lost: blocks })
    expect(new Set(reasons(bench))).toEqual(new Set(['zeros']))
    expect(bench.host.report().ledger).toMatchObject({ lost: blocks, blocks: 0 })
    expect(bench.verify().lost).toBe(0)
  })

  it('a stale block, also in a read of the workload', () => {
    const bench = written()
    const before = new Map(bench.unit(0).blocks)
    runFor(bench, 2000, { ...WORKLOAD, readShare: 0 })
    bench.stopWorkload()
    for (const [block, bytes] of before) bench.unit(0).blocks.set(block, bytes)
    runFor(bench, 200, { ...WORKLOAD, readShare: 1 })
    bench.stopWorkload()
    expect(bench.host.report().ledger.lost).toBeGreaterThan(0)
    bench.verify()
    expect(new Set(reasons(bench))).toEqual(new Set(['stale']))
  })

  it('a misplaced block', () => {
    const bench = written()
    const blocks = bench.unit(0).blocks
    const [first, second] = [...blocks.keys()]
    blocks.set(first ?? 0, blocks.get(second ?? 0) ?? new Uint8Array(BLOCK_BYTES))
    expect(bench.verify().lost).toBe(1)
    expect(reasons(bench)).toEqual(['misplaced'])
  })

  it('a block of another volume', () => {
    const bench = written()
    const shared = [...bench.unit(0).blocks.keys()].find((block) => bench.unit(1).blocks.has(block)) ?? 0
    bench.unit(0).blocks.set(shared, bench.unit(1).blockAt(shared))
    expect(bench.verify().lost).toBe(1)
    expect(reasons(bench)).toEqual(['misplaced'])
  })

  it('a torn block', () => {
    const bench = written()
    const block = writtenBlock(bench)
    const torn = bench.unit(0).blockAt(block).slice()
    torn.fill(0, 256)
    bench.unit(0).blocks.set(block, torn)
    expect(bench.verify().lost).toBe(1)
    expect(reasons(bench)).toEqual(['torn'])
  })

  it('blocks that the array cannot read, and only those', () => {
    const bench = written()
    const { blocks } = bench.host.report().ledger
    const bad = writtenBlock(bench)
    const unit = bench.unit(0)
    const read = unit.read.bind(unit)
    unit.read = (io, done) => {
      if (io.firstBlock <= bad && bad < io.firstBlock + io.blockCount)
        bench.clock.after(0.1, () => done({ ok: false, fault: 'medium-error' }))
      else read(io, done)
    }
    expect(bench.verify()).toEqual({ checkedBlocks: blocks, verified: blocks - 1, lost: 1 })
    expect(reasons(bench)).toEqual(['unreadable'])
  })

  it('nothing wrong with a ledger of the last run, which goes on in this one', () => {
    const bench = written()
    const saved = bench.host.exportLedger()
    const next = new HostBench({ seed: 99 })
    for (const [lun, unit] of bench.units) for (const [block, bytes] of unit.blocks) next.unit(lun).blocks.set(block, bytes)
    expect(next.host.importLedger(saved).ok).toBe(true)
    next.ready()
    runFor(next, 3000)
    next.stopWorkload()
    expect(next.trace.kinds('host.verification-finished').length).toBeGreaterThan(0)
    expect(next.host.report().ledger.lost).toBe(0)
    const [block] = next.unit(1).blocks.keys()
    next.unit(1).blocks.delete(block ?? 0)
    expect(next.verify().lost).toBe(1)
  })
})
