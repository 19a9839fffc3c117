/** The thread of one controller: the core, on real drives, sockets and the interconnect. */
import { parentPort, workerData } from 'node:worker_threads'
import { version } from '../../package.json'
import { InvariantError, present, unreachable } from '../base/assert'
import { Prng } from '../base/prng'
import type { ControllerId } from '../contract/controller-id'
import { SIGN_OF_LIFE_MS, type ControllerSetup, type ControllerToMidplane, type MidplaneToController } from '../contract/midplane'
import type { ControllerReport } from '../contract/snapshot'
import { Controller } from '../core/assembly/controller'
import { DEFAULT_TIMINGS } from '../core/controller/peer/timings'
import { ClaimTable } from '../platform/claims'
import { createClock, traceClock } from '../platform/clock'
import { DriveFaultTable } from '../platform/drive-fault-table'
import { withFaults } from '../platform/faulty-drive'
import { DriveTap } from '../platform/flight/drive-tap'
import { FlightLog } from '../platform/flight/flight-log'
import { recordedMidplane } from '../platform/flight/recorded-midplane'
import { openImageDrive } from '../platform/image-drive'
import { createInterconnectLink, InterconnectState } from '../platform/interconnect'
import { createMidplaneClient } from '../platform/midplane-client'
import { NetworkFaultTable } from '../platform/network-fault-table'
import { openNvramFile } from '../platform/nvram-file'
import { Reactor } from '../platform/reactor'
import { createTcpPortals } from '../platform/tcp-portal'
import { createTraceWriter } from '../platform/trace-writer'
import { rehearseTakeovers } from '../simulator/rehearsal'

const setup = workerData as ControllerSetup
const { id } = setup
const midplanePort = present(parentPort, 'the port to the midplane')
const reactor = new Reactor()
const now = traceClock(setup.clockOriginNs)
const claims = new ClaimTable(setup.claims, id)
/** Set before anything runs that may report. */
let reportIsDue = false
const trace = createTraceWriter({ setup: setup.trace, now, place: `controller-${id}` })
const flight = setup.flight && new FlightLog(setup.flight, { now, atTurnEnd: (run) => reactor.atTurnEnd(run) })
const driveFaults = new DriveFaultTable(setup.driveFaults)
const drives = setup.drives.map((drive) => {
  const tap = flight && new DriveTap(flight, drive.index)
  const faults = driveFaults.of(drive.index)
  const image = openImageDrive({ drive, arrayId: setup.arrayId, claims, reactor, trace, place: `controller-${id}`, faults, tap })
  return withFaults(image, { faults, reactor, trace, tap })
})
const midplane = createMidplaneClient({ port: midplanePort, claims, stateChanged: reportThisTurn })
const peer = createInterconnectLink({
  self: id,
  state: new InterconnectState(setup.interconnect),
  reactor,
  receive: (message) => controller.peerMessage(message),
  flight,
})
const portals = createTcpPortals({
  addresses: setup.addresses,
  token: setup.token,
  reactor,
  accept: (of, connection) => controller.accept(connection, of),
  service: {
    self: id,
    serve: (of, request, answer) => controller.submitService(request, of, answer),
    table: () => controller.serviceTable(),
    report: reportNow,
    version,
    refused: (of, remote, message) => {
      const text = `A service request from ${remote} at the management address of controller ${of.toUpperCase()} was refused. ${message}`
      controller.noteSecurity({ kind: 'token-refused', who: '', remote, text })
    },
  },
  flight,
  network: new NetworkFaultTable(setup.networkFaults),
  stolen: (of, kind) => {
    const { host, port } = setup.addresses[of][kind]
    const text = `Another device on the network answers at ${host}:${port}, the ${kind} address of controller ${of.toUpperCase()}.`
    controller.noteSecurity({ kind: 'address-stolen', who: '', remote: `${host}:${port}`, text })
  },
})
const controller = new Controller(
  {
    clock: createClock({ now, reactor }),
    turn: reactor.turnPort,
    drives,
    portals,
    peer,
    midplane: flight === undefined ? midplane : recordedMidplane(midplane, id, flight),
    trace,
    nvram: openNvramFile(setup.nvramFile),
  },
  {
    id,
    incarnation: setup.incarnation,
    random: new Prng(setup.seed),
    targetName: setup.targetName,
    portalAddresses: { a: portalAddress('a'), b: portalAddress('b') },
    managementAddresses: { a: managementAddress('a'), b: managementAddress('b') },
    timings: DEFAULT_TIMINGS,
  },
)

// A turn that a bug has ended is worth most.
process.once('exit', () => flight?.publish())
midplanePort.on('message', (message: MidplaneToController) => reactor.turn(() => receive(message)))
if (!rehearseTakeovers()) process.emitWarning(`Controller ${id} could not rehearse a takeover. Its first one will be slower.`)
reactor.turn(() => controller.start())
setInterval(report, SIGN_OF_LIFE_MS)

function receive(message: MidplaneToController): void {
  switch (message.type) {
    case 'interconnect':
      peer.plugIn(message.port)
      break
    case 'peer-presence':
      controller.peerPresence(message.present ? 'present' : 'gone', message.incarnation, message.end)
      break
    case 'interconnect-line':
      controller.peerLink(message.state)
      break
    case 'network-changed':
      portals.networkChanged()
      break
    case 'fence-outcome':
    case 'peer-halted':
      midplane.answered(message)
      break
    case 'hang':
      // For good, with all it holds: the thread is gone only when it is reset.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
      break
    case 'panic':
      throw new InvariantError('panic asked for by the operator')
    case 'stop':
      controller.stop(() => post({ type: 'stopped' }))
      break
    default:
      unreachable(message)
  }
}

/** The state is consistent once the turn is over. */
function reportThisTurn(): void {
  if (reportIsDue) return
  reportIsDue = true
  reactor.atTurnEnd(report)
}

function report(): void {
  reportIsDue = false
  post({ type: 'report', report: reportNow() })
}

function reportNow(): ControllerReport {
  const reported = controller.report()
  return { ...reported, drives: drives.map(driveReport), counters: { ...reported.counters, refusedWrites: refusedWrites() } }
}

function driveReport({ index, state, reads, writes, message }: (typeof drives)[number]): ControllerReport['drives'][number] {
  return { index, state, reads, writes, ...(message === undefined ? {} : { message }) }
}

function refusedWrites(): number {
  return drives.reduce((sum, drive) => sum + drive.refusedWrites, 0)
}

function portalAddress(of: ControllerId): string {
  const { host, port } = setup.addresses[of].portal
  return `${host}:${port}`
}

function managementAddress(of: ControllerId): string {
  const { host, port } = setup.addresses[of].management
  return `http://${host}:${port}`
}

function post(message: ControllerToMidplane): void {
  midplanePort.postMessage(message)
}
