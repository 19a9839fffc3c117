/**
 * The real lab under the workload of two hosts, its own and one outside its process, while random faults strike: one after
 * the other, and into each other's takeover, giveback and resync. Nothing acknowledged may be lost, and the pair has to
 * come back whenever it is let.
 */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { isSettled, needsHelp, within } from './conditions'
import { mendDrives } from './drive-faults'
import { FaultDeck, strike, type FaultKind } from './faults'
import { checkRows } from './offline-check'
import { OutsideHost } from './outside-host'
import { OverlappingWriters } from './overlapping-writers'
import { isRedundant, OUTSIDE_LUNS, OVERLAPPING, SoakedLab } from './soaked-lab'

export interface SoakResult {
  readonly seed: number
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
  /** Those that could be drawn here. */
  readonly kinds: readonly FaultKind[]
  /** Faults that struck while the pair was not whole after the one before. */
  readonly intoEachOther: number
  /** Writes, of both hosts. */
  readonly acknowledged: number
  /** Writes of the writers that write over each other. */
  readonly overlapping: number
  /** Writes for which the host outside got an error or no answer at all. */
  readonly failedWrites: number
  /** Blocks of the host outside, in the last reading back: all that it was ever promised. */
  readonly verified: number
  readonly blocks: number
  /** Blocks, of both hosts. */
  readonly lost: number
  /** What did not come back in time, or was lost. */
  readonly trouble: string | undefined
  /** The longest silence that the host outside met on any volume, by kind; of several faults until the pair was whole again, one. */
  readonly gapsMs: Readonly<Record<string, readonly number[]>>
  readonly folder: string
}

const REDUNDANT_WITHIN_MS = 40_000
const VERIFIED_WITHIN_MS = 40_000
const VERIFY_EVERY = 6
/** Chances after a fault: at once the next one; help, and the next one into the pair's return; help, and a whole pair. */
const NEXT_AT_ONCE = 0.25
const NEXT_INTO_RETURN = 0.3
const HELPED_FOR_MS = 120_000
const HELP_EVERY_MS = 200
const OPERATOR_RESETS_HUNG = 0.3
const LOSSES_TOLD = 40

export async function runSoak(options: {
  readonly faults: number
  readonly seed: number
  readonly labFolder?: string | undefined
  readonly say?: (line: string) => void
}): Promise<SoakResult> {
  const { say = () => undefined } = options
  const folder = options.labFolder ?? fs.mkdtempSync(path.join(tmpdir(), 'soak-'))
  const lab = await SoakedLab.create(folder)
  const soak = new Soak(lab, { ...options, folder, say })
  try {
    await soak.run()
  } finally {
    await soak.close()
  }
  await soak.checkRows()
  const result = soak.result()
  if (result.trouble === undefined) lab.disk?.unmount()
  if (options.labFolder === undefined && result.trouble === undefined) fs.rmSync(folder, { recursive: true })
  return result
}

interface SoakRun {
  readonly faults: number
  readonly seed: number
  readonly folder: string
  readonly say: (line: string) => void
}

class Soak {
  readonly #lab: SoakedLab
  readonly #options: SoakRun
  readonly #random: Prng
  readonly #deck: FaultDeck
  readonly #struck: Partial<Record<FaultKind, number>> = {}
  readonly #gapsMs: Record<string, number[]> = {}
  #host: OutsideHost | undefined
  #overlapping: OverlappingWriters | undefined
  #isRedundant = true
  #intoEachOther = 0
  /** The kind of the fault whose silence is being measured, or that of several that struck into each other. */
  #gapOf: string | undefined
  #failedWrites = 0
  #verified = 0
  #trouble: string | undefined
  #lastSnapshot: LabSnapshot | undefined

  constructor(lab: SoakedLab, options: SoakRun) {
    this.#lab = lab
    this.#options = options
    this.#random = new Prng(options.seed)
    this.#deck = new FaultDeck(this.#random.fork(), { hasDisk: lab.disk !== undefined })
  }

  async run(): Promise<void> {
    try {
      await this.#begin()
      for (let fault = 1; fault <= this.#options.faults; fault++) {
        await this.#fault(fault)
        if (fault % VERIFY_EVERY === 0) await this.#verify()
      }
      await this.#readAllBack()
    } catch (error) {
      this.#trouble ??= error instanceof Error ? error.message : String(error)
    }
  }

