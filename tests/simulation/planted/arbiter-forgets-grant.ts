import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const arbiterForgetsGrant: PlantedBug = {
  name: 'arbiter forgets a grant',
  file: 'src-main/core/management/ownership-arbiter.ts',
  find: "if (this.#parts.session.isEstablished) this.#parts.session.send({ type: 'arbiter-answer'",
  replace: "if (this.#parts.session.isEstablished && outcome !== 'given') this.#parts.session.send({ type: 'arbiter-answer'",
  why: 'The controller that asked for service ownership has it and does not know: what waits there is never served.',
  checkers: ['liveness'],
}
