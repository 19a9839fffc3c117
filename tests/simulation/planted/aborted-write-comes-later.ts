import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const abortedWriteComesLater: PlantedBug = {
  name: 'aborted write may come after the response to its abort',
  file: 'src-main/core/iscsi/session/scsi-tasks.ts',
  find: "if (task.state === 'executing') executing.push(task)\n",
  replace: "if (task.state === 'executing') continue\n",
  why: 'ABORT TASK is answered while the write is under way, and it lands over what its initiator has written since.',
  searchFrom: 209,
  checkers: ['blocks-linearizable'],
}
