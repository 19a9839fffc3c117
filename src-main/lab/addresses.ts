import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ControllerAddresses } from '../contract/midplane'
import { probePort } from '../platform/listener'
import { LabStartError } from '../platform/lab-start-error'

export const LOOPBACK = '127.0.0.1'

const USUAL_PORTS = {
  portal: { a: 3260, b: 3261 },
  management: { a: 8081, b: 8082 },
} as const

export interface PortChoices {
  readonly portalPorts: Readonly<Record<ControllerId, number | undefined>>
  readonly managementPorts: Readonly<Record<ControllerId, number | undefined>>
}

/**
 * The four addresses of the lab. They are fixed for the session, because a survivor opens the dead controller's addresses too.
 * A port that was asked for must be free. If a usual port is in use, any free port replaces it, with a notice.
 */
export async function chooseAddresses(choices: PortChoices): Promise<{
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly notices: readonly string[]
}> {
  const taken = new Set<number>()
  const notices: string[] = []
  const choose = async (what: 'portal' | 'management', id: ControllerId, asked: number | undefined): Promise<number> => {
    const wanted = asked ?? USUAL_PORTS[what][id]
    const name = `${what === 'portal' ? 'portal' : 'management port'} of controller ${id.toUpperCase()}`
    const port = await freePort(wanted, taken)
    if (port !== undefined) return port
    if (asked !== undefined)
      throw new LabStartError(
        `Port ${asked} for the ${name} is in use by another program. Choose another port with --${what}-${id}, or 0 for any free port.`,
      )
    const free = await freePort(0, taken)
    if (free === undefined) throw new LabStartError('There is no free TCP port on 127.0.0.1.')
    notices.push(`Port ${wanted} is in use by another program. The ${name} is ${free}.`)
    return free
  }
  const portals: Record<ControllerId, number> = { a: 0, b: 0 }
  const managements: Record<ControllerId, number> = { a: 0, b: 0 }
  for (const id of CONTROLLER_IDS) {
    portals[id] = await choose('portal', id, choices.portalPorts[id])
    managements[id] = await choose('management', id, choices.managementPorts[id])
  }
  const of = (id: ControllerId): ControllerAddresses => ({
    portal: { host: LOOPBACK, port: portals[id] },
    management: { host: LOOPBACK, port: managements[id] },
  })
  return { addresses: { a: of('a'), b: of('b') }, notices }
}

async function freePort(wanted: number, taken: Set<number>): Promise<number | undefined> {
  for (let attempt = 0; attempt < 8; attempt++) {
    const port = await probePort({ host: LOOPBACK, port: wanted })
    if (port === undefined) return undefined
    if (!taken.has(port)) {
      taken.add(port)
      return port
    }
    if (wanted !== 0) return undefined
  }
  return undefined
}
