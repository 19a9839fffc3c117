/** The faults of a soak: what they are called, how they are drawn, and how they strike. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Prng } from '../../src-main/base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { LabCommandName } from '../../src-main/contract/lab-api'
import { ADDRESS_KINDS } from '../../src-main/contract/pair-faults'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { blankDrive, cutDrive, oldDrive } from './drive-faults'
import type { SoakedLab } from './soaked-lab'

export const FAULT_KINDS = [
  'crash',
  'panic',
  'hang',
  'cut',
  'both-killed',
  'cut-and-hang',
  'application-killed',
  'frozen',
  'drive-cut',
  'drive-blank',
  'drive-old',
  'disk-full',
  'slow-interconnect',
  'unplugged',
  'address-stolen',
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

/** Of one deck: so often each, in random order, so that a short soak has them all. */
const DECK: Readonly<Record<FaultKind, number>> = {
  crash: 3,
  panic: 2,
  hang: 3,
  cut: 2,
  'both-killed': 1,
  'cut-and-hang': 1,
  'application-killed': 2,
  frozen: 1,
  'drive-cut': 1,
  'drive-blank': 1,
  'drive-old': 1,
  'disk-full': 1,
  'slow-interconnect': 1,
  unplugged: 1,
  'address-stolen': 1,
}
/** So many faults strike with each kind among them. */
export const DECK_SIZE = Object.values(DECK).reduce((sum, times) => sum + times, 0)
/** Shorter and longer than it takes to be taken for dead. */
const FROZEN_MS = [100, 600, 1500, 6000] as const
const FULL_MS = [50, 500, 3000] as const
/** Of what is around the controllers; and for how long each message of a slow interconnect is held. */
const AROUND_MS = [50, 500, 3000] as const
const HELD_MS = [1, 20, 400] as const
/** Between the two halves of a fault that has two. */
const APART_MS = 60
/** An application that was killed is sometimes killed again on its way up. */
const KILLED_AGAIN = 0.25
const ON_ITS_WAY_MS = 1200

export class FaultDeck {
  readonly kinds: readonly FaultKind[]
  readonly #random: Prng
  #cards: FaultKind[] = []

  /** `hasDisk`: the disk is the lab's own and can be filled. */
  constructor(random: Prng, { hasDisk }: { readonly hasDisk: boolean }) {
    this.#random = random
    this.kinds = FAULT_KINDS.filter((kind) => hasDisk || kind !== 'disk-full')
  }

