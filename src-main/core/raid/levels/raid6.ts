import { rotatedParity } from './rotated-parity'

/** Two parities of the data chunks of each stripe, P and Q, on two more members: any two members may be lost. */
export const raid6 = rotatedParity(2)
