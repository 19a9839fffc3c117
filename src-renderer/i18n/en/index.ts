import { panels } from './panels'
import { shell } from './shell'
import { topology } from './topology'
import { words } from './words'

export default { ...shell, ...topology, ...panels, ...words }
