/**
 * Everything in the window that can be explained, and the word of the English glossary under which to read on. What it is says the
 * glossary, or, where that word is about more, `own`: a text of its own in each language.
 */
export const TOPICS = {
  'pair-state': { word: 'Takeover', own: true },
  serving: { word: 'Current owner', own: true },
  generation: { word: 'Generation' },
  'serve-locally': { word: 'Serve locally' },
  'forward-to-owner': { word: 'Forward to owner' },
  'transfer-ownership': { word: 'Transfer ownership' },
  'primary-only': { word: 'Primary only' },
  access: { word: 'Portal', own: true },
  whole: { word: 'Rebuild', own: true },
  simulation: { word: 'Simulation' },
  host: { word: 'Host' },
  workload: { word: 'Workload' },
  path: { word: 'Path' },
  'management-address': { word: 'Management station', own: true },
  lun: { word: 'LUN' },
  controller: { word: 'Controller' },
  incarnation: { word: 'Incarnation' },
  'service-role': { word: 'Service owner' },
  'count-reads': { word: 'Host', own: true },
  'count-writes': { word: 'Acknowledged write', own: true },
  'count-forwarded': { word: 'Forwarding' },
  'count-served': { word: 'Service request' },
  nvram: { word: 'NVRAM log' },
  volume: { word: 'Volume' },
  portal: { word: 'Portal' },
  interconnect: { word: 'Interconnect' },
  midplane: { word: 'Midplane' },
  drive: { word: 'Drive' },
  'raid-group': { word: 'RAID group' },
  kill: { word: 'Takeover', own: true },
  hang: { word: 'Heartbeat', own: true },
  panic: { word: 'Takeover', own: true },
  restart: { word: 'Giveback', own: true },
  cut: { word: 'Interconnect', own: true },
  'fault-palette': { word: 'Fault', own: true },
  'fault-portal': { word: 'Portal', own: true },
  'fault-management': { word: 'Management station', own: true },
  'fault-stolen': { word: 'Portal', own: true },
  'fault-battery': { word: 'NVRAM log', own: true },
  'fault-slow-link': { word: 'Interconnect', own: true },
  surprise: { word: 'Seed', own: true },
  'legend-read': { word: 'Host', own: true },
  'legend-write': { word: 'Acknowledged write', own: true },
  'legend-mirrored': { word: 'Mirror' },
  'legend-ownership': { word: 'Ownership arbiter' },
  'legend-answer': { word: 'Path', own: true },
  'legend-drawn': { word: 'Trace', own: true },
  outage: { word: 'Outage' },
  ledger: { word: 'Ledger' },
  requests: { word: 'Workload', own: true },
  throughput: { word: 'Workload', own: true },
  'latency-p50': { word: 'Workload', own: true },
  'latency-p99': { word: 'Workload', own: true },
  'answers-chart': { word: 'Outage', own: true },
  'workload-rate': { word: 'Workload', own: true },
  'workload-mix': { word: 'Workload', own: true },
  'workload-block': { word: 'Chunk', own: true },
  'workload-region': { word: 'Workload', own: true },
  'ledger-acknowledged': { word: 'Acknowledged write' },
  'ledger-verified': { word: 'Ledger', own: true },
  'ledger-retried': { word: 'Path', own: true },
  'ledger-unknown': { word: 'Ledger', own: true },
  'ledger-lost': { word: 'Lost block', own: true },
  detect: { word: 'Heartbeat', own: true },
  fence: { word: 'Fence' },
  claim: { word: 'Claim' },
  replay: { word: 'Replay' },
  adopt: { word: 'Current owner', own: true },
  serve: { word: 'Takeover', own: true },
  'takeover-total': { word: 'Takeover', own: true },
  'takeover-outage': { word: 'Outage', own: true },
  seed: { word: 'Seed' },
  operations: { word: 'Simulation', own: true },
  verdict: { word: 'Checker', own: true },
  'virtual-time': { word: 'Virtual time' },
  marks: { word: 'Fault', own: true },
  event: { word: 'Trace', own: true },
  waterfall: { word: 'Path', own: true },
  availability: { word: 'Outage', own: true },
  'answer-dots': { word: 'Outage', own: true },
  'service-request': { word: 'Service request' },
  'service-route': { word: 'Dispatch scheme', own: true },
  stripe: { word: 'Stripe' },
  'payload-hash': { word: 'Trace', own: true },
  divergence: { word: 'Simulation', own: true },
  fork: { word: 'Simulation', own: true },
} as const satisfies Record<string, { readonly word: string; readonly own?: true }>

export type Topic = keyof typeof TOPICS
/** Those that need words of their own. One without them does not compile, in either language. */
export type OwnTopic = { [T in Topic]: (typeof TOPICS)[T] extends { readonly own: true } ? T : never }[Topic]
export interface OwnWords {
  readonly title: string
  readonly is: string
}

export function isTopic(name: string | undefined): name is Topic {
  return name !== undefined && name in TOPICS
}

export function hasOwnWords(topic: Topic): topic is OwnTopic {
  return 'own' in TOPICS[topic]
}
