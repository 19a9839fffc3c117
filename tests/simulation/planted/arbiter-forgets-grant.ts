import type { PlantedBug } from './planted-bug'

export const arbiterForgetsGrant: PlantedBug = {
  name: 'arbiter forgets a grant',
  file: 'src-main/core/management/ownership-arbiter.ts',
  find: "if (this.#session.isEstablished) this.#session.send({ type: 'arbiter-answer'",
  replace: "if (this.#session.isEstablished && outcome !== 'given') this.#session.send({ type: 'arbiter-answer'",
  why: 'The controller that asked for service ownership has it and does not know: what waits there is never served.',
  checkers: ['liveness'],
}
