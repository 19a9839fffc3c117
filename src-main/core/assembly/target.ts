import { CONTROLLER_IDS, portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { SecurityLog } from '../controller/peer/security-log'
import type { ControllerTimings } from '../controller/peer/timings'
import { AccessNotifier } from '../controller/volumes/access-notifier'
import type { VolumeService } from '../controller/volumes/volume-service'
import { IscsiTarget } from '../iscsi/session/target'
import type { ClockPort, TracePort } from '../ports'
import { commandName } from '../scsi/opcode-table'
import { createScsiTarget, type ControllerScsiTarget } from '../scsi/target'
import type { Rounds } from '../turns/rounds'
import { TasksAtPeer, type TasksAtPeerParts } from './peer-tasks'

const ALIAS = 'Takeover Lab'
const PRODUCT_REVISION = '0001'

/** What hosts see of a controller. */
export interface Target {
  readonly iscsi: IscsiTarget
  readonly scsi: ControllerScsiTarget
  readonly access: AccessNotifier
  readonly tasksAtPeer: TasksAtPeer
}

export interface TargetOptions {
  readonly targetName: string
  /** Where each controller's iSCSI portal is: "127.0.0.1:3260". */
  readonly portalAddresses: Readonly<Record<ControllerId, string>>
}

export interface TargetParts extends TargetOptions, TasksAtPeerParts {
  readonly self: ControllerId
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly rounds: Rounds
  readonly security: SecurityLog
  readonly volumes: VolumeService
  readonly timings: Pick<ControllerTimings, 'retryMs'>
}

export function createTarget(parts: TargetParts): Target {
  const { self, clock, trace, rounds, security, volumes, targetName, portalAddresses, standing, timings } = parts
  const tasksAtPeer = new TasksAtPeer(parts)
  const scsi = createScsiTarget({
    directory: volumes,
    identity: { targetName, revision: PRODUCT_REVISION },
    again: (run) =>
      clock.after(timings.retryMs, () => {
        if (!standing.isStopped) run()
      }),
    endTasksOf: (unit, nexuses, by, done) => iscsi.endTasksOf({ unit, isReset: false, of: nexuses }, by, done),
  })
  const iscsi: IscsiTarget = new IscsiTarget({
    targetName,
    alias: ALIAS,
    controller: self,
    portalAddresses: () => CONTROLLER_IDS.map((of) => ({ address: portalAddresses[of], group: portalGroupOf(of) })),
    scsi,
    peerTasks: tasksAtPeer,
    clock,
    trace,
    rounds,
    security,
    commandName,
  })
  return { iscsi, scsi, tasksAtPeer, access: new AccessNotifier(volumes, scsi) }
}
