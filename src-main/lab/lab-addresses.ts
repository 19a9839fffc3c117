import { randomBytes } from 'node:crypto'
import type { ControllerId } from '../contract/controller-id'
import type { LabAccess } from '../contract/lab-api'
import type { ControllerAddresses } from '../contract/midplane'
import type { LabIdentity } from '../contract/snapshot'
import type { LabOptions } from './lab'
import type { OpenLabFolder } from './lab-folder'
import type { ManagementClientOptions } from './management-client'

/** What the lab is called, where it is reached by other programs, and with which token. */
export class LabAddresses {
  readonly of: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly targetName: string
  readonly token = randomBytes(24).toString('base64url')
  /** Of the page for browsers, once there is one. */
  httpUrl: string | undefined

  constructor(labId: string, addresses: LabAddresses['of']) {
    this.of = addresses
    this.targetName = `iqn.2026-11.local.takeover-lab:${labId}`
  }

  /** `nowMs`: on the trace clock. */
  identity(
    { id, folder }: Pick<OpenLabFolder, 'id' | 'folder'>,
    { version, developmentBuild }: Pick<LabOptions, 'version' | 'developmentBuild'>,
    nowMs: number,
  ): LabIdentity {
    const startedAtMs = Date.now() - nowMs
    const build = developmentBuild === undefined ? {} : { developmentBuild }
    return { id, folder, version, targetName: this.targetName, startedAtMs, ...build }
  }

  access(): LabAccess {
    const { a, b } = this.of
    const portal = ({ portal: { host, port } }: ControllerAddresses) => `${host}:${port}`
    const url = ({ management: { host, port } }: ControllerAddresses) => `http://${host}:${port}`
    return {
      target: this.targetName,
      portals: { a: portal(a), b: portal(b) },
      management: { a: url(a), b: url(b) },
      http: this.httpUrl,
      token: this.token,
    }
  }

  management(id: ControllerId): ManagementClientOptions {
    return { address: this.of[id].management, token: this.token, name: `controller ${id.toUpperCase()}` }
  }
}
