import * as path from 'node:path'
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import { KIB, MIB } from '../base/units'
import { failure, ok, type Result } from '../base/result'
import { classFolderSchema } from '../contract/classroom'
import { RECORDINGS_MIB } from '../contract/recording'
import { workloadSchema, type Workload } from '../contract/workload'
import { usualLabFolder } from '../platform/usual-lab-folder'
import type { LabOptions } from './lab'
import { DRIVE_COUNT, DRIVE_MIB } from './lab-folder'

/** The command line of both the window and the server. */
export interface CommandLine {
  readonly lab: Omit<LabOptions, 'spawn' | 'version' | 'developmentBuild'>
  /** Port of the browser shell; 0: any free one; undefined: the usual one or any free one. */
  readonly httpPort: number | undefined
  readonly help: boolean
}

export const OPTIONS_HELP = `Options:
  --lab DIR                  the lab's folder (default: ${usualLabFolder(process.env, process.platform)})
  --drives N                 drives of a new lab, ${DRIVE_COUNT.min} to ${DRIVE_COUNT.max} (default ${DRIVE_COUNT.usual})
  --drive-mib N              size of each in MiB, ${DRIVE_MIB.min} to ${DRIVE_MIB.max} (default ${DRIVE_MIB.usual})
  --accept-copy              open a lab that was copied while it was open, or of which another copy is open
  --portal-a, --portal-b PORT          iSCSI ports on 127.0.0.1 (default 3260 and 3261; 0 for any free port)
  --management-a, --management-b PORT  management ports (default 8081 and 8082)
  --http PORT                port of the browser page (default 8080)
  --workload, --no-workload  start the host's workload or not (default: as last time)
  --workload-rate N          requests per second
  --workload-read-share X    from 0 (only writes) to 1 (only reads)
  --workload-block-kib X     0.5, 4, 8, 16, 64, or 128
  --workload-region-mib N    how much of each volume the workload uses
  --recordings-mib N         room for recordings, ${RECORDINGS_MIB.min} to ${RECORDINGS_MIB.max} MiB
                             (default: as last time, at first ${RECORDINGS_MIB.usual}). The oldest go first.
                             Those that a person keeps stay, and do not count.
  --class-folder DIR         the folder that the labs of a class share (default: as last time)
  --no-flight-recorder       record no PDUs, messages and drive accesses around faults
  --help                     show this text`

const OPTIONS = {
  lab: { type: 'string' },
  drives: { type: 'string' },
  'drive-mib': { type: 'string' },
  'accept-copy': { type: 'boolean' },
  'portal-a': { type: 'string' },
  'portal-b': { type: 'string' },
  'management-a': { type: 'string' },
  'management-b': { type: 'string' },
  http: { type: 'string' },
  workload: { type: 'boolean' },
  'no-workload': { type: 'boolean' },
  'workload-rate': { type: 'string' },
  'workload-read-share': { type: 'string' },
  'workload-block-kib': { type: 'string' },
  'workload-region-mib': { type: 'string' },
  'recordings-mib': { type: 'string' },
  'class-folder': { type: 'string' },
  'no-flight-recorder': { type: 'boolean' },
  help: { type: 'boolean' },
} as const

class BadOption extends Error {}

/** Picks the lab's own options and their values. Electron's command line also has Chromium's switches. */
export function labArguments(args: readonly string[]): string[] {
  const own: string[] = []
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? ''
    const [name = ''] = arg.replace(/^--/, '').split('=', 1)
    if (!arg.startsWith('--') || !Object.hasOwn(OPTIONS, name)) continue
    own.push(arg)
    const takesNext = OPTIONS[name as keyof typeof OPTIONS].type === 'string' && !arg.includes('=')
    const next = args[index + 1]
    if (takesNext && next !== undefined) own.push(args[++index] ?? next)
  }
  return own
}

/** The error is a sentence that names the option. */
export function parseCommandLine(args: readonly string[]): Result<CommandLine, string> {
  try {
    return ok(readOptions(args))
  } catch (error) {
    if (error instanceof BadOption) return failure(error.message)
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      return failure(`${firstSentence(error.message)}.`)
    throw error
  }
}

function readOptions(args: readonly string[]): CommandLine {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false })
  if (values.workload === true && values['no-workload'] === true) throw new BadOption('Give either --workload or --no-workload, not both.')
  const port = (name: 'portal-a' | 'portal-b' | 'management-a' | 'management-b' | 'http') => whole(`--${name}`, values[name], 0, 65_535)
  const ports = {
    portalPorts: { a: port('portal-a'), b: port('portal-b') },
    managementPorts: { a: port('management-a'), b: port('management-b') },
  }
  const httpPort = port('http')
  refuseEqualPorts([ports.portalPorts.a, ports.portalPorts.b, ports.managementPorts.a, ports.managementPorts.b, httpPort])
  return {
    lab: {
      folder: values.lab ?? usualLabFolder(process.env, process.platform),
      driveCount: whole('--drives', values.drives, DRIVE_COUNT.min, DRIVE_COUNT.max),
      driveMib: whole('--drive-mib', values['drive-mib'], DRIVE_MIB.min, DRIVE_MIB.max),
      acceptsCopy: values['accept-copy'] === true,
      ...ports,
      startWorkload: values.workload === true ? true : values['no-workload'] === true ? false : undefined,
      workload: readWorkload(values),
      recordingsMib: whole('--recordings-mib', values['recordings-mib'], RECORDINGS_MIB.min, RECORDINGS_MIB.max),
      classFolder: classFolder(values['class-folder']),
      withoutFlightRecorder: values['no-flight-recorder'] === true,
    },
    httpPort,
    help: values.help === true,
  }
}

function readWorkload(values: Readonly<Record<string, string | boolean | undefined>>): Partial<Workload> {
  return {
    ...checked('requestsPerSecond', '--workload-rate', scaled(values['workload-rate'], 1)),
    ...checked('readShare', '--workload-read-share', scaled(values['workload-read-share'], 1)),
    ...checked('blockBytes', '--workload-block-kib', scaled(values['workload-block-kib'], KIB)),
    ...checked('regionBytes', '--workload-region-mib', scaled(values['workload-region-mib'], MIB)),
  }
}

function scaled(text: string | boolean | undefined, unit: number): number | undefined {
  return typeof text === 'string' ? (text.trim() === '' ? Number.NaN : Number(text) * unit) : undefined
}

function checked(key: keyof typeof workloadSchema.entries, option: string, value: number | undefined): Partial<Workload> {
  if (value === undefined) return {}
  const parsed = v.safeParse(workloadSchema.entries[key], value)
  if (!parsed.success) throw new BadOption(`${option} is out of range: ${parsed.issues[0].message}.`)
  return { [key]: parsed.output }
}

function whole(option: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw new BadOption(`${option} must be a whole number from ${min} to ${max}, not "${text}".`)
  return value
}

function classFolder(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!v.is(classFolderSchema, text)) throw new BadOption('--class-folder must be the path of a folder.')
  return path.resolve(text)
}

function refuseEqualPorts(ports: readonly (number | undefined)[]): void {
  const fixed = ports.filter((port) => port !== undefined && port !== 0)
  const twice = fixed.find((port, index) => fixed.indexOf(port) !== index)
  if (twice !== undefined)
    throw new BadOption(`Port ${twice} is given twice. Each portal, each management port, and the page need their own.`)
}

function firstSentence(message: string): string {
  return message.split('. ', 1)[0]?.replace(/\.$/, '') ?? message
}
