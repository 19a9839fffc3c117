import { present } from '../../src-main/base/assert'
import { Prng } from '../../src-main/base/prng'
import { failure, ok } from '../../src-main/base/result'
import type { ArrayState } from '../../src-main/contract/array-state'
import { NO_CLASSROOM } from '../../src-main/contract/classroom'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { Outage } from '../../src-main/contract/host'
import { LAB_COMMANDS, type LabApi, type LabCommandName } from '../../src-main/contract/lab-api'
import { RECORDINGS_MIB } from '../../src-main/contract/recording'
import { DISPATCH_SCHEMES, type ServiceAnswer, type ServiceRequest } from '../../src-main/contract/service-request'
import { NO_SIMULATION } from '../../src-main/contract/simulation'
import { TAKEOVER_PHASES, type ControllerSnapshot, type LabSnapshot, type TakeoverRecord } from '../../src-main/contract/snapshot'
import type { TraceEvent } from '../../src-main/contract/trace'
import { workloadSchema } from '../../src-main/contract/workload'
import { withFailedMembers } from '../../src-main/core/controller/state/array-changes'
import { withoutRebuild, withRebuilt, withRebuildBegun } from '../../src-main/core/controller/state/rebuild-changes'
import { driveCondition } from '../../src-main/snapshot/drive-condition'
import * as v from 'valibot'
import { FAKE_REQUESTS, firstArrayState, firstController, firstDrives, firstHost } from './fake-lab-data'
import { afterDriveCommand } from './fake-bays'
import { afterSurroundingsCommand } from './fake-surroundings'
import { createStoryteller, ioSteps, serviceSteps } from './fake-lab-story'

/** Milliseconds of each phase of a pretended takeover. */
const PHASE_MS = [118, 6.2, 1.4, 0.3, 9.6, 4.1]
const TICK_MS = 50
/** From asking for a surprise to its stroke. */
const SURPRISE_MS = 2000
/** Stripes that a pretended rebuild brings to a drive in a tick. */
const STRIPES_PER_TICK = 8

interface Planned {
  readonly atMs: number
  readonly run: () => void
}

/**
 * A lab that only pretends: a LabApi that behaves like one as seen from the window, on a clock that `advance` moves.
 * For looking at the window and testing it; the same calls always give the same pictures.
 */
