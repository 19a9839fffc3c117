import { expect } from 'vitest'
import { assert } from '../../src-main/base/assert'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { ScsiOutcome } from '../../src-main/core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../src-main/core/iscsi/initiator/session'
import {
  persistentReserveInCdb,
  persistentReserveOutCdb,
  readCdb,
  reservationKeys,
  reserve6Cdb,
  testUnitReadyCdb,
  writeCdb,
} from '../../src-main/core/scsi/initiator-cdbs'
import { decodeSense } from '../../src-main/core/scsi/sense'
import { OPCODE, PERSISTENT_RESERVE_OUT_ACTION, SENSE_KEY, STATUS } from '../../src-main/core/scsi/spec'
import { TARGET_NAME, type World } from '../../src-main/simulator/world'

const PATIENCE_MS = 20_000
const BLOCK = { firstBlock: 8, blockCount: 1 }

/** What an answer comes to, in a word; 'lost' where none came. */
export type Word = 'good' | 'conflict' | 'lost' | 'again' | (string & {})

/** A host of a simulated pair, at one address, that reserves LUN 0. */
export class ReservingHost {
  readonly attentions: string[] = []
  readonly #world: World
  readonly #name: string
  readonly #portal: ControllerId
  readonly key: string
  #session: InitiatorSession | undefined

  constructor(world: World, portal: ControllerId, number: number) {
    this.#world = world
    this.#portal = portal
    this.#name = `iqn.2026-11.test:reserves-${number}`
    this.key = (0xa0 + number).toString(16).padStart(16, '0')
  }

  /** Logs in, unless it is. */
  login(): InitiatorSession {
    const { network, clock } = this.#world
    const isOpen = this.#world.runUntil(() => {
      if (this.#session?.isOpen === true) return true
      this.#session ??= new InitiatorSession(
        {
          initiatorName: this.#name,
          isidQualifier: 1,
          targetName: TARGET_NAME,
          clock,
          network: network.network(),
          address: network.addressOf(this.#portal),
        },
        { loggedIn: () => undefined, ended: () => (this.#session = undefined) },
      )
      return this.#session.isOpen
    }, PATIENCE_MS)
    expect(isOpen, `${this.#name} logs in at ${this.#portal}`).toBe(true)
    assert(this.#session !== undefined, 'no session')
    return this.#session
  }

  logout(): void {
    this.#session?.logout()
    expect(this.#world.runUntil(() => this.#session === undefined, PATIENCE_MS)).toBe(true)
  }

  /** Begins a command once. `done` gets its answer, also where that is a unit attention. */
  begin(cdb: Uint8Array, dataOut: Uint8Array | undefined, done: (word: Word) => void): void {
    const request = dataOut === undefined ? { lun: 0, cdb, dataInBytes: cdb[0] === OPCODE.read10 ? 512 : 8192 } : { lun: 0, cdb, dataOut }
    this.login().execute(request, (outcome) => done(this.#wordOf(outcome)))
  }

  beginOut(action: keyof typeof PERSISTENT_RESERVE_OUT_ACTION, of: Keys, done: (word: Word) => void): void {
    const { type = 0, ...keys } = of
    this.begin(persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION[action], type), reservationKeys(keys), done)
  }

  out(action: keyof typeof PERSISTENT_RESERVE_OUT_ACTION, of: Keys = {}): Word {
    const { type = 0, ...keys } = of
    return this.#ask(persistentReserveOutCdb(PERSISTENT_RESERVE_OUT_ACTION[action], type), reservationKeys(keys))
  }

  write(): Word {
    return this.#ask(writeCdb(BLOCK), new Uint8Array(512).fill(7))
  }

  read(): Word {
    return this.#ask(readCdb(BLOCK))
  }

  ready(): Word {
    return this.#ask(testUnitReadyCdb())
  }

  reserve6(): Word {
    return this.#ask(reserve6Cdb(OPCODE.reserve6))
  }

  /** How many keys there are, and whether there is a reservation. */
  status(): { readonly keys: number; readonly isReserved: boolean } {
    const lengths = [0, 1].map((action) => {
      let bytes: number | undefined
      for (let tries = 0; bytes === undefined && tries < 100; tries++) {
        let word: Word | undefined
        this.login().execute({ lun: 0, cdb: persistentReserveInCdb(action), dataInBytes: 8192 }, (outcome) => {
          word = this.#wordOf(outcome)
          if (word === 'good' && outcome.kind === 'answered') bytes = outcome.dataIn.length - 8
        })
        this.#world.runUntil(() => word !== undefined, PATIENCE_MS)
      }
      assert(bytes !== undefined, 'no answer')
      return bytes
    })
    return { keys: (lengths[0] ?? 0) / 8, isReserved: (lengths[1] ?? 0) > 0 }
  }

  /** Until there is an answer that is not about something else. */
  #ask(cdb: Uint8Array, dataOut?: Uint8Array): Word {
    let word: Word | undefined
    for (let tries = 0; tries < 200; tries++) {
      word = undefined
      this.begin(cdb, dataOut, (answer) => (word = answer))
      expect(this.#world.runUntil(() => word !== undefined, PATIENCE_MS)).toBe(true)
      if (word !== 'again' && word !== 'lost') return word ?? 'lost'
      this.#world.run(5)
    }
    return word ?? 'lost'
  }

  #wordOf(outcome: ScsiOutcome): Word {
    if (outcome.kind !== 'answered') return 'lost'
    if (outcome.status === STATUS.good) return 'good'
    if (outcome.status === STATUS.reservationConflict) return 'conflict'
    const sense = decodeSense(outcome.sense ?? new Uint8Array(0))
    if (sense?.key === SENSE_KEY.unitAttention) {
      if ([0x2a03, 0x2a04, 0x2a05].includes(sense.additional)) this.attentions.push(sense.additional.toString(16))
      return 'again'
    }
    return outcome.status === STATUS.busy || sense?.key === SENSE_KEY.notReady ? 'again' : (sense?.text ?? `status ${outcome.status}`)
  }
}

interface Keys {
  readonly key?: string
  readonly serviceKey?: string
  readonly flags?: number
  readonly type?: number
}
