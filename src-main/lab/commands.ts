import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import type { ControllerId } from '../contract/controller-id'
import { LAB_COMMANDS, type LabCommandName } from '../contract/lab-api'
import type { LabError } from '../contract/lab-error'
import type { Workload } from '../contract/workload'
import type { TraceFiles } from '../platform/trace-files'
import type { DriveBays } from './drive-bays'
import type { HostSupervisor } from './host-supervisor'
import type { RememberedWorkload } from './lab-folder'
import type { Midplane } from './midplane'
import type { Surprise } from './surprise'
import type { Surroundings } from './surroundings'
import type { WholeMaker } from './whole-maker'

export interface CommandTargets {
  readonly midplane: Midplane
  readonly bays: DriveBays
  readonly surroundings: Surroundings
  readonly surprise: Pick<Surprise, 'arm' | 'reveal'>
  readonly host: HostSupervisor
  readonly wholeMaker: Pick<WholeMaker, 'start' | 'cancel'>
  readonly recordings: Pick<TraceFiles, 'setPinned'>
  /** The error is a sentence. */
  readonly boundRecordings: (mib: number) => Result<null, string>
  /** On the trace clock. */
  readonly nowMs: () => number
  readonly workload: () => RememberedWorkload
  readonly rememberWorkload: (workload: RememberedWorkload) => void
}

type Outcome = Result<null, LabError>

/** A command from outside this process: name and parameters are not trusted. */
export function runLabCommand(targets: CommandTargets, name: string, parameters: unknown): Outcome {
  if (!Object.hasOwn(LAB_COMMANDS, name)) {
    return failure({
      code: 'bad-command',
      message: `There is no command "${name.slice(0, 40)}". There are: ${Object.keys(LAB_COMMANDS).join(', ')}.`,
    })
  }
  return COMMANDS[name as LabCommandName](targets, parameters ?? {})
}

