/** What is measured side by side: the lab, Debian's tgt and the null target, each with a volume as large as alpha. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { probePort } from '../../src-main/platform/listener'
import { present } from '../../src-main/base/assert'
import { startNullTarget } from './null-target/start'
import { fillVolume } from './outside-loads'
import { cpuSeconds } from '../support/machine'
import { startProbedLab } from './probed-lab'
import { startTgt } from './tgt'

/** The RAID-5 volume of a new lab, which controller A owns. */
const ALPHA = 0
const TGT_CONTROL_PORT = 7423

/** A target that runs as one process. */
export interface OutsideTarget {
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export type Way = 'owner' | 'other' | 'tgt' | 'null'

export interface Targets<W extends string = Way> {
  url(way: W): string
  /** Processor time used so far by whatever serves this way, thread by thread where they have names. */
  cpuSeconds(way: W): Readonly<Record<string, number>>
  stop(): Promise<void>
}

/** All files are in one folder: the same file system, and the same page cache. */
export async function startTargets(): Promise<Targets> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'bench-'))
  const started: { stop(): Promise<void> }[] = []
  const begun = <T extends { stop(): Promise<void> }>(target: T): T => {
    started.push(target)
    return target
  }
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((target) => target.stop()))
    fs.rmSync(folder, { recursive: true })
  }
  try {
    const lab = begun(await startProbedLab(folder))
    const { bytes } = present(lab.lab.ready.luns[ALPHA], 'LUN 0 of a new lab')
    const port = present(await probePort({ host: '127.0.0.1', port: 0 }), 'a free port')
    const tgt = begun(await startTgt({ image: path.join(folder, 'tgt.img'), bytes, port, controlPort: TGT_CONTROL_PORT }))
    const floor = begun(await startNullTarget({ folder, bytes }))
    const urls = { owner: lab.url(ALPHA, 'a'), other: lab.url(ALPHA, 'b'), tgt: tgt.url, null: floor.url }
    for (const url of [urls.owner, urls.tgt]) await fillVolume(url)
    const cpu = {
      owner: () => lab.cpuSeconds(),
      other: () => lab.cpuSeconds(),
      tgt: () => ({ tgt: cpuSeconds(tgt.pid) }),
      null: () => ({ null: cpuSeconds(floor.pid) }),
    }
    return { url: (way) => urls[way], cpuSeconds: (way) => cpu[way](), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
