import * as fc from 'fast-check'
import { MIB } from '../../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../../src-main/contract/controller-id'
import type { ScsiOutcome } from '../../../src-main/core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../../src-main/core/iscsi/initiator/session'
import { unmapCdb, unmapList } from '../../../src-main/core/scsi/initiator-cdbs'
import { decodeSense } from '../../../src-main/core/scsi/sense'
import { OPCODE, STATUS } from '../../../src-main/core/scsi/spec'
import { TARGET_NAME, World } from '../../../src-main/simulator/world'
import { bytesOf, edgeNumber, hexOf, mutate, mutation, type BytesSpec, type Mutation } from '../generators/bytes'
import { cdbHex } from '../generators/cdb'
import { expectThat, fuzzTarget, type CaseBench } from '../target'
import { GoodInitiator } from './good-initiator'

interface CdbCase {
  readonly portal: ControllerId
  readonly commands: readonly CommandSpec[]
}

interface CommandSpec {
  readonly lun: number
  readonly cdbHex: string
  readonly data: BytesSpec | ParameterList | undefined
  readonly dataInBytes: number
}

/** A parameter list that would do, changed. */
interface ParameterList {
  readonly modeListHex: string
  readonly mutations: readonly Mutation[]
}

/** The lists that MODE SELECT(6) and (10) accept, for LUN 0. */
const MODE_LISTS = [
  '00000000080a040000000000000000000000000000000000',
  `00000000${'0812'}${'04'.padEnd(36, '0')}`,
  `00000000${'0a0a'}${'0010'.padEnd(20, '0')}`,
  `0000000000000000${'1c0a'}${'0'.repeat(20)}`,
  `0000000800000000000002001c0a${'0'.repeat(20)}`,
]

const parameterList: fc.Arbitrary<ParameterList> = fc.record({
  modeListHex: fc.constantFrom(...MODE_LISTS),
  mutations: fc.array(mutation, { maxLength: 3 }),
})

const dataOut: fc.Arbitrary<CommandSpec['data']> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.record({ bytes: fc.integer({ min: 1, max: 20 }).map((blocks) => blocks * 512), fill: fc.nat(255) }) },
  { weight: 1, arbitrary: fc.record({ bytes: edgeNumber(1_048_576).filter((bytes) => bytes > 0), fill: fc.nat(255) }) },
  { weight: 1, arbitrary: hexOf(80, 1).map((hex) => ({ hex })) },
)

const anyCommand: fc.Arbitrary<CommandSpec> = fc.record({
  lun: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(2, 3, 255, 256, 16_383) }),
  cdbHex,
  data: dataOut,
  dataInBytes: fc.oneof(fc.constant(0), fc.constantFrom(4, 8, 36, 96, 252, 255, 512, 4096, 10_240), edgeNumber(4_194_305)),
})

/** MODE SELECT with a length that mostly fits its list. */
const modeSelect: fc.Arbitrary<CommandSpec> = fc
  .tuple(parameterList, fc.boolean(), fc.constantFrom(0, 0, 0, 0, -1, 1, 4))
  .map(([data, isLong, off]) => {
    const length = Math.max(0, data.modeListHex.length / 2 + off)
    const cdb = new Uint8Array(16)
    cdb[0] = isLong ? OPCODE.modeSelect10 : OPCODE.modeSelect6
    cdb[1] = 0x10
    cdb[isLong ? 8 : 4] = length
    return { lun: 0, cdbHex: Buffer.from(cdb).toString('hex'), data, dataInBytes: 0 }
  })

/** UNMAP with a list that mostly says the truth about its length, and extents mostly within the volume. */
const unmap: fc.Arbitrary<CommandSpec> = fc
  .record({
    extents: fc.array(
      fc.record({ firstBlock: edgeNumber(0xffff_ffff), blockCount: fc.oneof(fc.integer({ min: 0, max: 40 }), edgeNumber(0xffff_ffff)) }),
      { maxLength: 70 },
    ),
    mutations: fc.array(mutation, { maxLength: 2 }),
    off: fc.constantFrom(0, 0, 0, 0, -1, 1, 16),
  })
  .map(({ extents, mutations, off }) => {
    const list = unmapList(extents)
    const data = { modeListHex: Buffer.from(list).toString('hex'), mutations }
    return {
      lun: 0,
      cdbHex: Buffer.from(unmapCdb(Math.max(0, list.length + off)))
        .toString('hex')
        .padEnd(32, '0'),
      data,
      dataInBytes: 0,
    }
  })

