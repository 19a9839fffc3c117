import type { ControllerId } from '../../src-main/contract/controller-id'
import type { LabCommandName } from '../../src-main/contract/lab-api'
import type { AddressKind, ControllerFaults } from '../../src-main/contract/pair-faults'

const WELL: ControllerFaults = { unplugged: [], stolen: [], battery: 'present' }

const without = (kinds: readonly AddressKind[], kind: AddressKind) => kinds.filter((one) => one !== kind)

/** What is wrong around a controller of the pretended lab after a lab command; undefined: nothing. */
export function afterSurroundingsCommand(
  faults: ControllerFaults = WELL,
  name: LabCommandName,
  parameters: unknown,
): ControllerFaults | undefined {
  const { address = 'portal' } = parameters as { readonly controller?: ControllerId; readonly address?: AddressKind }
  const after = changed(faults, name, address)
  return JSON.stringify(after) === JSON.stringify(WELL) ? undefined : after
}

function changed(faults: ControllerFaults, name: LabCommandName, address: AddressKind): ControllerFaults {
  const { unplugged, stolen } = faults
  switch (name) {
    case 'unplug-portal':
      return { ...faults, unplugged: [...unplugged, 'portal'] }
    case 'plug-in-portal':
      return { ...faults, unplugged: without(unplugged, 'portal') }
    case 'unplug-management':
      return { ...faults, unplugged: [...unplugged, 'management'] }
    case 'plug-in-management':
      return { ...faults, unplugged: without(unplugged, 'management') }
    case 'steal-address':
      return { ...faults, stolen: [...stolen, address] }
    case 'give-address-back':
      return { ...faults, stolen: without(stolen, address) }
    case 'remove-battery':
      return { ...faults, battery: 'gone' }
    case 'put-battery-back':
      return { ...faults, battery: 'present' }
    default:
      return faults
  }
}