export function createFakeLab(options: { readonly driveCount?: number; readonly slowTakeover?: boolean } = {}) {
  const driveCount = options.driveCount ?? 6
  const random = new Prng(20261122)
  const tell = createStoryteller()
  const snapshotListeners = new Set<(snapshot: LabSnapshot) => void>()
  const eventListeners = new Set<(events: readonly TraceEvent[]) => void>()
  const controllers = { a: firstController('a'), b: firstController('b') }
  const drives = firstDrives(driveCount)
  let array: ArrayState | undefined = firstArrayState(driveCount)
  let host = firstHost()
  let interconnect: LabSnapshot['interconnect'] = { state: 'up', messages: 1204, bytes: 96_320 }
  let surprise: LabSnapshot['surprise']
  let takeovers: TakeoverRecord[] = []
  let events: TraceEvent[] = []
  let outbox: TraceEvent[] = []
  let planned: Planned[] = []
  let nowMs = 41_000
  let sequence = 0
  let requestNumber = 0
  let recorded = 0
  let developmentBuild: string | undefined = 'Electron 33.2.1 from the package registry'

  function change(id: ControllerId, part: Partial<ControllerSnapshot>): void {
    controllers[id] = { ...controllers[id], ...part }
  }

  function snapshot(): LabSnapshot {
    return {
      sequence: sequence++,
      timeMs: nowMs,
      lab: {
        id: 'fake',
        folder: '/home/user/.local/share/takeover-lab',
        version: '0.1.0',
        targetName: 'iqn.2026-11.lab.takeover:array',
        ...(developmentBuild === undefined ? {} : { developmentBuild }),
      },
      controllers: { a: controllers.a, b: controllers.b },
      interconnect,
      drives: drives.map((drive) => ({ ...drive, ...driveCondition(drive.index, array, drive.message !== undefined) })),
      array,
      takeovers,
      host,
      ...(surprise === undefined ? {} : { surprise }),
      trace: { recorded, omitted: Math.floor(recorded / 3), overwritten: 0, fileBytes: recorded * 190 },
    }
  }

  function record(more: readonly TraceEvent[]): void {
    events = [...events, ...more].slice(-4000)
    outbox.push(...more)
    recorded += more.length
  }

  function plan(delayMs: number, run: () => void): void {
    planned.push({ atMs: nowMs + delayMs, run })
  }

  function tick(): void {
    nowMs += TICK_MS
    const due = planned.filter((entry) => entry.atMs <= nowMs)
    planned = planned.filter((entry) => entry.atMs > nowMs)
    for (const entry of due) entry.run()
    if (controllers.a.state === 'running' && controllers.b.state === 'running' && interconnect.state === 'up') {
      interconnect = { ...interconnect, messages: interconnect.messages + 2, bytes: interconnect.bytes + 160 }
    }
    work()
    rebuild()
    for (const id of CONTROLLER_IDS) {
      const other = controllers[peerOf(id)]
      const quiet = other.state !== 'running' || interconnect.state === 'cut'
      const { nvram } = controllers[id]
      if (nvram !== undefined) change(id, { nvram: { ...nvram, mirror: quiet ? 'away' : 'in-step' } })
      change(id, { peerSilenceMs: quiet ? (controllers[id].peerSilenceMs ?? 0) + TICK_MS : 8 + random.below(30) })
    }
    if (outbox.length > 0) for (const listener of eventListeners) listener(outbox)
    outbox = []
    if (snapshotListeners.size > 0) {
      const now = snapshot()
      for (const listener of snapshotListeners) listener(now)
    }
  }

  function fail(drive: number, message = 'cannot be read: the file is shorter than it should be'): void {
    const state = present(array, 'array state')
    const groups = state.configuration.groups.filter(({ sections }) => sections.some((section) => section.drive === drive))
    array = withFailedMembers(
      { ...state, generation: state.generation + 1 },
      groups.map(({ id }) => ({ groupId: id, drive })),
    )
    drives[drive] = { ...present(drives[drive], 'drive'), message }
    record(tell(nowMs, [{ place: 'controller-a', kind: 'drive.failed', to: `drive-${drive}`, afterMs: 0, data: { drive } }]))
  }

  function beginRebuild(drive: number, operation: string): void {
    array = withRebuildBegun(present(array, 'array state'), { drive, operation, server: 'a' })
    const { message: _gone, ...rest } = present(drives[drive], 'drive')
    drives[drive] = rest
    record(tell(nowMs, [{ place: 'controller-a', kind: 'drive.rebuild-started', to: `drive-${drive}`, afterMs: 0, data: { drive } }]))
  }

  function rebuild(): void {
    for (const { groupId, drive, rebuild: run } of array?.failedMembers ?? []) {
      const part = run?.parts[0]
      if (array === undefined || part === undefined) continue
      array = withRebuilt(
        array,
        { groupId, drive },
        { endStripe: part.endStripe, fromStripe: Math.min(part.endStripe, part.fromStripe + STRIPES_PER_TICK) },
      )
    }
  }

  function work(): void {
    const { workload } = host
    const both = CONTROLLER_IDS.every((id) => controllers[id].portalServedBy !== undefined)
    if (!workload.running || !both) {
      const queued = workload.running ? host.commands.queued + workload.settings.requestsPerSecond * (TICK_MS / 1000) : 0
      host = {
        ...host,
        rates: { ...host.rates, readsPerSecond: 0, writesPerSecond: 0, bytesPerSecond: 0 },
        commands: { ...host.commands, queued },
      }
      return
    }
    const count = Math.round((workload.settings.requestsPerSecond * TICK_MS) / 1000)
    let writes = 0
    for (let n = 0; n < count; n++) if (request()) writes++
    const perSecond = workload.settings.requestsPerSecond + random.below(9) - 4
    const reads = Math.round(perSecond * workload.settings.readShare)
    host = {
      ...host,
      ledger: {
        ...host.ledger,
        acknowledged: host.ledger.acknowledged + writes,
        blocks: Math.min(65_536, host.ledger.blocks + writes * 6),
      },
      commands: { sent: host.commands.sent + count, answered: host.commands.answered + count, underWay: 2 + random.below(3), queued: 0 },
      rates: {
        readsPerSecond: reads,
        writesPerSecond: perSecond - reads,
        bytesPerSecond: perSecond * workload.settings.blockBytes,
        latencyP50Ms: 0.42 + random.fraction() * 0.1,
        latencyP99Ms: 1.6 + random.fraction() * 0.9,
      },
    }
  }

  /** One request of the workload; true if it was a write. */
  function request(): boolean {
    const state = present(array, 'array state')
    const volume = random.pick(state.configuration.volumes)
    const operation = random.chance(host.workload.settings.readShare) ? 'read' : 'write'
    const owner = present(
      state.ownership.find((entry) => entry.volumeId === volume.id),
      'owner',
    ).owner
    const portal = random.chance(0.9) ? volume.preferredOwner : peerOf(volume.preferredOwner)
    const servedBy = controllers[portal].portalServedBy ?? owner
    const members = present(
      state.configuration.groups.find((group) => group.id === volume.groupId),
      'group',
    ).sections.map((section) => section.drive)
    const drivesUsed = operation === 'read' ? [random.pick(members)] : [present(members[0], 'drive'), present(members.at(-1), 'drive')]
    for (const index of drivesUsed) {
      const drive = present(drives[index], 'drive')
      drives[index] = operation === 'read' ? { ...drive, reads: drive.reads + 1 } : { ...drive, writes: drive.writes + 1 }
    }
    const counters = controllers[servedBy].counters
    change(servedBy, {
      counters: {
        ...counters,
        reads: counters.reads + (operation === 'read' ? 1 : 0),
        writes: counters.writes + (operation === 'write' ? 1 : 0),
        forwarded: counters.forwarded + (servedBy === owner ? 0 : 1),
      },
    })
    const block = random.below(32_768)
    record(
      tell(
        nowMs,
        ioSteps({ operation, portal, servedBy, owner, lun: volume.id, block, drives: drivesUsed }),
        `io-${portal}1-${(requestNumber++).toString(16)}`,
      ),
    )
    return operation === 'write'
  }

  function stop(id: ControllerId, reason: 'crash' | 'hang', lastFailure?: string): void {
    if (reason === 'crash')
      record(
        tell(nowMs, [
          { place: 'midplane', kind: 'midplane.controller-killed', afterMs: 0 },
          {
            place: 'midplane',
            kind: 'midplane.controller-exited',
            afterMs: 4,
            ...(lastFailure === undefined ? {} : { data: { message: lastFailure } }),
          },
        ]),
      )
    else record(tell(nowMs, [{ place: 'midplane', kind: 'midplane.controller-hung', afterMs: 0 }]))
    change(id, {
      state: reason === 'crash' ? 'down' : 'hung',
      portalServedBy: undefined,
      ...(reason === 'crash' ? { phase: undefined } : {}),
      ...(lastFailure === undefined ? {} : { lastFailure }),
    })
    for (const of of CONTROLLER_IDS) if (controllers[of].portalServedBy === id) change(of, { portalServedBy: undefined })
    host = { ...host, paths: host.paths.map((path) => (path.controller === id ? { ...path, state: 'down' } : path)) }
    if (controllers[peerOf(id)].state === 'running') plan(reason === 'hang' ? 600 : TICK_MS, () => takeOver(id, reason))
  }

  function takeOver(dead: ControllerId, reason: TakeoverRecord['reason']): void {
    const survivor = peerOf(dead)
    const startedAtMs = nowMs
    const number = takeovers.length + 1
    const stretch = options.slowTakeover === true ? 20 : 1
    change(survivor, { phase: 'taking-over' })
    const base = { number, survivor, dead, reason, startedAtMs, volumes: [dead === 'a' ? 0 : 1] }
    takeovers = [...takeovers, { ...base, phases: [], totalMs: 0 }]
    let endedAtMs = startedAtMs
    const kinds = [
      'takeover.detected',
      'takeover.fenced',
      'takeover.claimed',
      'takeover.replayed',
      'takeover.adopted',
      'takeover.serving',
    ] as const
    const story = tell(
      startedAtMs,
      kinds.map((kind, index) => ({ place: `controller-${survivor}` as const, kind, afterMs: PHASE_MS[index] ?? 0 })),
    )
    TAKEOVER_PHASES.forEach((phase, index) => {
      const durationMs = PHASE_MS[index] ?? 0
      endedAtMs += durationMs
      const done = { phase, endedAtMs, durationMs, ...(phase === 'replay' ? { records: 44 } : {}) }
      plan((endedAtMs - startedAtMs) * stretch, () => {
        const event = story[index]
        if (event !== undefined) record([event])
        takeovers = takeovers.map((entry) =>
          entry.number === number ? { ...entry, phases: [...entry.phases, done], totalMs: done.endedAtMs - startedAtMs } : entry,
        )
        if (phase === 'fence' && controllers[dead].state === 'hung')
          change(dead, { state: 'down', phase: undefined, portalServedBy: undefined })
        if (phase === 'serve') finishTakeover(number)
      })
    })
  }

  function finishTakeover(number: number): void {
    const takeover = present(
      takeovers.find((entry) => entry.number === number),
      'takeover',
    )
    const { survivor, dead } = takeover
    change(survivor, { phase: 'serving' })
    change(dead, { portalServedBy: survivor })
    own(takeover.volumes, survivor)
    if (array !== undefined) array = { ...array, serviceOwner: survivor, serviceEpoch: array.serviceEpoch + 1 }
    const hostOutage: Outage = { lun: 0, startedAtMs: takeover.startedAtMs + 2, durationMs: takeover.totalMs + 71.3, isOver: true }
    takeovers = takeovers.map((entry) => (entry.number === number ? { ...entry, hostOutage } : entry))
    const { ledger, outages } = host
    host = {
      ...host,
      takeoverOutage: hostOutage,
      outages: {
        ...outages,
        longest: { ...hostOutage, cause: { kind: 'crash', controller: dead } },
        luns: outages.luns.map((one) => (one.lun === hostOutage.lun ? { ...one, longest: hostOutage } : one)),
      },
      paths: host.paths.map((path) => ({ ...path, state: 'up' })),
      ledger: {
        ...ledger,
        retried: ledger.retried + 3,
        unknown: ledger.unknown + 1,
        verified: ledger.blocks,
        checkedBlocks: ledger.blocks,
      },
    }
  }

  function own(volumes: readonly number[], owner: ControllerId): void {
    if (array === undefined) return
    array = {
      ...array,
      generation: array.generation + 1,
      ownership: array.ownership.map((entry) => (volumes.includes(entry.volumeId) ? { ...entry, owner, epoch: entry.epoch + 1 } : entry)),
    }
    record(
      volumes.flatMap((volumeId) =>
        tell(nowMs, [{ place: `controller-${owner}`, kind: 'volume.owner-changed', afterMs: 0, data: { volumeId, owner } }]),
      ),
    )
  }

  function restart(id: ControllerId): void {
    const { lastFailure: _gone, ...rest } = controllers[id]
    controllers[id] = { ...rest, state: 'starting', phase: 'booting', incarnation: rest.incarnation + 1 }
    record(tell(nowMs, [{ place: 'midplane', kind: 'midplane.controller-started', afterMs: 0 }]))
    plan(400, () => change(id, { state: 'running', phase: 'joining' }))
    plan(900, () => change(id, { phase: 'serving', portalServedBy: id }))
    plan(1600, () => {
      own(array?.configuration.volumes.filter((volume) => volume.preferredOwner === id).map((volume) => volume.id) ?? [], id)
      record(tell(nowMs, [{ place: `controller-${id}`, kind: 'giveback.completed', afterMs: 0 }]))
      takeovers = takeovers.map((entry) =>
        entry.dead === id && entry.givenBackAtMs === undefined ? { ...entry, givenBackAtMs: nowMs } : entry,
      )
    })
  }

  function runCommand(name: LabCommandName, parameters: unknown): string | undefined {
    const id = (parameters as { controller?: ControllerId }).controller ?? 'a'
    const drive = afterDriveCommand(drives, name, parameters)
    if (drive !== undefined) drives[drive.index] = drive
    const { faults: before, ...others } = controllers[id]
    const faults = afterSurroundingsCommand(before, name, parameters)
    controllers[id] = faults === undefined ? others : { ...others, faults }
    switch (name) {
      case 'kill':
        if (controllers[id].state === 'down') return `Controller ${id.toUpperCase()} is already down.`
        stop(id, 'crash')
        return undefined
      case 'hang':
        stop(id, 'hang')
        return undefined
      case 'panic':
        stop(id, 'crash', 'InvariantError: panic asked for by the operator')
        return undefined
      case 'restart':
        restart(id)
        return undefined
      case 'cut-interconnect':
      case 'mend-interconnect':
        interconnect = { ...interconnect, state: name === 'cut-interconnect' ? 'cut' : 'up' }
        record(
          tell(nowMs, [
            {
              place: 'midplane',
              kind: name === 'cut-interconnect' ? 'midplane.interconnect-cut' : 'midplane.interconnect-mended',
              afterMs: 0,
            },
          ]),
        )
        return undefined
      case 'start-workload':
      case 'stop-workload': {
        const given = v.safeParse(workloadSchema, (parameters as { workload?: unknown }).workload)
        host = {
          ...host,
          outages: { ...host.outages, luns: host.outages.luns.map((lun) => ({ ...lun, measured: name === 'start-workload' })) },
          workload: { running: name === 'start-workload', settings: given.success ? given.output : host.workload.settings },
        }
        return undefined
      }
      case 'slow-interconnect': {
        const { extraLatencyMs } = parameters as { readonly extraLatencyMs: number }
        const { extraLatencyMs: _before, ...link } = interconnect
        interconnect = extraLatencyMs === 0 ? link : { ...link, extraLatencyMs }
        return undefined
      }
      case 'surprise': {
        const { seed = 4711 } = parameters as { readonly seed?: number }
        surprise = { seed, state: 'armed' }
        plan(SURPRISE_MS, () => (surprise = { seed, state: 'struck' }))
        return undefined
      }
      case 'reveal-surprise':
        if (surprise?.state !== 'struck') return 'There is no surprise to reveal.'
        surprise = { ...surprise, state: 'revealed', what: { command: 'unplug-portal', parameters: { controller: 'a' } } }
        return undefined
      case 'reset-outages': {
        const { longest: _forgotten, ...outages } = host.outages
        host = { ...host, outages: { ...outages, since: { atMs: nowMs, reason: 'reset' } } }
        return undefined
      }
      case 'verify-ledger':
        host = { ...host, ledger: { ...host.ledger, verified: host.ledger.blocks, checkedBlocks: host.ledger.blocks } }
        return undefined
      default:
        return undefined
    }
  }

  function serve(to: ControllerId, request: ServiceRequest): ServiceAnswer | undefined {
    const receivedBy = controllers[to].portalServedBy
    if (receivedBy === undefined || array === undefined) return undefined
    const servedBy = array.dispatchScheme === 'forward-to-owner' ? array.serviceOwner : receivedBy
    const known = FAKE_REQUESTS.some((entry) => entry.name === request.name)
    const missing = request.name === 'delete-volume' && request.params['volume'] === 'nothing'
    const code = known ? (missing ? 'not-found' : undefined) : 'unknown-request'
    record(
      tell(
        nowMs,
        serviceSteps({ to, receivedBy, servedBy, name: request.name, ...(code === undefined ? {} : { code }) }),
        `sr-${request.id}`,
      ),
    )
    const counters = controllers[servedBy].counters
    change(receivedBy, {
      counters: { ...controllers[receivedBy].counters, serviceReceived: controllers[receivedBy].counters.serviceReceived + 1 },
    })
    change(servedBy, { counters: { ...controllers[servedBy].counters, serviceServed: counters.serviceServed + 1 } })
    if (code !== undefined) {
      const message = code === 'not-found' ? 'There is no volume named "nothing".' : `There is no service request named "${request.name}".`
      return { id: request.id, receivedBy, error: { code, message, ...(code === 'not-found' ? { field: 'volume' } : { field: 'name' }) } }
    }
    if (request.name === 'set-dispatch-scheme' && array !== undefined)
      array = { ...array, dispatchScheme: DISPATCH_SCHEMES.find((scheme) => scheme === request.params['scheme']) ?? 'serve-locally' }
    if (request.name === 'rebuild-drive') {
      const drive = Number(request.params['drive'])
      if (array.failedMembers?.some((member) => member.drive === drive) !== true)
        return {
          id: request.id,
          receivedBy,
          error: { code: 'not-possible-now', message: `Drive ${drive} is in use, so there is nothing to rebuild.`, field: 'drive' },
        }
      beginRebuild(drive, request.id)
    }
    const route =
      servedBy === receivedBy
        ? [`management-${to}`, `controller-${receivedBy}`]
        : [`management-${to}`, `controller-${receivedBy}`, 'interconnect', `controller-${servedBy}`]
    return {
      id: request.id,
      receivedBy,
      servedBy,
      route,
      result: {
        name: array.configuration.name,
        generation: array.generation,
        volumes: array.configuration.volumes.map(({ name }) => name),
      },
    }
  }

  const api: LabApi = {
    snapshot: () => Promise.resolve(snapshot()),
    access: () =>
      Promise.resolve({
        target: 'iqn.2026-11.lab.takeover:array',
        portals: { a: '127.0.0.1:3260', b: '127.0.0.1:3261' },
        management: { a: 'http://127.0.0.1:8090', b: 'http://127.0.0.1:8091' },
        http: 'http://127.0.0.1:8080',
        token: 'pretended-token-0123456789',
      }),
    serviceTable: () => Promise.resolve({ requests: FAKE_REQUESTS }),
    recentEvents: (limit) => Promise.resolve(events.slice(-limit)),
    command: (name, parameters) => {
      // As in a lab: what comes from outside is not trusted.
      const parsed = v.safeParse(LAB_COMMANDS[name], parameters)
      if (!parsed.success) return Promise.resolve(failure({ code: 'bad-command', message: parsed.issues[0].message }))
      const problem = runCommand(name, parsed.output)
      return Promise.resolve(problem === undefined ? ok(null) : failure({ code: 'not-possible-now', message: problem }))
    },
    requestService: (to, request) => {
      const answer = serve(to, request)
      return Promise.resolve(
        answer === undefined ? failure({ code: 'failed', message: `Nobody answers at management port ${to.toUpperCase()}.` }) : ok(answer),
      )
    },
    onSnapshot: (listener) => {
      snapshotListeners.add(listener)
      return () => snapshotListeners.delete(listener)
    },
    onEvents: (listener) => {
      eventListeners.add(listener)
      return () => eventListeners.delete(listener)
    },
    simulation: () => Promise.resolve({ state: NO_SIMULATION, events: [] }),
    recordings: () => Promise.resolve({ recordings: [], roomMib: RECORDINGS_MIB.usual }),
    giveRecording: () => Promise.resolve(ok(null)),
    simulate: () => Promise.resolve(failure({ code: 'not-possible-now', message: 'There is no simulator here.' })),
    exportRun: () => Promise.resolve(failure({ code: 'not-possible-now', message: 'No run is open.' })),
    onSimulation: () => () => undefined,
    classroom: () => Promise.resolve(NO_CLASSROOM),
    teach: () => Promise.resolve(failure({ code: 'not-possible-now', message: 'There is no class here.' })),
    onClassroom: () => () => undefined,
    exercises: () => Promise.resolve({ learners: [], learner: undefined, exercises: [], attempt: undefined }),
    exercise: () => Promise.resolve(failure({ code: 'not-possible-now', message: 'There are no exercises here.' })),
    onExercises: () => () => undefined,
  }

  return {
    api,
    advance(ms: number): void {
      for (let left = ms; left > 0; left -= TICK_MS) tick()
    },
    crash: (id: ControllerId, message: string) => stop(id, 'crash', message),
    wait: (id: ControllerId, reason: string) => change(id, { phase: 'waiting', reason }),
    /** As the host finds it, for so long by now. */
    leaveUnanswered: (lun: number, unansweredMs: number) => {
      const luns = host.outages.luns.map((one) => (one.lun === lun ? { ...one, unansweredMs } : one))
      host = { ...host, outages: { ...host.outages, luns } }
    },
    lose: (blocks: number) => (host = { ...host, ledger: { ...host.ledger, lost: blocks } }),
    failDrive: fail,
    /** It stays out again, with this sentence. */
    endRebuild(drive: number, message: string): void {
      for (const { groupId } of array?.failedMembers?.filter((member) => member.drive === drive) ?? [])
        array = withoutRebuild(present(array, 'array state'), { groupId, drive }, { code: 'not-possible-now', message })
    },
    forgetArray: () => (array = undefined),
    asRelease: () => (developmentBuild = undefined),
  }
}

export type FakeLab = ReturnType<typeof createFakeLab>
