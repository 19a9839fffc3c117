import { portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { HostPath as PathReport } from '../../contract/host'
import type { ClockPort, NetworkPort, Timer } from '../ports'
import { discoverTargets } from '../iscsi/initiator/discovery'
import { InitiatorSession } from '../iscsi/initiator/session'
import type { TargetPortGroup } from '../scsi/initiator-decoders'
import { lookFor, type Look } from './command-verdict'
import type { ControlOptions } from './control-command'
import { readAccessStates, readCapacity, scanLuns, type LunScan, type PathLun } from './lun-scan'

export interface HostPortal {
  readonly controller: ControllerId
  readonly host: string
  readonly port: number
}

export interface HostPathOptions {
  readonly clock: ClockPort
  readonly network: NetworkPort
  readonly portal: HostPortal
  readonly initiatorName: string
  readonly isidQualifier: number
}

export interface HostPathHandler {
  /** Undefined while no portal has told it. */
  targetName(): string | undefined
  targetFound(name: string): void
  /** Logged in, and its LUNs are known; also after they were read again. */
  lunsRead(path: HostPath): void
  accessStatesRead(path: HostPath, lun: number, groups: readonly TargetPortGroup[]): void
  down(path: HostPath, reason: string): void
  /** After `close`: nothing more comes. */
  closed(path: HostPath): void
}

/** Short enough to be back right after a takeover, long enough to cost nothing while a portal stays away. */
export const RECONNECT_MS = { first: 20, longest: 250 } as const
const RESCAN_MS = 500

/** One portal. Connects, logs in, learns its LUNs, and reconnects whenever the connection ends. */
export class HostPath {
  readonly controller: ControllerId
  readonly isidQualifier: number
  readonly #options: HostPathOptions
  readonly #handler: HostPathHandler
  readonly #looking = new Set<string>()
  #session: InitiatorSession | undefined
  #luns = new Map<number, PathLun>()
  #state: PathReport['state'] = 'connecting'
  #message: string | undefined
  #backoffMs: number = RECONNECT_MS.first
  #timer: Timer | undefined
  #scan: 'none' | 'running' | 'again' = 'none'
  #closing = false

  constructor(options: HostPathOptions, handler: HostPathHandler) {
    this.controller = options.portal.controller
    this.isidQualifier = options.isidQualifier
    this.#options = options
    this.#handler = handler
  }

  get state(): PathReport['state'] {
    return this.#state
  }

  get message(): string | undefined {
    return this.#message
  }

  get address(): string {
    return `${this.#options.portal.host}:${this.#options.portal.port}`
  }

  get luns(): ReadonlyMap<number, PathLun> {
    return this.#luns
  }

  /** The session to send I/O by; undefined unless the path is up. */
  get session(): InitiatorSession | undefined {
    return this.#state === 'up' && this.#session?.isOpen ? this.#session : undefined
  }

  /** The target port group of this path for a LUN. */
  groupOf(lun: PathLun): number {
    return lun.group ?? portalGroupOf(this.controller)
  }

  open(): void {
    this.#timer = undefined
    if (this.#closing) return this.#handler.closed(this)
    const targetName = this.#handler.targetName()
    if (targetName === undefined) this.#discover()
    else this.#logIn(targetName)
  }

  /** Logs out and stays away. */
  close(): void {
    if (this.#closing) return
    this.#closing = true
    if (this.#session) return this.#session.logout()
    // A discovery under way ends by itself.
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = this.#options.clock.after(0, () => this.open())
  }

  /** Has a look at what the target says has changed. */
  look(look: Look, lun: number): void {
    if (look === 'luns') this.#readLuns()
    else if (look === 'capacity') this.#readCapacity(lun)
    else this.readAccessStates(lun)
  }

  readAccessStates(lun: number): void {
    this.#lookOnce(`access-states ${lun}`, (control, finished) => {
      readAccessStates(control, lun, (groups) => {
        finished()
        if (groups) this.#handler.accessStatesRead(this, lun, groups)
      })
    })
  }

  #discover(): void {
    const { clock, network, portal, initiatorName, isidQualifier } = this.#options
    discoverTargets({ clock, network, address: portal, initiatorName, isidQualifier }, (targets, reason) => {
      const [first] = targets
      if (first === undefined) return this.#tryAgain(reason)
      this.#handler.targetFound(first.name)
      this.open()
    })
  }

  #logIn(targetName: string): void {
    const { clock, network, portal, initiatorName, isidQualifier } = this.#options
    this.#session = new InitiatorSession(
      { clock, network, address: portal, initiatorName, isidQualifier, targetName },
      {
        loggedIn: () => this.#readLuns(),
        asyncSense: (lun, sense) => {
          const look = lookFor(sense)
          if (look !== undefined) this.look(look, lun)
        },
        ended: (reason) => this.#ended(reason),
      },
    )
  }

  #ended(reason: string): void {
    const wasUp = this.#state === 'up'
    this.#session = undefined
    this.#looking.clear()
    this.#scan = 'none'
    this.#luns = new Map()
    this.#state = 'down'
    this.#message = reason
    if (wasUp) this.#handler.down(this, reason)
    this.#tryAgain(reason)
  }

  #tryAgain(reason: string): void {
    this.#message = reason
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(this.#closing ? 0 : this.#backoffMs, () => this.open())
    this.#backoffMs = Math.min(RECONNECT_MS.longest, this.#backoffMs * 2)
  }

  #readLuns(): void {
    if (this.#scan !== 'none') {
      this.#scan = 'again'
      return
    }
    const session = this.#session
    if (!session?.isOpen) return
    this.#scan = 'running'
    scanLuns(this.#control(session), (scan) => {
      // The session ended: the next one scans anew.
      if (this.#session !== session || !session.isOpen) return
      const again = this.#scan === 'again'
      this.#scan = 'none'
      if (!scan) session.drop('the target does not report its LUNs')
      else this.#takeScan(scan)
      if (again) this.#readLuns()
    })
  }

  #takeScan(scan: LunScan): void {
    this.#luns = new Map(scan.luns.map((lun) => [lun.lun, lun]))
    this.#state = 'up'
    this.#message = undefined
    this.#backoffMs = RECONNECT_MS.first
    this.#handler.lunsRead(this)
    if (!scan.complete || scan.luns.length === 0) this.#rescanSoon()
  }

  /** A target without LUNs may have some soon, and has no LUN to tell it by. */
  #rescanSoon(): void {
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(RESCAN_MS, () => this.#readLuns())
  }

  #readCapacity(lun: number): void {
    this.#lookOnce(`capacity ${lun}`, (control, finished) => {
      readCapacity(control, lun, (blockCount) => {
        finished()
        const known = this.#luns.get(lun)
        if (blockCount === undefined || known === undefined || known.blockCount === blockCount) return
        this.#luns.set(lun, { ...known, blockCount })
        this.#handler.lunsRead(this)
      })
    })
  }

  /** One scan of a kind at a time. A request for the same scan meanwhile shares its result. */
  #lookOnce(name: string, run: (control: ControlOptions, finished: () => void) => void): void {
    const session = this.#session
    if (this.#state !== 'up' || !session?.isOpen || this.#looking.has(name)) return
    this.#looking.add(name)
    run(this.#control(session), () => {
      if (this.#session === session) this.#looking.delete(name)
    })
  }

  #control(session: InitiatorSession): ControlOptions {
    return { clock: this.#options.clock, session, onLook: (look, lun) => this.look(look, lun) }
  }
}
