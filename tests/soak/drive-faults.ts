/** What people do to the image files of a lab, and how they make it good again. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Prng } from '../../src-main/base/prng'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { CONTROLLER_IDS } from '../../src-main/contract/controller-id'
import type { DriveSnapshot, LabSnapshot } from '../../src-main/contract/snapshot'
import type { SoakedLab } from './soaked-lab'

/** Only one drive at a time, so that every group can do without it, noticed or not. */
function victims({ drives }: LabSnapshot, lab: SoakedLab): readonly DriveSnapshot[] {
  return lab.hurtDrive === undefined && drives.every(({ state }) => state === 'online') ? drives : []
}

/** Its file is cut while the lab runs. */
export async function cutDrive(snapshot: LabSnapshot, lab: SoakedLab, random: Prng): Promise<string | undefined> {
  const drives = victims(snapshot, lab)
  if (drives.length === 0) return undefined
  const { file, index, blockCount } = random.pick(drives)
  const blocks = random.below(blockCount)
  lab.hurtDrive = index
  await fs.promises.truncate(file, blocks * BLOCK_BYTES)
  return `drive ${index} is cut to ${blocks} blocks`
}

/** A blank file is put in its place, and a controller, which will open it, is started again. */
export async function blankDrive(snapshot: LabSnapshot, lab: SoakedLab, random: Prng): Promise<string | undefined> {
  const drives = victims(snapshot, lab)
  if (drives.length === 0) return undefined
  const { file, index, blockCount } = random.pick(drives)
  const controller = random.pick(CONTROLLER_IDS)
  lab.hurtDrive = index
  putInPlace(file, (blank) => {
    fs.writeFileSync(blank, '')
    fs.truncateSync(blank, blockCount * BLOCK_BYTES)
  })
  await lab.tries('kill', { controller })
  return `drive ${index} is a blank one, and kill ${controller}`
}

/** The application is killed, and a copy from the beginning put in its place. */
export async function oldDrive(snapshot: LabSnapshot, lab: SoakedLab, random: Prng): Promise<string | undefined> {
  const drives = victims(snapshot, lab)
  if (drives.length === 0) return undefined
  const { file, index } = random.pick(drives)
  lab.hurtDrive = index
  await lab.killApplication()
  putInPlace(file, (copy) => fs.copyFileSync(lab.copyOf(file), copy))
  await lab.startApplication()
  return `drive ${index} is an old copy`
}

/** What an operator does with a drive that the lab says has failed: a file of the right size again, and a rebuild. */
export async function mendDrives({ drives }: LabSnapshot, lab: SoakedLab): Promise<void> {
  for (const { file, index, blockCount, state } of drives) {
    if (state !== 'failed') continue
    const bytes = blockCount * BLOCK_BYTES
    if (fs.statSync(file).size !== bytes) fs.truncateSync(file, bytes)
    if (await lab.asks('rebuild-drive', { drive: index })) lab.hurtDrive = undefined
  }
}

/** As somebody does who swaps drives: whoever has the old file open keeps it. */
function putInPlace(file: string, make: (path: string) => void): void {
  const other = path.join(path.dirname(file), '..', 'swapped-in')
  make(other)
  fs.renameSync(other, file)
}