const cases: fc.Arbitrary<CdbCase> = fc.record({
  portal: fc.constantFrom(...CONTROLLER_IDS),
  commands: fc.array(
    fc.oneof({ weight: 14, arbitrary: anyCommand }, { weight: 2, arbitrary: modeSelect }, { weight: 1, arbitrary: unmap }),
    { minLength: 1, maxLength: 4 },
  ),
})

const KNOWN_STATUS: ReadonlySet<number> = new Set(Object.values(STATUS))
const ANSWER_WITHIN_MS = 5000

/** Commands that iSCSI has nothing against. Each is answered, in a way that our own initiator takes. */
class CdbBench implements CaseBench<CdbCase> {
  readonly #world: World
  readonly #good: GoodInitiator
  readonly #sessions = new Map<ControllerId, InitiatorSession>()
  #ended: string | undefined
  #count = 0

  constructor(seed: number) {
    this.#world = new World({ seed, driveBlocks: (16 * MIB) / 512, nvramBytes: 2 * MIB })
    this.#world.start()
    expectThat(
      this.#world.runUntil(() => this.#world.isSettled()),
      () => 'the pair does not come to serve',
    )
    this.#good = new GoodInitiator(this.#world)
    for (const portal of CONTROLLER_IDS) this.#sessions.set(portal, this.#logIn(portal))
  }

  run({ portal, commands }: CdbCase): void {
    const session = this.#sessions.get(portal)
    const outcomes: ScsiOutcome[] = []
    for (const { lun, cdbHex: hex, data, dataInBytes } of commands) {
      const cdb = new Uint8Array(Buffer.from(hex, 'hex'))
      const request = data === undefined ? { lun, cdb, dataInBytes } : { lun, cdb, dataOut: dataOf(data) }
      session?.execute(request, (outcome) => {
        outcomes.push(outcome)
        judge(outcome, data === undefined ? dataInBytes : 0)
      })
    }
    const isAnswered = this.#world.runUntil(() => outcomes.length === commands.length, ANSWER_WITHIN_MS)
    expectThat(isAnswered, () => `${commands.length - outcomes.length} of ${commands.length} commands got no answer`)
    expectThat(this.#ended === undefined, () => `the session ended: ${this.#ended ?? ''}`)
    if (this.#count++ % 8 === 0) this.#good.writeAndReadBack()
  }

  finish(): void {
    this.#good.writeAndReadBack()
  }

  close(): void {
    // All of it is memory.
  }

  #logIn(portal: ControllerId): InitiatorSession {
    const session = new InitiatorSession(
      {
        initiatorName: 'iqn.2026-11.test:odd-commands',
        isidQualifier: portal === 'a' ? 1 : 2,
        targetName: TARGET_NAME,
        clock: this.#world.clock,
        network: this.#world.network.network(),
        address: this.#world.network.addressOf(portal),
      },
      { loggedIn: () => undefined, ended: (reason) => (this.#ended = reason) },
    )
    expectThat(
      this.#world.runUntil(() => session.isOpen, 5000),
      () => `no login at portal ${portal}`,
    )
    return session
  }
}

function judge(outcome: ScsiOutcome, dataInBytes: number): void {
  if (outcome.kind !== 'answered') return
  const { status, sense, dataIn } = outcome
  expectThat(KNOWN_STATUS.has(status), () => `a command ends with status ${status}`)
  expectThat(dataIn.length <= dataInBytes, () => `a command gets ${dataIn.length} bytes where ${dataInBytes} were expected`)
  if (status === STATUS.checkCondition)
    expectThat(sense !== undefined && decodeSense(sense) !== undefined, () => 'a CHECK CONDITION without sense data that can be read')
}

function dataOf(data: BytesSpec | ParameterList): Uint8Array {
  if (!('modeListHex' in data)) return bytesOf(data)
  const list = new Uint8Array(Buffer.from(data.modeListHex, 'hex'))
  for (const one of data.mutations) mutate(list, one)
  return list
}

export const cdbTarget = fuzzTarget<CdbCase>({
  name: 'cdb',
  share: 20,
  casesPerBench: 1000,
  growthMib: 48,
  slowMs: 1000,
  cases,
  open: (seed) => new CdbBench(seed),
})
