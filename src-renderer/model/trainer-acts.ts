/**
 * A demonstration from beginning to end, one act for each press of a presenter's remote. Each fault is followed by what mends it, so
 * that the next one meets a whole lab.
 */
export const TRAINER_ACTS = [
  'start-workload',
  'kill-a',
  'restart-a',
  'hang-b',
  'make-whole',
  'cut-interconnect',
  'make-whole',
  'pull-drive',
  'make-whole',
  'slow-interconnect',
  'make-whole',
  'unplug-portal-a',
  'make-whole',
  'unplug-management-b',
  'make-whole',
  'steal-address-a',
  'make-whole',
  'remove-battery-b',
  'make-whole',
] as const
export type TrainerAct = (typeof TRAINER_ACTS)[number]

/** The act at a place; after the last one comes the first again. */
export function actAt(place: number): TrainerAct {
  return TRAINER_ACTS[place % TRAINER_ACTS.length] ?? TRAINER_ACTS[0]
}

/** The place itself, or one after it where something would be done that is so already. */
export function placeToDo(place: number, isSo: { readonly workloadRuns: boolean; readonly isADown: boolean }): number {
  const start = isSo.workloadRuns && actAt(place) === 'start-workload' ? place + 1 : place
  return isSo.isADown && actAt(start) === 'kill-a' ? start + 1 : start
}

/** Back to the act that was shown last, so that it can be shown again: not to one that mends. */
export function placeBefore(place: number): number {
  let before = place - 1
  while (before > 0 && ['make-whole', 'restart-a'].includes(actAt(before))) before--
  return Math.max(0, before)
}
