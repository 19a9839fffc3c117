import * as fc from 'fast-check'
import * as v from 'valibot'
import { MIB } from '../../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../../src-main/contract/controller-id'
import { parseJson } from '../../../src-main/contract/json'
import { serviceAnswerSchema, type ServiceAnswer, type ServiceParameter } from '../../../src-main/contract/service-request'
import { serviceTable } from '../../../src-main/core/management/requests'
import { validateConfiguration } from '../../../src-main/core/raid/validation'
import { World } from '../../../src-main/simulator/world'
import { edgeNumber, mutate, mutation, type Mutation } from '../generators/bytes'
import { edited, jsonEdit, type JsonEdit } from '../generators/json'
import { expectThat, fuzzTarget, type CaseBench } from '../target'

interface ServiceCase {
  readonly requests: readonly RequestSpec[]
}

interface RequestSpec {
  readonly portal: ControllerId
  readonly request: unknown
  readonly edits: readonly JsonEdit[]
  /** Of the text. */
  readonly mutations: readonly Mutation[]
}

/** Rarely: they end a controller, which takes long. */
const ENDING = ['restart-controller', 'take-over', 'give-back']
const TABLE = serviceTable().requests

const request: fc.Arbitrary<unknown> = fc
  .oneof(
    { weight: 60, arbitrary: fc.constantFrom(...TABLE.filter(({ name }) => !ENDING.includes(name))) },
    { weight: 1, arbitrary: fc.constantFrom(...TABLE.filter(({ name }) => ENDING.includes(name))) },
  )
  .chain(({ name, parameters }) =>
    fc.record({
      id: fc.oneof({ weight: 1, arbitrary: fc.constantFrom('one', 'two', 'three') }, { weight: 3, arbitrary: fc.uuid() }),
      name: fc.constant(name),
      params: fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(parameter)])), { requiredKeys: [] }),
    }),
  )

/** Mostly of the right type: what nobody could send by hand is refused soon. */
function valueOf({ type, choices }: ServiceParameter): fc.Arbitrary<unknown> {
  const right: fc.Arbitrary<unknown> =
    type === 'integer'
      ? edgeNumber(0xffff_ffff)
      : type === 'boolean'
        ? fc.boolean()
        : fc.constantFrom(...(choices ?? []), 'a', 'b', 'alpha', 'bravo', 'charlie', 'r5', 'r1', 'linear', '0', '')
  return fc.oneof(
    { weight: 8, arbitrary: right },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  )
}

const oneIn = <T>(oneOf: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.oneof({ weight: oneOf - 1, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 3 }) })

const cases: fc.Arbitrary<ServiceCase> = fc.record({
  requests: fc.array(
    fc.record({ portal: fc.constantFrom(...CONTROLLER_IDS), request, edits: oneIn(6, jsonEdit), mutations: oneIn(10, mutation) }),
    { minLength: 1, maxLength: 3 },
  ),
})

const ANSWER_WITHIN_MS = 60_000
const SETTLE_WITHIN_MS = 60_000

/** A simulated pair and whoever may send it service requests. Every request is answered, or its controller has ended. */
class ServiceBench implements CaseBench<ServiceCase> {
  readonly #world: World

  constructor(seed: number) {
    this.#world = new World({ seed, driveBlocks: (16 * MIB) / 512, nvramBytes: MIB })
    this.#world.start()
    this.#settle()
  }

  run({ requests }: ServiceCase): void {
    const waiting = requests.map((one) => this.#send(one))
    const isOver = this.#world.runUntil(() => waiting.every((answered) => answered()), ANSWER_WITHIN_MS)
    expectThat(isOver, () => 'a service request gets no answer')
    this.#settle()
    const state = this.#world.controller('a')?.state
    expectThat(state !== undefined && validateConfiguration(state.configuration).ok, () => 'the configuration makes no sense any more')
  }

  finish(): void {
    // Under one of the schemes, the secondary takes no requests.
    const answers = CONTROLLER_IDS.map((portal) => this.#world.answerTo(portal, { name: 'get-array-status' }))
    expectThat(
      answers.some((answer) => 'result' in answer),
      () => `get-array-status is answered with ${JSON.stringify(answers)}`,
    )
  }

  close(): void {
    // All of it is memory.
  }

  /** Tells whether there is nothing to wait for any more. */
  #send(spec: RequestSpec): () => boolean {
    const value = valueToSend(spec)
    const life = this.#world.serverOf(spec.portal)
    if (value === undefined || life === undefined) return () => true
    let answers = 0
    life.incarnation.deliver(() =>
      life.controller.submitService(value, spec.portal, (answer: ServiceAnswer) => {
        answers++
        expectThat(answers === 1, () => 'a service request gets two answers')
        expectThat(v.safeParse(serviceAnswerSchema, answer).success, () => `an answer that makes no sense: ${JSON.stringify(answer)}`)
        expectThat(JSON.stringify(answer).length > 0, () => 'an answer that is no JSON')
      }),
    )
    return () => answers > 0 || !life.incarnation.isAlive
  }

  #settle(): void {
    const isSettled = this.#world.runUntil(() => {
      for (const id of CONTROLLER_IDS) if (this.#world.midplane.occupant(id) === undefined) this.#world.midplane.start(id)
      return CONTROLLER_IDS.every((id) => this.#world.isServing(id))
    }, SETTLE_WITHIN_MS)
    expectThat(isSettled, () => 'the pair does not come to serve')
  }
}

/** As it comes in: by its text. Undefined where that is no JSON. */
function valueToSend({ request: sound, edits, mutations }: RequestSpec): unknown {
  const bytes = new TextEncoder().encode(JSON.stringify(edited(sound, edits)))
  for (const one of mutations) mutate(bytes, one)
  const json = parseJson(new TextDecoder().decode(bytes))
  return json.ok ? json.value : undefined
}

export const serviceTarget = fuzzTarget<ServiceCase>({
  name: 'service',
  share: 10,
  casesPerBench: 500,
  growthMib: 48,
  slowMs: 3000,
  cases,
  open: (seed) => new ServiceBench(seed),
})
