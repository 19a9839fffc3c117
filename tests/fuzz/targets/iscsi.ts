import * as fc from 'fast-check'
import { MIB } from '../../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../../src-main/contract/controller-id'
import { INITIATOR_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { TARGET_NAME, World } from '../../../src-main/simulator/world'
import { step, type PduSpec, type Step } from '../generators/pdu'
import { keySpecs, type KeySpec } from '../generators/text-keys'
import { expectThat, fuzzTarget, type CaseBench } from '../target'
import { GoodInitiator } from './good-initiator'
import { HostileConnection } from './hostile-connection'

interface IscsiCase {
  readonly portal: ControllerId
  readonly isid: number
  /** Undefined: the steps are all that is said. */
  readonly login?: { readonly isDiscovery: boolean; readonly keys: readonly KeySpec[] } | undefined
  readonly steps: readonly Step[]
  /** The connection stays open, and is forgotten. */
  readonly stays: boolean
}

const OFFERS: readonly (readonly KeySpec[])[] = [
  [],
  [{ key: 'HeaderDigest', value: 'CRC32C' }],
  [
    { key: 'HeaderDigest', value: 'CRC32C,None' },
    { key: 'DataDigest', value: 'CRC32C' },
  ],
  [
    { key: 'InitialR2T', value: 'No' },
    { key: 'ImmediateData', value: 'Yes' },
  ],
  [
    { key: 'ImmediateData', value: 'No' },
    { key: 'MaxBurstLength', value: '512' },
    { key: 'FirstBurstLength', value: '512' },
    { key: 'MaxRecvDataSegmentLength', value: '512' },
  ],
]

const cases: fc.Arbitrary<IscsiCase> = fc.record({
  portal: fc.constantFrom(...CONTROLLER_IDS),
  isid: fc.integer({ min: 0, max: 200 }),
  login: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        isDiscovery: fc.constantFrom(false, false, false, false, true),
        keys: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...OFFERS) }, { weight: 1, arbitrary: keySpecs }),
      }),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  stays: fc.constantFrom(false, false, false, false, false, true),
})

const TEST_UNIT_READY: PduSpec = {
  opcode: INITIATOR_OPCODE.scsiCommand,
  isImmediate: false,
  flags: 0x81,
  second: 0,
  lunHex: '00'.repeat(8),
  taskTag: 0x100,
  word20: 0,
  cmdSnOff: 0,
  expStatSnOff: 0,
  tailHex: '00'.repeat(16),
  ahsWords: 0,
  data: { hex: '' },
  dataLie: 0,
  hasWrongDigest: false,
}

const HOP_MS = 0.25
const AFTER_CASE_MS = 0.5
const SESSIONS_OF_GOOD = 2

/** Both controllers of a simulated pair, a good initiator, and hostile ones that come and go. */
class IscsiBench implements CaseBench<IscsiCase> {
  readonly #world: World
  readonly #good: GoodInitiator
  readonly #staying: HostileConnection[] = []
  #count = 0

  constructor(seed: number) {
    this.#world = new World({ seed, driveBlocks: (16 * MIB) / 512, nvramBytes: 2 * MIB })
    this.#world.start()
    expectThat(
      this.#world.runUntil(() => this.#world.isSettled()),
      () => 'the pair does not come to serve',
    )
    this.#good = new GoodInitiator(this.#world)
  }

  run({ portal, isid, login, steps, stays }: IscsiCase): void {
    const connection = this.#connect(portal)
    if (login !== undefined) {
      connection.logIn(`80000000${isid.toString(16).padStart(4, '0')}`, loginKeys(login))
      this.#world.run(HOP_MS)
      // The first command of a nexus is told of the power on, and does nothing.
      if (connection.isLoggedIn && !login.isDiscovery) connection.send(TEST_UNIT_READY)
    }
    for (const one of steps) this.#take(one, connection)
    this.#world.run(AFTER_CASE_MS)
    if (stays) this.#staying.push(connection)
    else connection.close()
    if (this.#count++ % 4 === 0) this.#good.writeAndReadBack()
    expectThat(
      CONTROLLER_IDS.every((id) => this.#world.isServing(id)),
      () => 'a controller does not serve any more',
    )
  }

  finish(): void {
    for (const connection of this.#staying) connection.close()
    this.#world.run(3000)
    this.#good.writeAndReadBack()
    this.#good.writeAndReadBack()
    for (const id of CONTROLLER_IDS) {
      const left = this.#world.controller(id)?.report().initiators.length ?? 0
      expectThat(left <= SESSIONS_OF_GOOD, () => `controller ${id} keeps ${left} sessions though all connections are closed`)
    }
  }

  close(): void {
    // All of it is memory.
  }

  #connect(portal: ControllerId): HostileConnection {
    let connection: HostileConnection | undefined
    this.#world.network.network().connect(this.#world.network.addressOf(portal), {
      opened: (port) => (connection = new HostileConnection(port)),
      failed: () => undefined,
    })
    this.#world.run(HOP_MS)
    expectThat(connection !== undefined, () => `nobody listens at portal ${portal}`)
    return connection
  }

  #take(one: Step, connection: HostileConnection): void {
    if (one.kind === 'wait') this.#world.run(one.ms)
    else if (one.kind === 'raw') connection.sendBytes(new Uint8Array(Buffer.from(one.hex, 'hex')))
    else if (one.kind === 'give') connection.giveData()
    else if (one.kind === 'repeat') for (let i = 0; i < one.times; i++) connection.repeat()
    else connection.send(one.pdu)
    this.#world.run(HOP_MS / 2)
  }
}

function loginKeys({ isDiscovery, keys }: { readonly isDiscovery: boolean; readonly keys: readonly KeySpec[] }): readonly KeySpec[] {
  return [
    { key: 'InitiatorName', value: 'iqn.2026-11.test:hostile' },
    ...(isDiscovery ? [{ key: 'SessionType', value: 'Discovery' }] : [{ key: 'TargetName', value: TARGET_NAME }]),
    ...keys,
  ]
}

export const iscsiTarget = fuzzTarget<IscsiCase>({
  name: 'iscsi',
  share: 40,
  casesPerBench: 1000,
  growthMib: 48,
  slowMs: 1000,
  cases,
  open: (seed) => new IscsiBench(seed),
})
