import { assert, present } from '../base/assert'
import { concatBytes, getU32, putU32 } from '../base/bytes'
import type { Prng } from '../base/prng'
import { BLOCK_BYTES } from '../base/units'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../contract/controller-id'
import type { VolumeFault, VolumeOutcome } from '../core/scsi/device'
import type { Incarnation } from './incarnation'
import type { World } from './world'

const RETRY_MS = 10
/** Faults that pass. */
const RETRIED: readonly VolumeFault[] = ['transitioning', 'busy', 'no-space']
const SCAN_MS = 20
/** Longer than it takes to fence a hung controller. Otherwise an abandoned command could still run after its retry. */
const TIMEOUT_MS = 2500
const BLOCKS_PER_IO = 8

interface Command {
  readonly lun: number
  /** In units of `BLOCKS_PER_IO`. */
  readonly chunk: number
  readonly stamp: number | undefined
  readonly startedAtMs: number
  attempt: number
  portal: ControllerId
  sentTo: Incarnation | undefined
  sentAtMs: number
}

/** A chunk of a LUN. A read must return the stamp `acknowledged`, because no other command touches the chunk meanwhile. */
interface Chunk {
  acknowledged: number
  isBusy: boolean
}

export interface BlockHostOptions {
  readonly meanGapMs: number
  readonly chunksPerLun: number
  readonly luns: readonly number[]
  readonly readShare: number
  /** Where a new command is sent; by chance if left out. */
  readonly choosePortal?: () => ControllerId
}

/**
 * A host with a path to each portal that talks to the logical units directly, without iSCSI. It repeats each command until it gets
 * an answer, so it knows exactly what each chunk must hold. If it reads anything else, a write was lost or undone.
 */
export class BlockHost {
  readonly violations: string[] = []
  readonly gapsMs: number[] = []
  acknowledged = 0
  reads = 0
  retries = 0
  longestCommandMs = 0
  readonly #world: World
  readonly #random: Prng
  readonly #options: BlockHostOptions
  readonly #chunks = new Map<string, Chunk>()
  readonly #underWay = new Set<Command>()
  #isRunning = false
  #lastStamp = 0
  #lastAnswerMs = 0

  constructor(world: World, random: Prng, options: BlockHostOptions) {
    this.#world = world
    this.#random = random
    this.#options = options
  }

  get underWay(): number {
    return this.#underWay.size
  }

  start(): void {
    this.#isRunning = true
    this.#lastAnswerMs = this.#world.clock.nowMs()
    this.#next()
    this.#scan()
  }

  /** Sends nothing new. */
  stop(): void {
    this.#isRunning = false
  }

