import { computed } from 'vue'
import { actAt, placeBefore, placeToDo, type TrainerAct } from '../model/trainer-acts'
import { useLabStore } from '../stores/lab'
import { usePresenterStore } from '../stores/presenter'
import { useActions } from './useActions'

/** So much longer each message takes: a room sees it in the latencies, and nobody is taken for failed. */
const SLOW_MS = 20

/** The trainer's acts, one after the other, as a presenter's remote steps through them. */
export function useTrainer() {
  const actions = useActions()
  const lab = useLabStore()
  const presenter = usePresenterStore()
  const runs = computed(() => lab.snapshot?.host?.workload.running === true)
  const isADown = computed(() => lab.snapshot?.controllers.a.state === 'down')
  /** Among the acts: what is so already is not offered. */
  const place = computed(() => placeToDo(presenter.next, { workloadRuns: runs.value, isADown: isADown.value }))
  const next = computed(() => actAt(place.value))
  /** What is being made whole is let alone. */
  const mayAct = computed(() => lab.link === 'open' && lab.snapshot?.makingWhole?.state !== 'running')

  const ACTS: Readonly<Record<TrainerAct, () => Promise<boolean>>> = {
    'start-workload': () => actions.setWorkload(true),
    'kill-a': () => actions.kill('a'),
    'restart-a': () => actions.restart('a'),
    'hang-b': () => actions.hang('b'),
    'cut-interconnect': () => actions.setInterconnect(false),
    'pull-drive': () => actions.pullDrive(0),
    'slow-interconnect': () => actions.slowInterconnect(SLOW_MS),
    'unplug-portal-a': () => actions.setPlug('a', 'portal', false),
    'unplug-management-b': () => actions.setPlug('b', 'management', false),
    'steal-address-a': () => actions.stealAddress('a', 'portal'),
    'remove-battery-b': () => actions.removeBattery('b'),
    'make-whole': () => actions.makeWhole(false),
  }

  async function forward(): Promise<void> {
    if (!mayAct.value) return
    const now = place.value
    presenter.next = now + 1
    // What could not be done is still to be done.
    if (!(await ACTS[actAt(now)]()) && presenter.next === now + 1) presenter.next = now
  }

  /** Mends what the acts have broken, and goes back to the one before, to show it again. */
  async function back(): Promise<void> {
    if (!mayAct.value) return
    presenter.next = placeBefore(presenter.next)
    if (lab.snapshot?.missing !== undefined) await actions.makeWhole(false)
  }

  return { place, next, mayAct, forward, back }
}
