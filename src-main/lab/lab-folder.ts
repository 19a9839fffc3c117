import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as v from 'valibot'
import { BLOCK_BYTES, MIB } from '../base/units'
import { ACCESS_FILE, type AccessFile } from '../contract/access-file'
import { classFolderSchema } from '../contract/classroom'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import { parseJson } from '../contract/json'
import { LIMITS } from '../contract/limits'
import { RECORDINGS_MIB } from '../contract/recording'
import { DEFAULT_WORKLOAD, workloadSchema, type Workload } from '../contract/workload'
import { createDriveFile, driveFileName, type DriveFile } from '../platform/drive-files'
import { lockLab, type LabLock } from '../platform/lab-lock'
import { announceOpen } from '../platform/open-copies'
import { LabStartError } from '../platform/lab-start-error'
import { checkNvramFile, createNvramFile, eraseWithoutBattery, nvramFileName, reserveNvramFile } from '../platform/nvram-file'
import { readLabFile } from '../platform/read-file'
import { replaceFile } from '../platform/replace-file'
import { defaultArrayState } from './default-array'
import { checkDrives } from './drive-check'

/**
 * A lab on disk:
 *
 *     lab.json            who it is, its drives, the workload and the room for recordings as they were last set
 *     lab.lock            locked by the process that has it open
 *     drives/drive-N.img  sparse images
 *     nvram/slot-X        each controller's NVRAM; slot-X.no-battery: its battery is gone
 *     trace/*.ndjson      trace events
 *     host-ledger         acknowledged writes of the lab's host
 *     access.json         only while it runs: its addresses and its token (contract/access-file)
 *
 * The array's own configuration is on the drives, not here. A new lab is whole once its drives have their folder's name: until then
 * they are in `drives.partial`, and whoever opens it makes everything anew.
 */
const FORMAT = 1
export const DRIVE_COUNT = { usual: 6, min: 4, max: LIMITS.drives } as const
export const DRIVE_MIB = { usual: 256, min: 16, max: 16_384 } as const
const PARTIAL = 'drives.partial'

const labFileSchema = v.object({
  format: v.literal(FORMAT),
  id: v.pipe(v.string(), v.regex(/^lab-[0-9a-f]{12}$/)),
  driveIds: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,64}$/))), v.minLength(DRIVE_COUNT.min), v.maxLength(DRIVE_COUNT.max)),
  driveMib: v.pipe(v.number(), v.integer(), v.minValue(DRIVE_MIB.min), v.maxValue(DRIVE_MIB.max)),
  workload: v.object({ running: v.boolean(), settings: workloadSchema }),
  /** That of the class; left out: the lab is in none. */
  classFolder: v.optional(classFolderSchema),
  /** Left out: nobody has set it. */
  recordingsMib: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(RECORDINGS_MIB.max))),
})
type LabFile = v.InferOutput<typeof labFileSchema>

export interface RememberedWorkload {
  readonly running: boolean
  readonly settings: Workload
}

export interface OpenLabFolder {
  readonly id: string
  readonly folder: string
  readonly traceFolder: string
  readonly drives: readonly DriveFile[]
  readonly nvramFiles: Readonly<Record<ControllerId, string>>
  readonly isNew: boolean
  readonly workload: RememberedWorkload
  readonly recordingsMib: number
  readonly classFolder: string | undefined
  readonly notices: readonly string[]
  rememberWorkload(workload: RememberedWorkload): void
  /** Throws if it cannot be saved. */
  rememberRecordingsMib(mib: number): void
  /** Throws if it cannot be saved. */
  rememberClassFolder(classFolder: string | undefined): void
  /** The last one, even if it could not be saved. Undefined where there has been none. */
  loadLedger(): Uint8Array | undefined
  /** For programs of the same user, until the folder is given up. */
  publishAccess(access: Omit<AccessFile, 'format' | 'folder'>): void
  saveLedger(bytes: Uint8Array): void
  /** Gives the folder up to other processes. */
  release(): void
}

