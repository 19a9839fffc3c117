import type { ControllerId } from './controller-id'

/** The two addresses of a controller, and the two plugs by which its networks reach it. */
export const ADDRESS_KINDS = ['portal', 'management'] as const
export type AddressKind = (typeof ADDRESS_KINDS)[number]

/** What is wrong around a controller because somebody made it so. All of it is over when the lab stops. */
export interface ControllerFaults {
  /** Its own plugs that are out. Whatever it listens on there, also for its peer after a takeover, nobody reaches. */
  readonly unplugged: readonly AddressKind[]
  /** Its addresses at which another device answers, whichever controller would serve them. */
  readonly stolen: readonly AddressKind[]
  /** `gone`: what is in its NVRAM is lost when it ends. */
  readonly battery: 'present' | 'gone'
}

interface Around {
  readonly portalServedBy: ControllerId | undefined
  readonly faults?: ControllerFaults
}

/** Which controller answers at an address of `of`: whoever has it, if its plug is in and no other device is there. */
export function answersAt(
  controllers: Readonly<Record<ControllerId, Around>>,
  of: ControllerId,
  kind: AddressKind,
): ControllerId | undefined {
  const { portalServedBy, faults } = controllers[of]
  if (portalServedBy === undefined || faults?.stolen.includes(kind) === true) return undefined
  return controllers[portalServedBy].faults?.unplugged.includes(kind) === true ? undefined : portalServedBy
}
