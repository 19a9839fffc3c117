/** Messages that are the same in German and English: terms that Germans use, names, units, and what only puts values together. */
const TERMS = [
  ...[
    'Block',
    'Bytes',
    'Dispatch',
    'dirty',
    'Hang',
    'Host',
    'HTTP',
    'Interconnect',
    'iSCSI',
    'JSON',
    'Kill',
    'Ledger',
    'linear',
    'Management',
    'Mapping',
    'Primary',
  ],
  ...['Midplane', 'Monitoring', 'optional', 'Panic', 'Pause', 'Player', 'Read', 'Rebuild', 'Request', 'Seed', 'Simulation', 'Stripe'],
  ...['System', 'Takeovers', 'Token', 'Trainer', 'Transfer', 'Volumes', 'Workload', 'Write'],
  ...['Adopt', 'Controller', 'Detect', 'LUN', 'NVRAM', 'Owner', 'RAID', 'Reads', 'Serve', 'Volume', 'Writes'],
  ...['RAID 0', 'RAID 1', 'RAID 5', 'RAID 6', 'RAID 10'],
]
/** As in the events that the lab writes. */
const PHASES = ['detect', 'fence', 'claim', 'replay', 'adopt', 'serve']
/** The languages are named in their own words. */
const NAMES = ['Takeover Lab', 'English', 'Deutsch', 'Portal A', 'Portal B', 'Management A', 'Management B']
const SYSTEMS = ['libiscsi', 'QEMU', 'Linux (open-iscsi)', 'Windows Server', 'FreeBSD', 'ESXi']
const KEYS = ['Esc', 'L', 'T', 'B']
const UNITS = ['MiB', 'ms', 's', ' {ms} ms', '{ms} ms', '+{ms} ms', '/s', '{count}/s', '{count} I/O', 'p50', 'p99']
const TOGETHER = [
  ...[
    '{cause}, LUN {lun}',
    'Controller {id}',
    'LUN {lun}',
    'LUN {lun}: {name}',
    'LUN {luns} | LUN {luns} | LUNs {luns}',
    'Management {id}',
  ],
  ...['{ms} ms: {cause}, LUN {lun}.', 'Operation {name}'],
  ...['Portal {id}', 'Portal {which}', 'Controller {which}', 'Seed {seed}'],
]

export const SAME_IN_BOTH: ReadonlySet<string> = new Set([...TERMS, ...PHASES, ...NAMES, ...SYSTEMS, ...KEYS, ...UNITS, ...TOGETHER])
