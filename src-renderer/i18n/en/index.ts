import { panels } from './panels'
import { shell } from './shell'
import { simulation } from './simulation'
import { topology } from './topology'
import { words } from './words'

export default { ...shell, ...topology, ...panels, ...simulation, ...words }