const COMMANDS: Readonly<Record<LabCommandName, (targets: CommandTargets, parameters: unknown) => Outcome>> = {
  kill: (targets, parameters) => withController(targets, parameters, 'kill', killController),
  hang: (targets, parameters) => withController(targets, parameters, 'hang', hangController),
  panic: (targets, parameters) => withController(targets, parameters, 'panic', panicController),
  restart: (targets, parameters) => withController(targets, parameters, 'restart', restartController),
  'cut-interconnect': (targets, parameters) => withNothing(parameters, 'cut-interconnect', () => cutInterconnect(targets)),
  'mend-interconnect': (targets, parameters) => withNothing(parameters, 'mend-interconnect', () => mendInterconnect(targets)),
  'slow-interconnect': (targets, parameters) =>
    withParameters('slow-interconnect', parameters, ({ extraLatencyMs }) => slowInterconnect(targets, extraLatencyMs)),
  'unplug-portal': (targets, parameters) => around(targets, parameters, 'unplug-portal', (it, id) => it.unplug(id, 'portal')),
  'plug-in-portal': (targets, parameters) => around(targets, parameters, 'plug-in-portal', (it, id) => it.plugIn(id, 'portal')),
  'unplug-management': (targets, parameters) => around(targets, parameters, 'unplug-management', (it, id) => it.unplug(id, 'management')),
  'plug-in-management': (targets, parameters) => around(targets, parameters, 'plug-in-management', (it, id) => it.plugIn(id, 'management')),
  'steal-address': (targets, parameters) =>
    withParameters('steal-address', parameters, ({ controller, address }) => targets.surroundings.steal(controller, address)),
  'give-address-back': (targets, parameters) =>
    withParameters('give-address-back', parameters, ({ controller, address }) => targets.surroundings.giveBack(controller, address)),
  'remove-battery': (targets, parameters) => around(targets, parameters, 'remove-battery', (it, id) => it.removeBattery(id)),
  'put-battery-back': (targets, parameters) => around(targets, parameters, 'put-battery-back', (it, id) => it.putBatteryBack(id)),
  surprise: (targets, parameters) => withParameters('surprise', parameters, ({ seed }) => targets.surprise.arm(seed)),
  'reveal-surprise': (targets, parameters) => withNothing(parameters, 'reveal-surprise', () => targets.surprise.reveal()),
  'pull-drive': (targets, parameters) => withParameters('pull-drive', parameters, ({ drive }) => targets.bays.pull(drive)),
  'put-drive-back': (targets, parameters) => withParameters('put-drive-back', parameters, ({ drive }) => targets.bays.putBack(drive)),
  'fail-drive': (targets, parameters) => withParameters('fail-drive', parameters, ({ drive }) => targets.bays.die(drive)),
  'replace-drive': (targets, parameters) => withParameters('replace-drive', parameters, ({ drive }) => targets.bays.replace(drive)),
  'slow-drive': (targets, parameters) =>
    withParameters('slow-drive', parameters, ({ drive, extraLatencyMs }) => targets.bays.slow(drive, extraLatencyMs)),
  'spoil-sector': (targets, parameters) =>
    withParameters('spoil-sector', parameters, ({ drive, block }) => targets.bays.spoil(drive, block)),
  'flip-bit': (targets, parameters) => withParameters('flip-bit', parameters, ({ drive, block }) => targets.bays.flipBit(drive, block)),
  'start-workload': startWorkload,
  'stop-workload': (targets, parameters) => withNothing(parameters, 'stop-workload', () => stopWorkload(targets)),
  'verify-ledger': (targets, parameters) => withNothing(parameters, 'verify-ledger', () => verifyLedger(targets)),
  'make-whole': (targets, parameters) => withParameters('make-whole', parameters, (options) => targets.wholeMaker.start(options)),
  'cancel-make-whole': (targets, parameters) => withNothing(parameters, 'cancel-make-whole', () => targets.wholeMaker.cancel()),
  'reset-outages': (targets, parameters) => withNothing(parameters, 'reset-outages', () => resetOutages(targets)),
  'pin-recording': (targets, parameters) => withParameters('pin-recording', parameters, ({ name }) => setPinned(targets, name, true)),
  'bound-recordings': (targets, parameters) => withParameters('bound-recordings', parameters, ({ mib }) => boundRecordings(targets, mib)),
  'unpin-recording': (targets, parameters) => withParameters('unpin-recording', parameters, ({ name }) => setPinned(targets, name, false)),
}

function withController(
  targets: CommandTargets,
  parameters: unknown,
  name: 'kill' | 'hang' | 'panic' | 'restart',
  run: (midplane: Midplane, id: ControllerId) => Outcome,
): Outcome {
  return withParameters(name, parameters, ({ controller }) => run(targets.midplane, controller))
}

function around(
  targets: CommandTargets,
  parameters: unknown,
  name: 'unplug-portal' | 'plug-in-portal' | 'unplug-management' | 'plug-in-management' | 'remove-battery' | 'put-battery-back',
  run: (surroundings: Surroundings, id: ControllerId) => Outcome,
): Outcome {
  return withParameters(name, parameters, ({ controller }) => run(targets.surroundings, controller))
}

function withParameters<N extends LabCommandName>(
  name: N,
  parameters: unknown,
  run: (parameters: v.InferOutput<(typeof LAB_COMMANDS)[N]>) => Outcome,
): Outcome {
  const parsed = v.safeParse(LAB_COMMANDS[name], parameters)
  return parsed.success ? run(parsed.output) : badParameters(parsed.issues[0])
}

function withNothing(
  parameters: unknown,
  name:
    | 'cut-interconnect'
    | 'mend-interconnect'
    | 'stop-workload'
    | 'verify-ledger'
    | 'reset-outages'
    | 'cancel-make-whole'
    | 'reveal-surprise',
  run: () => Outcome,
): Outcome {
  return withParameters(name, parameters, run)
}

function killController(midplane: Midplane, id: ControllerId): Outcome {
  if (!midplane.slots[id].isPresent) return notNow(`Controller ${id.toUpperCase()} is already down.`)
  midplane.kill(id)
  return ok(null)
}

