import { failure, ok, type Result } from '../base/result'
import type { ControllerId } from '../contract/controller-id'
import type { LabError } from '../contract/lab-error'
import type { ControllerAddresses } from '../contract/midplane'
import { ADDRESS_KINDS, type AddressKind, type ControllerFaults } from '../contract/pair-faults'
import type { TraceData, TraceKind } from '../contract/trace'
import type { TracePort } from '../core/ports'
import { NetworkFaultTable } from '../platform/network-fault-table'
import { startOtherDevice, type OtherDevice } from '../platform/other-device'
import type { Batteries } from './batteries'

type Outcome = Result<null, LabError>

export interface SurroundingsParts {
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly batteries: Batteries
  /** The controller has power. */
  readonly isUp: (id: ControllerId) => boolean
  readonly trace: TracePort
  /** Both controllers have to look at their plugs and addresses again. */
  readonly networkChanged: () => void
  /** Something that the snapshot shows is different now. */
  readonly changed: () => void
}

const NAMES: Readonly<Record<AddressKind, string>> = { portal: 'portal', management: 'management port' }

/** What is around the controllers and can be broken from outside: the plugs of their networks, their addresses, and their batteries. */
export class Surroundings {
  /** NetworkFaultTable's memory. */
  readonly memory = NetworkFaultTable.createMemory()
  readonly #table = new NetworkFaultTable(this.memory)
  readonly #others = new Map<string, OtherDevice>()
  readonly #parts: SurroundingsParts

  constructor(parts: SurroundingsParts) {
    this.#parts = parts
  }

  /** Undefined: nothing is wrong. */
  faultsOf(id: ControllerId): ControllerFaults | undefined {
    const unplugged = ADDRESS_KINDS.filter((kind) => this.#table.isUnplugged(id, kind))
    const stolen = ADDRESS_KINDS.filter((kind) => this.#table.isStolen(id, kind))
    const isGone = this.#parts.batteries.isGone(id)
    if (unplugged.length === 0 && stolen.length === 0 && !isGone) return undefined
    return { unplugged, stolen, battery: isGone ? 'gone' : 'present' }
  }

  unplug(id: ControllerId, kind: AddressKind): Outcome {
    if (this.#table.isUnplugged(id, kind)) return notNow(`The ${nameOf(id, kind)} is already unplugged.`)
    return this.#setPlug(id, kind, true)
  }

  plugIn(id: ControllerId, kind: AddressKind): Outcome {
    if (!this.#table.isUnplugged(id, kind)) return notNow(`The ${nameOf(id, kind)} is plugged in.`)
    return this.#setPlug(id, kind, false)
  }

  /** The controller that listens there lets go of it. The other device takes it as soon as it is free. */
  steal(id: ControllerId, kind: AddressKind): Outcome {
    if (this.#table.isStolen(id, kind)) return notNow(`Another device already answers at the ${nameOf(id, kind)}.`)
    this.#table.setStolen(id, kind, true)
    this.#parts.networkChanged()
    this.#others.set(`${kind}-${id}`, startOtherDevice(this.#parts.addresses[id][kind]))
    return this.#done('midplane.address-stolen', id, kind, { address: kind })
  }

  giveBack(id: ControllerId, kind: AddressKind): Outcome {
    if (!this.#table.isStolen(id, kind)) return notNow(`No other device answers at the ${nameOf(id, kind)}.`)
    this.#table.setStolen(id, kind, false)
    const other = this.#others.get(`${kind}-${id}`)
    this.#others.delete(`${kind}-${id}`)
    void other?.close().then(() => this.#parts.networkChanged())
    return this.#done('midplane.address-given-back', id, kind, { address: kind })
  }

  removeBattery(id: ControllerId): Outcome {
    if (this.#parts.batteries.isGone(id)) return notNow(`The battery of controller ${id.toUpperCase()} is already gone.`)
    const removed = this.#parts.batteries.remove(id, this.#parts.isUp(id))
    return removed.ok ? this.#done('midplane.battery-removed', id) : removed
  }

  putBatteryBack(id: ControllerId): Outcome {
    if (!this.#parts.batteries.isGone(id)) return notNow(`Controller ${id.toUpperCase()} has its battery.`)
    this.#parts.batteries.putBack(id)
    return this.#done('midplane.battery-put-back', id)
  }

  /** Other devices go away. What is unplugged stays so: nobody comes any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#others.values()].map((other) => other.close()))
  }

  #setPlug(id: ControllerId, kind: AddressKind, unplugged: boolean): Outcome {
    this.#table.setUnplugged(id, kind, unplugged)
    this.#parts.networkChanged()
    return this.#done(`midplane.${kind}-${unplugged ? 'unplugged' : 'plugged-in'}`, id, kind)
  }

  #done(kind: TraceKind, id: ControllerId, where: AddressKind | 'controller' = 'controller', data: TraceData = {}): Outcome {
    this.#parts.trace.record({ place: 'midplane', kind, to: `${where}-${id}`, data: { controller: id, ...data } })
    this.#parts.changed()
    return ok(null)
  }
}

function nameOf(id: ControllerId, kind: AddressKind): string {
  return `${NAMES[kind]} of controller ${id.toUpperCase()}`
}

function notNow(message: string): Result<never, LabError> {
  return failure({ code: 'not-possible-now', message })
}