/** Opens the lab in a folder, or makes one in an empty folder. Throws LabStartError; never overwrites anything. */
export function openLabFolder(options: {
  readonly folder: string
  readonly driveCount: number | undefined
  readonly driveMib: number | undefined
  /** Open it also if it was copied while it was open, or if another copy of it is open. */
  readonly acceptsCopy?: boolean
}): OpenLabFolder {
  const folder = path.resolve(options.folder)
  makeFolder(folder)
  const { acceptsCopy = false } = options
  const lock = lockLab(path.join(folder, 'lab.lock'), { acceptsCopy })
  try {
    const isNew = !isWholeLab(folder)
    if (isNew) createLabFiles(folder, options)
    const file = describedLab(folder)
    const ledger = readLabFile(ledgerFileName(folder), LIMITS.hostLedgerBytes)
    const found = driveFiles(folder, file)
    const checked = checkDrives(found, file.id)
    const nvram = openNvramSlots(folder, file.id)
    const drives = lockImages(lock, { found, usable: checked.usable, nvramFiles: [nvram.files.a, nvram.files.b] })
    const copy = onlyCopy({ id: file.id, folder, lock, acceptsCopy })
    for (const slot of CONTROLLER_IDS) reserveNvramFile(nvram.files[slot])
    const erased = CONTROLLER_IDS.filter((slot) => eraseWithoutBattery(nvram.files[slot]))
    fs.mkdirSync(path.join(folder, 'trace'), { recursive: true })
    return opened({
      folder,
      file,
      drives,
      nvramFiles: nvram.files,
      ledger,
      isNew,
      lock,
      notices: [
        ...ignoredOptions(file, options),
        ...copy.notices,
        ...checked.notices,
        ...(isNew ? [] : nvram.notices),
        ...erased.map(erasedNotice),
      ],
    })
  } catch (error) {
    lock.release()
    if (error instanceof LabStartError) throw error
    throw new LabStartError(`Cannot open the lab in ${folder}: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/** Windows lets nobody open a locked file, not even a controller of this lab. There the lock of the folder has to do. */
function lockImages(
  lock: LabLock,
  images: { readonly found: readonly DriveFile[]; readonly usable: readonly DriveFile[]; readonly nvramFiles: readonly string[] },
): readonly DriveFile[] {
  const { found, usable, nvramFiles } = images
  if (process.platform === 'win32') return found
  const identities = lock.include([...usable.map(({ file }) => file), ...nvramFiles])
  // What is left out, or put in its place later, is locked by the controllers once they open it.
  return found.map((drive) => ({ ...drive, lock: { identity: identities[usable.indexOf(drive)] } }))
}

/** Throws LabStartError where another copy is open, unless a person accepts that. */
function onlyCopy(lab: { readonly id: string; readonly folder: string; readonly lock: LabLock; readonly acceptsCopy: boolean }): {
  readonly notices: readonly string[]
} {
  const copy = announceOpen(lab.id, lab.folder)
  if (copy.kind === 'only') lab.lock.whenReleased(() => copy.release())
  if (copy.kind !== 'another') return { notices: [] }
  const what = `A copy of this lab is open in ${copy.folder === '' ? 'another folder' : copy.folder}.`
  const risk = 'Both have the same target name and serial numbers, so a host that reaches both takes them for one.'
  if (!lab.acceptsCopy) throw new LabStartError(`${what} ${risk} Close that one, or start this one with --accept-copy.`)
  return { notices: [`${what} ${risk}`] }
}

function opened(lab: {
  readonly folder: string
  readonly file: LabFile
  readonly drives: readonly DriveFile[]
  readonly nvramFiles: Readonly<Record<ControllerId, string>>
  readonly ledger: Uint8Array | undefined
  readonly isNew: boolean
  readonly lock: LabLock
  readonly notices: readonly string[]
}): OpenLabFolder {
  const { folder, lock, drives, nvramFiles, isNew, notices } = lab
  let { file, ledger } = lab
  return {
    id: file.id,
    folder,
    traceFolder: path.join(folder, 'trace'),
    drives,
    nvramFiles,
    isNew,
    workload: file.workload,
    // A version before this one allowed less.
    recordingsMib: Math.max(file.recordingsMib ?? RECORDINGS_MIB.usual, RECORDINGS_MIB.min),
    classFolder: file.classFolder,
    notices,
    rememberWorkload(workload) {
      file = { ...file, workload }
      writeLabFile(folder, file)
    },
    rememberRecordingsMib(recordingsMib) {
      writeLabFile(folder, { ...file, recordingsMib })
      file = { ...file, recordingsMib }
    },
    rememberClassFolder(classFolder) {
      const { classFolder: _before, ...rest } = file
      const next = classFolder === undefined ? rest : { ...rest, classFolder }
      writeLabFile(folder, next)
      file = next
    },
    loadLedger: () => ledger,
    saveLedger(bytes) {
      ledger = bytes
      replaceFile(ledgerFileName(folder), bytes)
    },
    publishAccess({ target, portals, management, commands, token }) {
      const access: AccessFile = { format: 1, folder: fs.realpathSync(folder), target, portals, management, commands, token }
      replaceFile(path.join(folder, ACCESS_FILE), Buffer.from(`${JSON.stringify(access, null, 2)}\n`))
    },
    release() {
      fs.rmSync(path.join(folder, ACCESS_FILE), { force: true })
      lock.release()
    },
  }
}

function makeFolder(folder: string): void {
  // Node's own recursion never ends where a folder exists in which nothing can be created, as in /proc.
  const missing = [folder]
  while (!fs.existsSync(path.dirname(missing[0] ?? folder))) missing.unshift(path.dirname(missing[0] ?? folder))
  try {
    for (const one of missing) if (!isFolder(one)) fs.mkdirSync(one, { mode: 0o700 })
  } catch (error) {
    throw new LabStartError(`Cannot create the folder ${folder}: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true
}

/** The drives get their folder's name last. */
function isWholeLab(folder: string): boolean {
  const isHalfMade = fs.existsSync(path.join(folder, PARTIAL)) && !fs.existsSync(path.join(folder, 'drives'))
  return fs.existsSync(labFileName(folder)) && !isHalfMade
}

function createLabFiles(folder: string, options: { readonly driveCount: number | undefined; readonly driveMib: number | undefined }): void {
  clearHalfMade(folder)
  const id = `lab-${randomBytes(6).toString('hex')}`
  const driveCount = options.driveCount ?? DRIVE_COUNT.usual
  const file: LabFile = {
    format: FORMAT,
    id,
    driveIds: Array.from({ length: driveCount }, (_, index) => `${id}-drive-${index}`),
    driveMib: options.driveMib ?? DRIVE_MIB.usual,
    workload: { running: false, settings: DEFAULT_WORKLOAD },
  }
  const partial = path.join(folder, PARTIAL)
  const drives = driveFiles(folder, file)
  const state = defaultArrayState({
    arrayId: id,
    drives: drives.map(({ index, id: driveId, blockCount }) => ({ index, id: driveId, blockCount })),
    serials: [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')],
  })
  try {
    fs.mkdirSync(partial, { mode: 0o700 })
    for (const drive of drives) createDriveFile({ ...drive, file: path.join(partial, path.basename(drive.file)) }, state)
    openNvramSlots(folder, id)
    writeLabFile(folder, file)
    fs.renameSync(partial, path.join(folder, 'drives'))
  } catch (error) {
    if (error instanceof LabStartError) throw error
    throw new LabStartError(`Cannot create the lab in ${folder}: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/** What a creation that was broken off left. No controller ever ran on it. Throws if anything else is there. */
function clearHalfMade(folder: string): void {
  const names = fs.readdirSync(folder)
  const own = names.includes(PARTIAL) && !names.includes('drives') ? [PARTIAL, 'nvram', 'lab.json', 'lab.json.new'] : []
  const strange = names.filter((name) => !name.startsWith('lab.lock') && !own.includes(name))
  if (strange.length > 0) {
    throw new LabStartError(
      `${folder} is neither a lab nor empty (${strange.slice(0, 3).join(', ')}). Nothing was changed. ` +
        'Choose an empty folder or a lab folder.',
    )
  }
  // Last the one by which the rest is recognized.
  for (const name of [...own].reverse()) fs.rmSync(path.join(folder, name), { recursive: true, force: true })
}

/** Creates a missing slot, in one step. Checks an existing one and never overwrites it. */
function openNvramSlots(
  folder: string,
  labId: string,
): { readonly files: Readonly<Record<ControllerId, string>>; readonly notices: readonly string[] } {
  fs.mkdirSync(path.join(folder, 'nvram'), { recursive: true, mode: 0o700 })
  const files = { a: nvramFileName(folder, 'a'), b: nvramFileName(folder, 'b') }
  const notices: string[] = []
  for (const controller of CONTROLLER_IDS) {
    const slot = { file: files[controller], labId, controller }
    if (fs.existsSync(slot.file)) {
      checkNvramFile(slot)
      continue
    }
    const next = `${slot.file}.new`
    fs.rmSync(next, { force: true })
    createNvramFile({ ...slot, file: next })
    fs.renameSync(next, slot.file)
    notices.push(
      `The NVRAM of controller ${controller.toUpperCase()} was missing, so an empty one was created. ` +
        'Data that only the missing one had is lost.',
    )
  }
  return { files, notices }
}

function erasedNotice(controller: ControllerId): string {
  return (
    `The NVRAM of controller ${controller.toUpperCase()} had no battery when the lab ended, so what was in it is lost. ` +
    'It has a battery now.'
  )
}

function driveFiles(folder: string, { driveIds, driveMib }: LabFile): DriveFile[] {
  return driveIds.map((id, index) => ({ index, id, file: driveFileName(folder, index), blockCount: (driveMib * MIB) / BLOCK_BYTES }))
}

function describedLab(folder: string): LabFile {
  const name = labFileName(folder)
  const bytes = readLabFile(name, LIMITS.labDescriptionBytes)
  if (bytes === undefined) throw new LabStartError(`${name} is missing. Put a good copy back.`)
  const json = parseJson(new TextDecoder().decode(bytes))
  if (!json.ok) throw new LabStartError(`Cannot use ${name}: it ${json.error}. Put a good copy back.`)
  const parsed = v.safeParse(labFileSchema, json.value)
  if (parsed.success) return parsed.output
  const field = v.getDotPath(parsed.issues[0])
  throw new LabStartError(`This version does not understand ${name}${field === null ? '' : ` (field "${field}")`}. Put a good copy back.`)
}

function writeLabFile(folder: string, file: LabFile): void {
  replaceFile(labFileName(folder), Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`))
}

function labFileName(folder: string): string {
  return path.join(folder, 'lab.json')
}

function ledgerFileName(folder: string): string {
  return path.join(folder, 'host-ledger')
}

function ignoredOptions(
  { driveIds, driveMib }: LabFile,
  options: { readonly driveCount: number | undefined; readonly driveMib: number | undefined },
): string[] {
  const { driveCount, driveMib: askedMib } = options
  const same = (driveCount === undefined || driveCount === driveIds.length) && (askedMib === undefined || askedMib === driveMib)
  return same ? [] : [`This lab already has ${driveIds.length} drives of ${driveMib} MiB. --drives and --drive-mib apply only to new labs.`]
}
