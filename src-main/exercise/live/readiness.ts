import type { ArrayState } from '../../contract/array-state'
import type { LabSnapshot } from '../../contract/snapshot'
import type { LiveWorld } from '../format/exercise'

/** Why a try cannot begin in a lab that stands like this: a sentence that says what to do. Undefined: it can. */
export function whyNotReady({ volumes, policies }: LiveWorld, { missing, makingWhole, array }: LabSnapshot): string | undefined {
  if (makingWhole?.state === 'running') return 'The lab is being made whole. Begin when it is.'
  if (missing !== undefined || array === undefined) return 'The pair is not whole. Make it whole, and begin then.'
  return missingVolume(volumes, array) ?? wrongPolicy(policies, array)
}

function missingVolume(volumes: LiveWorld['volumes'], { configuration }: ArrayState): string | undefined {
  for (const [lun, name] of volumes.entries()) {
    const id = configuration.luns.find((one) => one.lun === lun)?.volumeId
    const there = configuration.volumes.find((volume) => volume.id === id)
    if (there?.name !== name)
      return `This exercise speaks of a volume ${name} at LUN ${lun}, and the lab has ${there?.name ?? 'none'} there. Rename or map one.`
  }
  return undefined
}

function wrongPolicy(policies: LiveWorld['policies'], array: ArrayState): string | undefined {
  const is: Readonly<Record<keyof LiveWorld['policies'], string | boolean>> = {
    cachePolicy: array.cachePolicy ?? 'write-through',
    dispatchScheme: array.dispatchScheme,
    automaticGiveback: array.automaticGiveback,
    ownershipByLoad: array.ownershipByLoad ?? false,
  }
  const names = Object.keys(policies) as (keyof LiveWorld['policies'])[]
  const wrong = names.find((name) => policies[name] !== is[name])
  if (wrong === undefined) return undefined
  const [wanted, now] = [tell(policies[wrong]), tell(is[wrong])]
  return `This exercise needs ${WORDS[wrong]} ${wanted}, and in this lab it is ${now}. Change it with ${REQUESTS[wrong]}.`
}

const WORDS = {
  cachePolicy: 'the cache policy',
  dispatchScheme: 'the dispatch scheme',
  automaticGiveback: 'automatic giveback',
  ownershipByLoad: 'ownership by load',
} as const
const REQUESTS = {
  cachePolicy: 'set-cache-policy',
  dispatchScheme: 'set-dispatch-scheme',
  automaticGiveback: 'set-automatic-giveback',
  ownershipByLoad: 'set-ownership-by-load',
} as const

function tell(value: string | boolean | undefined): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
}
