import type { TestedBug } from './tested-bug'

export const RESERVATION_BUGS: readonly TestedBug[] = [
  {
    name: 'a change of reservations is decided once',
    file: 'src-main/core/scsi/reservations/carry-out.ts',
    find: 'verdict = decide(current, elsewhere)',
    replace: "if (verdict.kind === 'unchanged') verdict = decide(current, elsewhere)",
    why: 'The other controller commits in between, and a host keeps what it had lost.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out.test.ts',
      test: 'PERSISTENT RESERVE OUT (SPC-4 6.16) > decides again if another change is committed before its own',
    },
  },
  {
    name: 'a change does not look for RESERVE(6) again',
    file: 'src-main/core/scsi/commands/persistent-reserve-out.ts',
    find: '(unit.reservedBy === undefined ? decide(unit, elsewhere) : CONFLICT)',
    replace: 'decide(unit, elsewhere)',
    why: 'A host registers with a unit that another one has just reserved for itself.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out.test.ts',
      test: 'PERSISTENT RESERVE OUT (SPC-4 6.16) > conflicts if another nexus reserves the unit by RESERVE(6) before it is committed',
    },
  },
  {
    name: 'PREEMPT AND ABORT ends its own command, too',
    file: 'src-main/core/scsi/reservations/reserve.ts',
    find: "news: [...newsTo(named, 'registrations-preempted', by), ...left.news], preempted }",
    replace: "news: [...newsTo(named, 'registrations-preempted', by), ...left.news], preempted: named }",
    why: 'It waits for itself, and is never answered.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out.test.ts',
      test: 'preemptAndAbort (SPC-4 5.12.11.2) > never ends the tasks of the nexus that asks: it is one of them',
    },
  },
  {
    name: 'PREEMPT AND ABORT does not wait for the tasks',
    file: 'src-main/core/scsi/commands/persistent-reserve-out.ts',
    find: '({ preempted = [] }, answer) => call.endTasksOf(lun, preempted, nexus, answer)',
    replace: '({ preempted = [] }, answer) => {\n      call.endTasksOf(lun, preempted, nexus, () => undefined)\n      answer()\n    }',
    why: 'A write of the host that was shut out lands behind the answer.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out.test.ts',
      test: 'PREEMPT AND ABORT is answered when the tasks that it ends have ended',
    },
  },
  {
    name: 'the other controller ends the tasks of everybody',
    file: 'src-main/core/iscsi/session/target.ts',
    find: '    this.endOwnTasks(end, endedAtOne, by)\n    this.#options.peerTasks.end(end, endedAtOne)',
    replace:
      '    this.endOwnTasks(end, endedAtOne, by)\n    this.#options.peerTasks.end({ unit: end.unit, isReset: end.isReset }, endedAtOne)',
    why: 'Hosts that were not preempted lose their commands.',
    foundBy: {
      file: 'simulation/reservations.test.ts',
      test: 'through the address of a > PREEMPT AND ABORT ends no task of anybody else, at whichever controller it is',
    },
  },
  {
    name: 'news go to the host, whatever target port it uses',
    file: 'src-main/core/scsi/target.ts',
    find: 'if (isSameNexus(told, nexus)) attentions.establish(lun, kind)',
    replace: 'if (told.initiatorPort === nexus.initiatorPort) attentions.establish(lun, kind)',
    why: 'A path that was never registered hears that its registration is gone.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out.test.ts',
      test: 'news > are of one target port: the same host hears nothing by another one, which is not registered',
    },
  },
  {
    name: 'APTPL cannot be taken back',
    file: 'src-main/core/scsi/reservations/register.ts',
    find: 'counted({ ...unit, outlivesPowerLoss })',
    replace: 'counted({ ...unit, outlivesPowerLoss: unit.outlivesPowerLoss || outlivesPowerLoss })',
    why: 'Reservations come back after a power loss, and nobody asked for that any more.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out-register.test.ts',
      test: 'REGISTER (SPC-4 5.12.7) > says anew each time whether reservations outlive a power loss (APTPL)',
    },
  },
  {
    name: 'REGISTER AND MOVE does not count',
    file: 'src-main/core/scsi/reservations/register.ts',
    find: '{ ...counted(unit), outlivesPowerLoss, reservation',
    replace: '{ ...unit, outlivesPowerLoss, reservation',
    why: 'A host that looks at PRGENERATION does not see that there is another holder.',
    foundBy: {
      file: 'conformance/scsi/persistent-reserve-out-register.test.ts',
      test: 'REGISTER AND MOVE (SPC-4 5.12.8) > counts as a registration, and says anew whether reservations outlive a power loss (APTPL)',
    },
  },
  {
    name: 'RESERVE(6) of a session that is gone is committed',
    file: 'src-main/core/scsi/commands/reserve.ts',
    find: 'if (task?.isAborted === true) reserved.end({ lun, by: nexus }, answer)\n      else answer()',
    replace: 'answer()',
    why: 'Nobody ever releases the unit.',
    foundBy: {
      file: 'conformance/scsi/reserve-and-release.test.ts',
      test: 'RESERVE(6) and RELEASE(6) (SPC-2 7.21, 7.16) > end with a nexus that is gone before that is committed',
    },
  },
  {
    name: 'RESERVE(6) ends with the very session that sent it',
    file: 'src-main/core/scsi/reservations/reserved-units.ts',
    find: '(this.#last.get(unit) ?? by.id) <= by.id',
    replace: '(this.#last.get(unit) ?? by.id) === by.id',
    why: 'Its address moves to the other controller and comes back: then no session ends it.',
    foundBy: {
      file: 'conformance/scsi/reserve-and-release.test.ts',
      test: 'RESERVE(6) and RELEASE(6) (SPC-2 7.21, 7.16) > end with a later session of the same port, whose target port was away',
    },
  },
  {
    name: 'a reset leaves RESERVE(6)',
    file: 'src-main/core/iscsi/session/target.ts',
    find: "if (end.isReset) this.#options.scsi.releaseReserved(end.unit, () => done('ended'))\n      else done('ended')",
    replace: "done('ended')",
    why: 'The unit of a host that does not come back stays reserved.',
    foundBy: {
      file: 'conformance/iscsi/task-management.test.ts',
      test: 'task management > LOGICAL UNIT RESET is answered when what was reserved with RESERVE(6) is free',
    },
  },
  {
    name: 'reservations go to the next volume of that number',
    file: 'src-main/core/controller/volumes/reservation-commits.ts',
    find: 'volume.id === volumeId && volume.serial === serial',
    replace: 'volume.id === volumeId',
    why: 'A host has reserved a volume that it has never seen.',
    foundBy: {
      file: 'unit/core/controller/volumes/reservation-commits.test.ts',
      test: 'changes nothing of another volume that has got the number of a deleted one',
    },
  },
  {
    name: 'a notice is numbered by the registrations',
    file: 'src-main/core/controller/volumes/reservation-commits.ts',
    find: 'serial: (state.reservationNotice?.serial ?? 0) + 1',
    replace: 'serial: unit.generation',
    why: 'The second release of a reservation is not told to anybody.',
    foundBy: {
      file: 'unit/core/controller/volumes/reservation-commits.test.ts',
      test: 'gives each notice a serial of its own, also where no registration has changed',
    },
  },
  {
    name: 'news are told at the LUN with the number of the volume',
    file: 'src-main/core/controller/volumes/reservation-notifier.ts',
    find: 'if (volumeId === notice.volumeId) scsi',
    replace: 'if (lun === notice.volumeId) scsi',
    why: 'Where LUNs and volumes have other numbers, the wrong hosts hear of it.',
    foundBy: {
      file: 'unit/core/controller/volumes/reservation-notifier.test.ts',
      test: 'tells of the news at the LUN of their volume, once',
    },
  },
]
