import * as v from 'valibot'

/** The two controllers of the pair. */
export type ControllerId = 'a' | 'b'

export const CONTROLLER_IDS = ['a', 'b'] as const satisfies readonly ControllerId[]

export const controllerIdSchema = v.picklist(CONTROLLER_IDS, 'must be "a" or "b"')

export function peerOf(controller: ControllerId): ControllerId {
  return controller === 'a' ? 'b' : 'a'
}

/** Target portal group tag and relative target port: 1 on A, 2 on B, wherever the portal is served from. */
export type PortalGroup = 1 | 2

export function portalGroupOf(controller: ControllerId): PortalGroup {
  return controller === 'a' ? 1 : 2
}

export function controllerOfPortalGroup(group: PortalGroup): ControllerId {
  return group === 1 ? 'a' : 'b'
}