  /** Reads back every chunk that was ever written; the world must run until `done`. */
  readBack(done: () => void): void {
    const written = [...this.#chunks].filter(([, { acknowledged }]) => acknowledged > 0)
    let left = written.length
    if (left === 0) done()
    for (const [name] of written) {
      const [lun = 0, chunk = 0] = name.split(':').map(Number)
      this.#begin({ lun, chunk, stamp: undefined }, () => {
        left--
        if (left === 0) done()
      })
    }
    if (left > 0) this.#scan()
  }

  #next(): void {
    if (!this.#isRunning) return
    const { luns, chunksPerLun, readShare, meanGapMs } = this.#options
    const lun = this.#random.pick(luns)
    const chunk = this.#random.below(chunksPerLun)
    const stamp = this.#random.chance(readShare) ? undefined : ++this.#lastStamp
    if (!this.#chunkOf(lun, chunk).isBusy) this.#begin({ lun, chunk, stamp }, () => undefined)
    this.#world.clock.after(meanGapMs * 2 * this.#random.fraction(), () => this.#next())
  }

  #begin(what: Pick<Command, 'lun' | 'chunk' | 'stamp'>, ended: () => void): void {
    const nowMs = this.#world.clock.nowMs()
    const chunk = this.#chunkOf(what.lun, what.chunk)
    assert(!chunk.isBusy, 'a chunk has one command at a time')
    chunk.isBusy = true
    const command: Command = {
      ...what,
      startedAtMs: nowMs,
      attempt: 0,
      portal: this.#options.choosePortal?.() ?? this.#random.pick(CONTROLLER_IDS),
      sentTo: undefined,
      sentAtMs: nowMs,
    }
    this.#underWay.add(command)
    this.#send(command, ended)
  }

  #send(command: Command, ended: () => void): void {
    const { clock } = this.#world
    const attempt = ++command.attempt
    command.sentAtMs = clock.nowMs()
    const again = (): void => {
      if (command.attempt !== attempt || !this.#underWay.has(command)) return
      this.retries++
      command.portal = peerOf(command.portal)
      this.#send(command, ended)
    }
    const life = this.#world.serverOf(command.portal)
    command.sentTo = life?.incarnation
    this.#lost.set(command, again)
    if (life === undefined) {
      clock.after(RETRY_MS, again)
      return
    }
    const answer = (outcome: VolumeOutcome<readonly Uint8Array[]>): void => {
      clock.after(0.05, () => {
        if (command.attempt !== attempt || !this.#underWay.has(command)) return
        if (outcome.ok) this.#answered(command, outcome.value, ended)
        else if (RETRIED.includes(outcome.fault)) clock.after(RETRY_MS, again)
        else this.violations.push(`${nameOf(command)} failed: ${outcome.fault}`)
      })
    }
    life.incarnation.deliver(() => {
      const unit = life.controller.directory.find(command.lun)
      if (unit === undefined) clock.after(RETRY_MS, again)
      else if (command.stamp === undefined) unit.read({ ...rangeOf(command), trace: undefined }, answer)
      else
        unit.write({ ...rangeOf(command), data: [stamped(command)], forceUnitAccess: false, trace: undefined }, (outcome) =>
          answer(outcome.ok ? { ok: true, value: [] } : outcome),
        )
    })
  }

  readonly #lost = new Map<Command, () => void>()

  #answered(command: Command, data: readonly Uint8Array[], ended: () => void): void {
    this.#underWay.delete(command)
    this.#lost.delete(command)
    const nowMs = this.#world.clock.nowMs()
    this.gapsMs.push(nowMs - this.#lastAnswerMs)
    this.#lastAnswerMs = nowMs
    this.longestCommandMs = Math.max(this.longestCommandMs, nowMs - command.startedAtMs)
    const chunk = this.#chunkOf(command.lun, command.chunk)
    chunk.isBusy = false
    if (command.stamp === undefined) {
      this.reads++
      this.#check(command, chunk, concatBytes(data))
    } else {
      this.acknowledged++
      chunk.acknowledged = command.stamp
    }
    this.#world.trace.mix(`${nameOf(command)} ${nowMs}`)
    ended()
  }

  #check(command: Command, chunk: Chunk, bytes: Uint8Array): void {
    for (let block = 0; block < BLOCKS_PER_IO; block++) {
      const found = getU32(bytes, block * BLOCK_BYTES)
      if (found !== chunk.acknowledged) {
        this.violations.push(`${nameOf(command)}: block ${block} holds stamp ${found}, acknowledged was ${chunk.acknowledged}`)
        return
      }
    }
  }

  /** Sends a command again if its connection ended or nobody answers it. */
  #scan(): void {
    const nowMs = this.#world.clock.nowMs()
    for (const command of [...this.#underWay]) {
      const isCut = command.sentTo !== undefined && this.#world.network.listenerOf(command.portal) !== command.sentTo
      if (isCut || nowMs - command.sentAtMs > TIMEOUT_MS) present(this.#lost.get(command), 'the way to send it again')()
    }
    if (this.#isRunning || this.#underWay.size > 0) this.#world.clock.after(SCAN_MS, () => this.#scan())
  }

  #chunkOf(lun: number, chunk: number): Chunk {
    const name = `${lun}:${chunk}`
    const known = this.#chunks.get(name) ?? { acknowledged: 0, isBusy: false }
    this.#chunks.set(name, known)
    return known
  }
}

function rangeOf({ chunk }: Command): { readonly firstBlock: number; readonly blockCount: number } {
  return { firstBlock: chunk * BLOCKS_PER_IO, blockCount: BLOCKS_PER_IO }
}

function stamped({ stamp = 0 }: Command): Uint8Array {
  const bytes = new Uint8Array(BLOCKS_PER_IO * BLOCK_BYTES)
  for (let block = 0; block < BLOCKS_PER_IO; block++) putU32(bytes, block * BLOCK_BYTES, stamp)
  return bytes
}

function nameOf({ lun, chunk, stamp }: Command): string {
  return stamp === undefined ? `read of LUN ${lun} chunk ${chunk}` : `write ${stamp} of LUN ${lun} chunk ${chunk}`
}
