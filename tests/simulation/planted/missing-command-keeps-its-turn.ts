import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const missingCommandKeepsItsTurn: PlantedBug = {
  name: 'aborted command that never came keeps its turn',
  file: 'src-main/core/iscsi/session/task-management.ts',
  find: 'const isYetToArrive = serialDistance(request.refCmdSn, request.cmdSn) < 0 && reach',
  replace: 'const isYetToArrive = serialDistance(request.refCmdSn, request.cmdSn) < -1 && reach',
  why: 'All later commands of the session wait for it for ever.',
  searchFrom: 20,
  checkers: ['scsi-answers', 'liveness'],
}