function hangController(midplane: Midplane, id: ControllerId): Outcome {
  const { isPresent, state } = midplane.slots[id]
  if (!isPresent) return notNow(`Controller ${id.toUpperCase()} is down, so it cannot hang.`)
  if (state === 'hung' || state === 'resetting')
    return notNow(`Controller ${id.toUpperCase()} ${state === 'hung' ? 'already hangs' : 'is being reset'}.`)
  midplane.hang(id)
  return ok(null)
}

function panicController(midplane: Midplane, id: ControllerId): Outcome {
  const { isPresent, state } = midplane.slots[id]
  if (!isPresent) return notNow(`Controller ${id.toUpperCase()} is down, so it cannot panic.`)
  if (state === 'hung' || state === 'resetting')
    return notNow(`Controller ${id.toUpperCase()} ${state === 'hung' ? 'hangs, so it cannot panic' : 'is being reset'}.`)
  midplane.panic(id)
  return ok(null)
}

function restartController(midplane: Midplane, id: ControllerId): Outcome {
  if (midplane.slots[id].state === 'resetting') return notNow(`Controller ${id.toUpperCase()} is being reset. Try again when it is down.`)
  midplane.restart(id)
  return ok(null)
}

function cutInterconnect({ midplane }: CommandTargets): Outcome {
  if (midplane.interconnect.isCut) return notNow('The interconnect is already cut.')
  midplane.cutInterconnect()
  return ok(null)
}

function mendInterconnect({ midplane }: CommandTargets): Outcome {
  if (!midplane.interconnect.isCut) return notNow('The interconnect is not cut.')
  midplane.mendInterconnect()
  return ok(null)
}

function slowInterconnect({ midplane }: CommandTargets, extraLatencyMs: number): Outcome {
  midplane.slowInterconnect(extraLatencyMs)
  return ok(null)
}

function startWorkload({ host, workload, rememberWorkload }: CommandTargets, parameters: unknown): Outcome {
  const parsed = v.safeParse(LAB_COMMANDS['start-workload'], parameters)
  if (!parsed.success) return badParameters(parsed.issues[0])
  const settings: Workload = parsed.output.workload ?? workload().settings
  if (host.isPresent) host.send({ type: 'start-workload', workload: settings })
  else host.start(settings, true)
  rememberWorkload({ running: true, settings })
  return ok(null)
}

function stopWorkload({ host, workload, rememberWorkload }: CommandTargets): Outcome {
  host.send({ type: 'stop-workload' })
  rememberWorkload({ running: false, settings: workload().settings })
  return ok(null)
}

function verifyLedger({ host }: CommandTargets): Outcome {
  if (!host.isPresent) return notNow("The lab's host is not running. Start the workload first.")
  if (host.report?.ledger.verifying === true) return notNow('The ledger is already being read back.')
  host.send({ type: 'verify-ledger' })
  return ok(null)
}

function resetOutages({ host, nowMs }: CommandTargets): Outcome {
  if (!host.isPresent) return notNow("The lab's host is not running. Start the workload first.")
  host.send({ type: 'count-outages', since: { atMs: nowMs(), reason: 'reset' } })
  return ok(null)
}

function setPinned({ recordings }: CommandTargets, name: string, pinned: boolean): Outcome {
  const outcome = recordings.setPinned(name, pinned)
  return outcome.ok ? outcome : notNow(outcome.error)
}

function boundRecordings(targets: CommandTargets, mib: number): Outcome {
  const outcome = targets.boundRecordings(mib)
  return outcome.ok ? outcome : failure({ code: 'failed', message: outcome.error })
}

function notNow(message: string): Outcome {
  return failure({ code: 'not-possible-now', message })
}

function badParameters(issue: v.BaseIssue<unknown>): Outcome {
  const field = v.getDotPath(issue)
  if (field === null) return failure({ code: 'bad-command', message: 'The parameters must be an object.' })
  const detail = issue.message.startsWith('must') ? issue.message : `is wrong: ${issue.message}`
  return failure({ code: 'bad-command', message: `"${field}" ${detail}.`, field })
}
