import * as v from 'valibot'
import { controllerIdSchema } from '../../contract/controller-id'
import { LAB_COMMANDS } from '../../contract/lab-api'
import { LIMITS } from '../../contract/limits'
import { serviceRequestSchema } from '../../contract/service-request'

const count = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'))
const runMs = v.pipe(count, v.maxValue(LIMITS.exerciseRunMs, `must be at most ${LIMITS.exerciseRunMs}`))
const blocks = v.pipe(count, v.minValue(1, 'must be at least 1'), v.maxValue(2048, 'must be at most 2048'))
const range = { lun: v.pipe(count, v.maxValue(LIMITS.luns - 1)), firstBlock: count, blockCount: blocks }

/**
 * What an exercise may do to a pair, by the script or by its learner: lab commands, service requests as a management station sends
 * them, and single commands of a host. Not every world can do each: whoever runs it says so.
 */
export const ACTS = {
  kill: LAB_COMMANDS.kill,
  hang: LAB_COMMANDS.hang,
  /** A hang that ends by itself. */
  pause: v.strictObject({ controller: controllerIdSchema, forMs: runMs }),
  /** It goes on, but everything takes it longer. */
  'slow-controller': v.strictObject({
    controller: controllerIdSchema,
    costMs: v.pipe(v.number(), v.minValue(0), v.maxValue(50)),
    forMs: runMs,
  }),
  panic: LAB_COMMANDS.panic,
  /** Starts it again, also after it was killed. */
  restart: LAB_COMMANDS.restart,
  'cut-interconnect': LAB_COMMANDS['cut-interconnect'],
  'mend-interconnect': LAB_COMMANDS['mend-interconnect'],
  'slow-interconnect': LAB_COMMANDS['slow-interconnect'],
  'unplug-portal': LAB_COMMANDS['unplug-portal'],
  'plug-in-portal': LAB_COMMANDS['plug-in-portal'],
  'unplug-management': LAB_COMMANDS['unplug-management'],
  'plug-in-management': LAB_COMMANDS['plug-in-management'],
  'remove-battery': LAB_COMMANDS['remove-battery'],
  'put-battery-back': LAB_COMMANDS['put-battery-back'],
  'pull-drive': LAB_COMMANDS['pull-drive'],
  'put-drive-back': LAB_COMMANDS['put-drive-back'],
  'fail-drive': LAB_COMMANDS['fail-drive'],
  'replace-drive': LAB_COMMANDS['replace-drive'],
  'slow-drive': LAB_COMMANDS['slow-drive'],
  'spoil-sector': LAB_COMMANDS['spoil-sector'],
  'flip-bit': LAB_COMMANDS['flip-bit'],
  'start-workload': LAB_COMMANDS['start-workload'],
  'stop-workload': LAB_COMMANDS['stop-workload'],
  'verify-ledger': LAB_COMMANDS['verify-ledger'],
  /** One command for all that brings a pair back to how it was. */
  'make-whole': LAB_COMMANDS['make-whole'],
  /** Of a solution in a live lab: the learner says that he is done. */
  'end-try': v.strictObject({}),
  /** A service request, sent once to one controller. The same id again is the same request. */
  request: v.strictObject({ ...serviceRequestSchema.entries, to: controllerIdSchema }),
  /** One command of a host, through the portal of a controller. */
  write: v.strictObject({ ...range, portal: controllerIdSchema }),
  read: v.strictObject({ ...range, portal: controllerIdSchema }),
} as const
export type ActName = keyof typeof ACTS
export const ACT_NAMES = Object.keys(ACTS) as ActName[]