  draw(): FaultKind {
    if (this.#cards.length === 0) this.#cards = this.kinds.flatMap((kind) => new Array<FaultKind>(DECK[kind]).fill(kind))
    const [card] = this.#cards.splice(this.#random.below(this.#cards.length), 1)
    if (card === undefined) throw new RangeError('an empty deck')
    return card
  }
}

/** Strikes as soon as it can; gives what was done, or undefined where the lab is in no state for this fault. */
export async function strike(kind: FaultKind, lab: SoakedLab, random: Prng): Promise<string | undefined> {
  const snapshot = await lab.client.snapshot()
  switch (kind) {
    case 'crash':
      return strikeOne('kill', present(snapshot), lab, random)
    case 'panic':
    case 'hang':
      return strikeOne(kind, active(snapshot), lab, random)
    case 'cut':
      return snapshot.interconnect.state === 'up' && (await lab.tries('cut-interconnect')) ? 'cut' : undefined
    case 'both-killed':
      return bothKilled(snapshot, lab, random)
    case 'cut-and-hang':
      return cutAndHang(snapshot, lab, random)
    case 'application-killed':
      return applicationKilled(lab, random)
    case 'frozen': {
      const ms = random.pick(FROZEN_MS)
      await lab.freeze(ms)
      return `SIGSTOP for ${ms} ms`
    }
    case 'drive-cut':
      return cutDrive(snapshot, lab, random)
    case 'drive-blank':
      return blankDrive(snapshot, lab, random)
    case 'drive-old':
      return oldDrive(snapshot, lab, random)
    case 'disk-full':
      return diskFull(lab, random)
    case 'slow-interconnect':
      return forAWhile(lab, random, slowInterconnect(random))
    case 'unplugged':
      return forAWhile(lab, random, unplugged(random))
    case 'address-stolen':
      return forAWhile(lab, random, addressStolen(random))
  }
}

async function diskFull({ disk }: SoakedLab, random: Prng): Promise<string> {
  const ms = random.pick(FULL_MS)
  disk?.fill()
  await sleep(ms)
  disk?.relieve()
  return `the disk is full for ${ms} ms`
}

/** A command and the one that ends what it did. */
interface Passing {
  readonly begin: LabCommandName
  readonly parameters: Readonly<Record<string, string | number>>
  readonly end: LabCommandName
  readonly endParameters?: Readonly<Record<string, string | number>>
}

function slowInterconnect(random: Prng): Passing {
  const name = 'slow-interconnect'
  return { begin: name, parameters: { extraLatencyMs: random.pick(HELD_MS) }, end: name, endParameters: { extraLatencyMs: 0 } }
}

function unplugged(random: Prng): Passing {
  const parameters = { controller: random.pick(CONTROLLER_IDS) }
  return random.chance(0.7)
    ? { begin: 'unplug-portal', parameters, end: 'plug-in-portal' }
    : { begin: 'unplug-management', parameters, end: 'plug-in-management' }
}

function addressStolen(random: Prng): Passing {
  const parameters = { controller: random.pick(CONTROLLER_IDS), address: random.pick(ADDRESS_KINDS) }
  return { begin: 'steal-address', parameters, end: 'give-address-back' }
}

async function forAWhile(lab: SoakedLab, random: Prng, passing: Passing): Promise<string | undefined> {
  const { begin, parameters, end, endParameters = parameters } = passing
  const ms = random.pick(AROUND_MS)
  if (!(await lab.tries(begin, parameters))) return undefined
  await sleep(ms)
  await lab.tries(end, endParameters)
  return `${begin} ${JSON.stringify(parameters)} for ${ms} ms`
}

async function strikeOne(
  name: LabCommandName,
  candidates: readonly ControllerId[],
  lab: SoakedLab,
  random: Prng,
): Promise<string | undefined> {
  if (candidates.length === 0) return undefined
  const controller = random.pick(candidates)
  return (await lab.tries(name, { controller })) ? `${name} ${controller}` : undefined
}

async function bothKilled(snapshot: LabSnapshot, lab: SoakedLab, random: Prng): Promise<string | undefined> {
  if (present(snapshot).length < CONTROLLER_IDS.length) return undefined
  const [first, second] = random.chance(0.5) ? (['a', 'b'] as const) : (['b', 'a'] as const)
  const apartMs = random.below(APART_MS)
  const isFirstKilled = await lab.tries('kill', { controller: first })
  await sleep(apartMs)
  const isSecondKilled = await lab.tries('kill', { controller: second })
  return isFirstKilled || isSecondKilled ? `kill ${first}, ${second} after ${apartMs} ms` : undefined
}

async function cutAndHang(snapshot: LabSnapshot, lab: SoakedLab, random: Prng): Promise<string | undefined> {
  const candidates = active(snapshot)
  if (candidates.length === 0 || snapshot.interconnect.state === 'cut') return undefined
  const cutFirst = random.chance(0.5)
  const apartMs = random.below(APART_MS)
  const cut = () => lab.tries('cut-interconnect')
  const hang = () => strikeOne('hang', candidates, lab, random)
  const first = await (cutFirst ? cut() : hang())
  await sleep(apartMs)
  const second = await (cutFirst ? hang() : cut())
  return first || second ? `${cutFirst ? 'cut, then hang' : 'hang, then cut'} after ${apartMs} ms` : undefined
}

async function applicationKilled(lab: SoakedLab, random: Prng): Promise<string> {
  const downMs = random.below(300)
  await lab.killApplication()
  await sleep(downMs)
  const again = random.chance(KILLED_AGAIN) ? random.below(ON_ITS_WAY_MS) : undefined
  if (again !== undefined) await lab.killWhileStarting(again)
  await lab.startApplication()
  return again === undefined ? 'SIGKILL and start' : `SIGKILL, start, SIGKILL after ${again} ms, start`
}

function present({ controllers }: LabSnapshot): readonly ControllerId[] {
  return CONTROLLER_IDS.filter((id) => ['starting', 'running', 'hung'].includes(controllers[id].state))
}

/** Those that would do something, were it not for the fault. */
function active({ controllers }: LabSnapshot): readonly ControllerId[] {
  return CONTROLLER_IDS.filter((id) => ['starting', 'running'].includes(controllers[id].state))
}