  async close(): Promise<void> {
    this.#overlapping?.close()
    await this.#host?.close()
    await this.#lab.stop()
  }

  /** The lab is stopped, and its image files alone are looked at. */
  async checkRows(): Promise<void> {
    if (this.#trouble !== undefined || this.#lastSnapshot?.array === undefined) return
    const complaints = await checkRows(this.#lastSnapshot.array, this.#lastSnapshot.drives)
    if (complaints.length > 0) this.#trouble = complaints.join('\n')
  }

  result(): SoakResult {
    const host = this.#host?.report().ledger
    const inside = this.#lab.insideHost
    return {
      seed: this.#options.seed,
      faults: this.#struck,
      intoEachOther: this.#intoEachOther,
      kinds: this.#deck.kinds,
      acknowledged: inside.acknowledged + (host?.acknowledged ?? 0),
      overlapping: this.#overlapping?.writes.acknowledged ?? 0,
      failedWrites: host?.unknown ?? 0,
      verified: this.#verified,
      blocks: host?.blocks ?? 0,
      lost: inside.lost + (host?.lost ?? 0) + (this.#overlapping?.losses.length ?? 0),
      trouble: this.#trouble,
      gapsMs: this.#gapsMs,
      folder: this.#options.folder,
    }
  }

  async #begin(): Promise<void> {
    await this.#lab.startApplication()
    await this.#lab.furnish()
    this.#host = new OutsideHost({
      seed: this.#options.seed,
      targetName: this.#lab.targetName,
      portals: this.#lab.portals,
      workload: { requestsPerSecond: 300, readShare: 0.3, blockBytes: 4096, regionBytes: 4 * 1024 * 1024, luns: [...OUTSIDE_LUNS] },
    })
    this.#overlapping = new OverlappingWriters({
      random: this.#random.fork(),
      targetName: this.#lab.targetName,
      portals: this.#lab.portals,
      ...OVERLAPPING,
    })
    this.#host.work()
    this.#overlapping.work()
    if (this.#lab.disk === undefined) this.#options.say('The disk is not filled: that needs Linux and the right to mount.')
    await this.#untilRedundant()
  }

  async #fault(number: number): Promise<void> {
    const kind = this.#deck.draw()
    if (this.#isRedundant) this.#noteGap()
    let done = await strike(kind, this.#lab, this.#random)
    while (done === undefined) {
      // In no state for it: what is down comes back first, as far as this fault needs it.
      await this.#help()
      done = await strike(kind, this.#lab, this.#random)
    }
    this.#struck[kind] = (this.#struck[kind] ?? 0) + 1
    this.#gapOf = this.#isRedundant ? kind : 'into each other'
    if (!this.#isRedundant) this.#intoEachOther++
    this.#tellFailedWrites()
    this.#options.say(`${new Date().toISOString().slice(11, 23)} ${number}: ${done}${this.#isRedundant ? '' : ', into the fault before'}`)
    this.#isRedundant = false
    await this.#pause()
    const next = this.#random.fraction()
    if (next < NEXT_AT_ONCE) return
    await this.#help()
    if (next < NEXT_AT_ONCE + NEXT_INTO_RETURN) await this.#pause()
    else await this.#untilRedundant()
  }

  /** Short ones fall into takeovers, longer ones behind them. */
  async #pause(): Promise<void> {
    await sleep(this.#random.below(this.#random.pick([30, 30, 300, 300, 1500])))
  }

  /** What an operator does: mends the cable, starts what is down, resets what hangs if nobody else does. */
  async #help(): Promise<void> {
    const mendFirst = this.#random.chance(0.5)
    const resetsHung = this.#random.chance(OPERATOR_RESETS_HUNG)
    if (mendFirst) await this.#lab.tries('mend-interconnect')
    await this.#lab.until('no controller hangs or is being reset', (snapshot) => isSettled(snapshot, resetsHung), REDUNDANT_WITHIN_MS)
    const { controllers } = await this.#lab.look()
    const ids = this.#random.chance(0.5) ? CONTROLLER_IDS : CONTROLLER_IDS.toReversed()
    for (const controller of ids)
      if (['down', 'hung'].includes(controllers[controller].state)) await this.#lab.tries('restart', { controller })
    if (!mendFirst) await this.#lab.tries('mend-interconnect')
    await mendDrives(await this.#lab.look(), this.#lab)
  }

  /** The pair is as it was, and both hosts get answers again. */
  async #untilRedundant(): Promise<void> {
    // A fault may take its time: what it brings down later is started, too.
    const deadline = Date.now() + HELPED_FOR_MS
    for (;;) {
      await this.#help()
      const isOver = (seen: LabSnapshot): boolean => isRedundant(seen) && this.#lab.hurtDrive === undefined
      const what = 'the pair is redundant and its own host sees both'
      const snapshot = await this.#lab.until(what, (seen) => isOver(seen) || needsHelp(seen), REDUNDANT_WITHIN_MS)
      if (isOver(snapshot)) break
      if (Date.now() > deadline) throw new Error(`the pair is not redundant although it was helped for ${HELPED_FOR_MS} ms`)
      await sleep(HELP_EVERY_MS)
    }
    const before = this.#host?.report().ledger.acknowledged ?? 0
    await this.#lab.until(
      'the host outside sees both, and its writes are acknowledged',
      () => {
        const report = this.#host?.report()
        return report !== undefined && report.paths.every(({ state }) => state === 'up') && report.ledger.acknowledged > before
      },
      REDUNDANT_WITHIN_MS,
    )
    this.#isRedundant = true
  }

  async #verify(): Promise<void> {
    await this.#untilRedundant()
    this.#noteGap()
    await this.#lab.until('no reading back is under way', ({ host }) => host?.ledger.verifying === false, VERIFIED_WITHIN_MS)
    await this.#lab.tries('verify-ledger')
    await within(VERIFIED_WITHIN_MS, 'the host outside reads back', this.#host?.verify())
    await this.#lab.until("the lab's own host has read back", ({ host }) => host?.ledger.verifying === false, VERIFIED_WITHIN_MS)
    await this.#overlapping?.verify()
    this.#expectNothingLost()
  }

  /** Nothing is under way any more, so all that was acknowledged is on record and has to be there: also after one more SIGKILL. */
  async #readAllBack(): Promise<void> {
    await this.#untilRedundant()
    this.#noteGap()
    await within(VERIFIED_WITHIN_MS, 'all commands of the host outside are answered', this.#host?.rest())
    await this.#lab.killApplication()
    await this.#lab.startApplication()
    await this.#lab.until('the pair is redundant for the last reading back', isRedundant, REDUNDANT_WITHIN_MS)
    const result = await within(VERIFIED_WITHIN_MS, 'the host outside reads back', this.#host?.verify())
    this.#verified = result?.verified ?? 0
    await this.#overlapping?.verify()
    await this.#lab.tries('stop-workload')
    await this.#lab.until("the lab's own host has read back", ({ host }) => host?.ledger.verifying === false, VERIFIED_WITHIN_MS)
    await this.#lab.tries('verify-ledger')
    await this.#lab.until(
      "the lab's own host has read back all",
      ({ host }) => host?.ledger.verifying === false && host.ledger.checkedBlocks >= host.ledger.blocks,
      VERIFIED_WITHIN_MS,
    )
    this.#lastSnapshot = await this.#lab.look()
    this.#expectNothingLost()
    const blocks = this.#host?.report().ledger.blocks ?? 0
    if (this.#verified !== blocks) throw new Error(`only ${this.#verified} of ${blocks} blocks could be read back`)
    const failed = this.#host?.report().ledger.unknown ?? 0
    if (failed > 0 && this.#struck['disk-full'] === undefined) throw new Error('the host outside had writes that failed')
  }

  #expectNothingLost(): void {
    const { lost } = this.result()
    const losses = [...(this.#host?.losses ?? []), ...(this.#overlapping?.losses ?? [])]
    if (lost > 0) throw new Error([`${lost} blocks are lost`, ...losses.slice(0, LOSSES_TOLD)].join('\n'))
  }

  #tellFailedWrites(): void {
    const failed = this.#host?.report().ledger.unknown ?? 0
    if (failed > this.#failedWrites) this.#options.say(`  ${failed - this.#failedWrites} writes failed by now`)
    this.#failedWrites = failed
  }

  /** The silence since the fault, or the first of several. */
  #noteGap(): void {
    if (this.#gapOf !== undefined) (this.#gapsMs[this.#gapOf] ??= []).push(this.#host?.report().outages.longest?.durationMs ?? Number.NaN)
    this.#gapOf = undefined
    this.#host?.work()
  }
}
