import type { Place } from '../../contract/trace'

/** The words of the report that stand for names in a run. */
const FAULTS: Readonly<Record<string, string>> = {
  crash: 'Crash',
  hang: 'Hang',
  cut: 'Interconnect cut',
  panic: 'Panic',
  'drive-pulled': 'Drive pulled',
  'drive-failure': 'Drive fails',
  'drive-replaced': 'Drive replaced',
  'slow-drive': 'Slow drive',
  'slow-interconnect': 'Slow interconnect',
  'portal-lost': 'Portal unplugged',
  'management-lost': 'Management port unplugged',
  'address-stolen': 'Address stolen by another device',
  'battery-gone': 'NVRAM battery removed',
  'nvram-lost': 'NVRAM lost its contents',
  'latent-error': 'Latent sector error',
  'silent-corruption': 'Silent corruption',
}

/** The simulator has more faults than a person can cause; their names are words. */
export function faultName(name: string): string {
  const words = name.replaceAll('-', ' ')
  return FAULTS[name] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

/** `controller-a` as "controller A". */
export function placeName(place: Place): string {
  const [thing = '', which = ''] = place.split('-')
  return which === '' ? thing : `${thing} ${which.toUpperCase()}`
}

export const LEVELS: Readonly<Record<string, string>> = {
  linear: 'linear',
  raid0: 'RAID 0',
  raid1: 'RAID 1',
  raid5: 'RAID 5',
  raid6: 'RAID 6',
  raid10: 'RAID 10',
}

export const PHASES: Readonly<Record<string, string>> = {
  detect: 'detect: the failure is noticed',
  fence: 'fence: the other controller is proven unable to write',
  claim: 'claim: its volumes, in a new epoch',
  replay: 'replay: of its mirrored log, to the drives',
  adopt: 'adopt: volumes and addresses',
  serve: 'serve: hosts and service requests',
}
