import { computed, shallowRef, watch } from 'vue'
import { FORK_POLICIES, valuesOf, type ForkChange, type ForkPolicy } from '../../src-main/contract/run-fork'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { eventOf, faultFrom, forkedFrom, forkRefusal } from '../model/run-forks'
import { useSimulationStore } from '../stores/simulation'
import { useTransport } from './useTransport'

type Kind = ForkChange['kind']
const NOTHING = { fromEvent: 0, untilEvent: 0, faults: [] }

/** What a person chooses for a fork at the moment that is shown. */
export function useFork() {
  const simulation = useSimulationStore()
  const transport = useTransport()
  const chosen = shallowRef<Kind>('without')
  const fault = shallowRef('crash')
  const controller = shallowRef<ControllerId | ''>('')
  const policy = shallowRef<ForkPolicy>('cache-policy')
  const value = shallowRef<string>(FORK_POLICIES['cache-policy'][1])

  const at = computed(() => simulation.state.now)
  const window = computed(() => simulation.outline?.world?.forks ?? NOTHING)
  const faults = computed(() => window.value.faults)
  const refusal = computed(() => (simulation.outline === undefined ? 'outside' : forkRefusal(simulation.outline, at.value.event)))
  /** The fault that can be left out. */
  const struck = computed(() => simulation.outline && faultFrom(simulation.outline, at.value.event))
  const kinds = computed(() =>
    (['without', 'instead', 'strike', 'policy'] as const).map((kind) => ({
      kind,
      off: struck.value === undefined && (kind === 'without' || kind === 'instead'),
    })),
  )
  const kind = computed({
    get: () => (kinds.value.some((one) => one.kind === chosen.value && !one.off) ? chosen.value : 'strike'),
    set: (next: Kind) => (chosen.value = next),
  })
  const values = computed(() => valuesOf(policy.value))

  watch(policy, () => (value.value = values.value[0] ?? ''))
  watch(
    faults,
    (names) => {
      if (!names.includes(fault.value)) fault.value = names[0] ?? ''
    },
    { immediate: true },
  )

  function change(): ForkChange {
    const on = controller.value === '' ? {} : { controller: controller.value }
    const { number, fault: left } = struck.value ?? { number: 0, fault: undefined }
    const leaving = { fault: number, ...(left?.draws === undefined ? {} : { draws: left.draws }) }
    if (kind.value === 'policy') return { kind: 'policy', policy: policy.value, value: value.value }
    if (kind.value === 'strike') return { kind: 'strike', name: fault.value, ...on }
    return kind.value === 'without' ? { kind: 'without', ...leaving } : { kind: 'instead', ...leaving, name: fault.value, ...on }
  }

  /** Opens the fork where it parts. */
  async function run(): Promise<boolean> {
    const { outline } = simulation
    if (outline?.run.kind !== 'seed') return false
    const made = change()
    const event = eventOf(made, at.value.event, struck.value?.fault)
    return transport.openSeed(forkedFrom(outline.run, { event, change: made }), event)
  }

  return { kinds, kind, fault, controller, policy, value, values, faults, at, struck, refusal, window, run }
}
