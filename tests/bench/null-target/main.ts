/**
 * The floor: our iSCSI and SCSI on a socket, and nothing below. Every read is answered from one shared buffer, every write
 * is taken and forgotten. A process of its own, as the lab is; its one line of output is its port.
 */
import { createServer, type AddressInfo } from 'node:net'
import type { TracePort } from '../../../src-main/core/ports'
import { IscsiTarget } from '../../../src-main/core/iscsi/session/target'
import type { LogicalUnit } from '../../../src-main/core/scsi/device'
import { Rounds } from '../../../src-main/core/turns/rounds'
import { createScsiTarget } from '../../../src-main/core/scsi/target'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import { LIMITS } from '../../../src-main/contract/limits'
import { clockOrigin, createClock, traceClock } from '../../../src-main/platform/clock'
import { Reactor } from '../../../src-main/platform/reactor'
import { wrapSocket } from '../../../src-main/platform/tcp-connection'

const [, , targetName = '', bytes = '0'] = process.argv
const content = new Uint8Array(LIMITS.transferBytes).fill(1)
const DONE = { ok: true, value: undefined } as const

const unit: LogicalUnit = {
  volumeId: 0,
  serial: '0000000000000001',
  name: 'null',
  blockCount: Number(bytes) / BLOCK_BYTES,
  accessState: () => 'active-optimized',
  preferredGroup: 1,
  read: ({ blockCount }, done) => done({ ok: true, value: [content.subarray(0, blockCount * BLOCK_BYTES)] }),
  write: (_io, done) => done(DONE),
  compareAndWrite: (_io, done) => done(DONE),
  flush: (_io, done) => done(DONE),
  reservations: undefined,
  changeReservations: (_change, done) => done(DONE),
}
const untraced: TracePort = { admit: () => false, record: () => 0 }

const reactor = new Reactor()
const clock = createClock({ now: traceClock(clockOrigin()), reactor })
const server = createServer({ noDelay: true }, (socket) => {
  const connection = wrapSocket(socket, reactor)
  reactor.turn(() => connection.attach(target.accept(connection.port, 'a')))
})
const target = new IscsiTarget({
  targetName,
  alias: 'null',
  controller: 'a',
  portalAddresses: () => [{ address: `127.0.0.1:${port()}`, group: 1 }],
  scsi: createScsiTarget({
    directory: { luns: () => [0], find: (lun) => (lun === 0 ? unit : undefined), units: () => [unit] },
    again: () => undefined,
    identity: { targetName, revision: '0001' },
    endTasksOf: (_lun, _nexuses, _by, done) => done(),
  }),
  peerTasks: { hasRoom: true, end: (_, done) => done() },
  clock,
  trace: untraced,
  rounds: new Rounds({ clock, turn: reactor.turnPort }),
  security: { note: () => undefined },
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${port()}\n`))

function port(): number {
  return (server.address() as AddressInfo).port
}
