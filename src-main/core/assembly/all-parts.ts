import type { Drives } from '../controller/drives/drives'
import type { Pair, PairParts } from '../controller/pair/pair'
import type { Management, ManagementOptions } from '../management/management'
import type { Target } from './target'

/** Everything that a controller is made of. */
export type AllParts = PairParts & Drives & Pair & Target & ManagementOptions & Management
