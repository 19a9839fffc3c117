import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const lostMessageNotSentAgain: PlantedBug = {
  name: 'message lost by a short cut not sent again',
  file: 'src-main/core/controller/peer/peer-session.ts',
  find: "case 'resend':\n        this.#resend(words.firstNumber)",
  replace: "case 'resend':",
  why: 'The interconnect is back, and still nothing that is sent over it is taken in.',
  searchFrom: 28,
  checkers: ['liveness'],
}
