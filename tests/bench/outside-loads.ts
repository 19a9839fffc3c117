/**
 * Loads put on an iSCSI target by programs that are not ours: reads by libiscsi's `iscsi-perf`, which cannot write, and
 * writes by `qemu-img bench`. Scattered writes go in steps of a prime number of blocks, so that each meets another stripe.
 */
import { expect } from 'vitest'
import { BLOCK_BYTES, KIB, MIB } from '../../src-main/base/units'
import { qemuIo, runProgram } from '../support/outside-clients'

export interface LoadShape {
  readonly kib: number
  readonly depth: number
  readonly scattered?: boolean
}

export interface LoadOutcome {
  readonly perSecond: number
  /** All that were put, trials included. */
  readonly count: number
}

/** For about so many seconds. */
export type Load = (url: string, seconds: number) => Promise<LoadOutcome>

const SCATTER_STEP = 7919
/** A trial that took this long tells how many fill a time. */
const TRIAL_SECONDS = 0.2
const FIRST_TRIAL = 64
/** Reads and writes go to the beginning of a volume: so much of it, whatever its size. */
const REGION_MIB = 128
const FILL_PIECE_MIB = 32

export function readsBy({ kib, depth, scattered = false }: LoadShape): Load {
  const options = ['-m', String(depth), '-b', String((kib * KIB) / BLOCK_BYTES), ...(scattered ? ['-r'] : [])]
  return async (url, seconds) => {
    const { code, output } = await runProgram('iscsi-perf', [...options, '-t', String(Math.ceil(seconds)), url])
    expect(code, output).toBe(0)
    const perSecond = Number([...output.matchAll(/iops average (\d+)/g)].at(-1)?.[1])
    return { perSecond, count: perSecond * Math.ceil(seconds) }
  }
}

/** `qemu-img bench` wants a count: trials tell which one fills the time, and later what was measured last. */
export function writesBy(shape: LoadShape): Load {
  const lastPerSecond = new Map<string, number>()
  return async (url, seconds) => {
    let trials = 0
    while (!lastPerSecond.has(url)) {
      const trial = Math.max(FIRST_TRIAL, trials * 4)
      const took = await write(url, shape, trial)
      trials += trial
      if (took >= TRIAL_SECONDS) lastPerSecond.set(url, trial / took)
    }
    const count = Math.max(1, Math.round((lastPerSecond.get(url) ?? 0) * seconds))
    const perSecond = count / (await write(url, shape, count))
    lastPerSecond.set(url, perSecond)
    return { perSecond, count: trials + count }
  }
}

/** Seconds that it took. */
async function write(url: string, { kib, depth, scattered = false }: LoadShape, count: number): Promise<number> {
  const bytes = kib * KIB
  const step = scattered ? bytes * SCATTER_STEP : bytes
  const options = ['-c', String(count), '-d', String(depth), '-s', String(bytes), '-S', String(step), '--pattern', '165']
  const { code, output } = await runProgram('qemu-img', ['bench', '-w', ...options, '--image-opts', regionOf(url)])
  expect(code, output).toBe(0)
  return Number(/completed in ([\d.]+) seconds/.exec(output)?.[1])
}

/** The beginning of a volume as an image of QEMU's, at whose end writes begin again at the start. */
function regionOf(url: string): string {
  const { host, pathname } = new URL(url)
  const [, target, lun] = pathname.split('/')
  const portal = `file.driver=iscsi,file.transport=tcp,file.portal=${host},file.target=${target},file.lun=${lun}`
  return `driver=raw,size=${REGION_MIB * MIB},${portal}`
}

/** So that reads find data, and that in the page cache. */
export async function fillVolume(url: string): Promise<void> {
  for (let mib = 0; mib < REGION_MIB; mib += FILL_PIECE_MIB) {
    const { code, output } = await qemuIo(url, `write -P ${1 + mib} ${mib}M ${FILL_PIECE_MIB}M`)
    expect(code, output).toBe(0)
  }
}
