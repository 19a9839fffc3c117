import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const taskManagementForgetsPeer: PlantedBug = {
  name: 'task management ends nothing at the other controller',
  file: 'src-main/core/iscsi/session/target.ts',
  find: 'this.#options.peerTasks.end(end, endedAtOne)',
  replace: 'endedAtOne()',
  why: 'A reset unit goes on with the commands of sessions there, and their initiators never hear of the reset.',
  checkers: ['scsi-answers'],
}
