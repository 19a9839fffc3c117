import { RunningHash } from '../../simulator/running-hash'

const HEX = 16
/** As many hex digits of the hash make the seed: short enough to be read out. */
const SEED_DIGITS = 7

/** Each learner has numbers of his own, the same whenever and wherever he does the exercise. Capitals and spaces around do not count. */
export function seedOfLearner(exerciseId: string, learner: string): number {
  const hash = new RunningHash()
  hash.mix(`${exerciseId}\n${learner.trim().toLowerCase()}\n`)
  return parseInt(hash.value.slice(-SEED_DIGITS), HEX)
}
