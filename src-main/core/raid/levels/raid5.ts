import { rotatedParity } from './rotated-parity'

/** Parity of the data chunks of each stripe on one more member: any one member may be lost. */
export const raid5 = rotatedParity(1)
