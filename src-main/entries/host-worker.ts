/** The thread of the lab's host: an initiator like any other, over real connections. */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '../base/assert'
import { Prng } from '../base/prng'
import type { HostSetup, HostToMidplane, MidplaneToHost } from '../contract/midplane'
import { LabHost } from '../core/host/lab-host'
import { createClock, traceClock } from '../platform/clock'
import { Reactor } from '../platform/reactor'
import { createTcpNetwork } from '../platform/tcp-portal'
import { createTraceWriter } from '../platform/trace-writer'

const REPORT_EVERY_MS = 100
const SAVE_LEDGER_EVERY_MS = 2000

const setup = workerData as HostSetup
const midplane = present(parentPort, 'the port to the midplane')
const reactor = new Reactor()
const now = traceClock(setup.clockOriginNs)
const random = new Prng(setup.seed)
const host = new LabHost(
  {
    clock: createClock({ now, reactor }),
    network: createTcpNetwork(reactor),
    trace: createTraceWriter({ setup: setup.trace, now, place: 'host' }),
    random,
  },
  {
    initiatorName: 'iqn.2026-11.local.takeover-lab:host',
    isidQualifier: random.below(0xfff0),
    portals: [
      { controller: 'a', ...setup.portals.a },
      { controller: 'b', ...setup.portals.b },
    ],
    targetName: setup.targetName,
  },
)
let takeoverStartedAtMs: number | undefined
let savedAcknowledged = -1
/**
 * The workload to start once the ledger is on disk for the first time. The ledger holds the number from which this session
 * counts. If the session were killed before that, the next one would use the same numbers again.
 */
let wanted = setup.running ? setup.workload : undefined
let isOnDisk = false

reactor.turn(() => {
  if (setup.ledger !== undefined) {
    const loaded = host.importLedger(setup.ledger)
    if (!loaded.ok) post({ type: 'ledger-unusable', reason: loaded.error })
  }
  host.open()
  saveLedger()
})
midplane.on('message', (message: MidplaneToHost) => reactor.turn(() => receive(message)))
setInterval(report, REPORT_EVERY_MS)
setInterval(saveLedger, SAVE_LEDGER_EVERY_MS)

function receive(message: MidplaneToHost): void {
  switch (message.type) {
    case 'start-workload':
      wanted = message.workload
      if (isOnDisk) host.startWorkload(wanted)
      break
    case 'ledger-saved':
      if (!isOnDisk && wanted !== undefined) host.startWorkload(wanted)
      isOnDisk = true
      break
    case 'stop-workload':
      wanted = undefined
      host.stopWorkload(saveLedger)
      break
    case 'verify-ledger':
      host.verify(report)
      break
    case 'takeover':
      takeoverStartedAtMs = message.startedAtMs
      host.noteTakeover(message)
      break
    case 'count-outages':
      host.countOutagesFrom(message.since)
      break
    case 'stop':
      host.stopWorkload(() => host.shutdown(() => post({ type: 'stopped', ledger: host.exportLedger() })))
      return
  }
  report()
}

function report(): void {
  post({ type: 'report', report: host.report(), takeoverStartedAtMs })
}

/** Saves what was promised, so that the next session knows it even after a crash of this one. */
function saveLedger(): void {
  const { acknowledged } = host.report().ledger
  if (acknowledged === savedAcknowledged) return
  savedAcknowledged = acknowledged
  post({ type: 'ledger', bytes: host.exportLedger() })
}

function post(message: HostToMidplane): void {
  midplane.postMessage(message)
}
