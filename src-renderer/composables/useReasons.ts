import { useI18n } from 'vue-i18n'
import { formatBytes, formatCount } from '../i18n/format'
import type { Topic } from '../i18n/topics'
import { reasonsOfHost } from './reasons/of-host'
import { reasonsOfPair } from './reasons/of-pair'
import type { Reason } from './reasons/reason'

const nothing: Reason = () => undefined

/** For each topic, what there is to say of it from the state of the pair that is shown. */
export function useReasons(): Readonly<Record<Topic, Reason>> {
  const { t } = useI18n()
  const {
    pairState,
    inForce,
    whole,
    scheme,
    controller,
    incarnation,
    serviceRole,
    path,
    lun,
    volume,
    address,
    interconnect,
    nvram,
    drive,
    counter,
  } = reasonsOfPair(t)
  const { outage, measured, perSecond, waiting, latency, ledger, ledgerCount, phase, takeover, settings, size } = reasonsOfHost(t)

  return {
    'pair-state': pairState,
    serving: pairState,
    generation: ({ array }) => (array === undefined ? undefined : t('explain.now.generation', { count: formatCount(array.generation) })),
    'serve-locally': scheme('serve-locally'),
    'forward-to-owner': scheme('forward-to-owner'),
    'transfer-ownership': scheme('transfer-ownership'),
    'primary-only': scheme('primary-only'),
    access: nothing,
    whole,
    simulation: nothing,
    host: measured((host) => t('explain.now.rate', { count: perSecond(host) })),
    workload: measured((host) => t('explain.now.rate', { count: perSecond(host) })),
    path,
    'management-address': address('managementUrl'),
    lun,
    controller,
    incarnation,
    'service-role': serviceRole,
    'count-reads': counter('reads', 'reads'),
    'count-writes': counter('writes', 'writes'),
    'count-forwarded': counter('forwarded', 'forwarded'),
    'count-served': counter('served', 'serviceServed'),
    nvram,
    volume,
    portal: address('portalAddress'),
    interconnect,
    midplane: ({ drives }) => t('explain.now.drives', { count: drives.length }, drives.length),
    drive,
    'raid-group': nothing,
    kill: controller,
    hang: controller,
    panic: controller,
    restart: controller,
    cut: interconnect,
    'fault-palette': inForce,
    'fault-portal': nothing,
    'fault-management': nothing,
    'fault-stolen': nothing,
    'fault-battery': nothing,
    'fault-slow-link': interconnect,
    surprise: nothing,
    'legend-read': measured(({ rates }) => t('explain.now.rate', { count: formatCount(rates.readsPerSecond) })),
    'legend-write': measured(({ rates }) => t('explain.now.rate', { count: formatCount(rates.writesPerSecond) })),
    'legend-mirrored': nothing,
    'legend-ownership': serviceRole,
    'legend-answer': nothing,
    'legend-drawn': ({ trace }) => t('explain.now.drawn', { count: formatCount(trace.recorded) }),
    outage,
    ledger,
    requests: measured((host) => {
      const asked = formatCount(host.workload.settings.requestsPerSecond)
      return t('explain.now.requests', { count: perSecond(host), asked, waiting: waiting(host) })
    }),
    throughput: measured((host) =>
      t('explain.now.throughput', { count: perSecond(host), size: formatBytes(host.workload.settings.blockBytes) }),
    ),
    'latency-p50': latency('latencyP50Ms'),
    'latency-p99': latency('latencyP99Ms'),
    'answers-chart': outage,
    'workload-rate': (snapshot) => {
      const asked = settings(snapshot)?.requestsPerSecond
      return asked === undefined ? undefined : t('explain.now.rate', { count: formatCount(asked) })
    },
    'workload-mix': (snapshot) => {
      const share = settings(snapshot)?.readShare
      return share === undefined
        ? undefined
        : t('explain.now.mix', { reads: Math.round(share * 100), writes: Math.round(100 - share * 100) })
    },
    'workload-block': size('blockBytes'),
    'workload-region': size('regionBytes'),
    'ledger-acknowledged': ledgerCount('acknowledged'),
    'ledger-verified': ledgerCount('verified'),
    'ledger-retried': ledgerCount('retried'),
    'ledger-unknown': ledgerCount('unknown'),
    'ledger-lost': ledgerCount('lost'),
    detect: phase('detect'),
    fence: phase('fence'),
    claim: phase('claim'),
    replay: phase('replay'),
    adopt: phase('adopt'),
    serve: phase('serve'),
    'takeover-total': takeover,
    'takeover-outage': takeover,
    seed: nothing,
    operations: nothing,
    verdict: nothing,
    'virtual-time': nothing,
    marks: nothing,
    event: (_, kind) => {
      const [family = '', name = ''] = kind.split('.')
      return name === '' ? undefined : t('explain.now.event', { kind, meaning: t(`meaning.${family}.${name}`) })
    },
    waterfall: nothing,
    availability: nothing,
    'answer-dots': nothing,
    'service-request': serviceRole,
    'service-route': serviceRole,
    stripe: nothing,
    'payload-hash': nothing,
    divergence: nothing,
    fork: nothing,
  }
}
