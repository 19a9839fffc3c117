import { attach } from './attach'
import { classroom } from './class'
import { compare } from './compare'
import { demo } from './demo'
import { exercise } from './exercise'
import { explain } from './explain'
import { exporting } from './export'
import { faults } from './faults'
import { flight } from './flight'
import { fork } from './fork'
import { meanings } from './meanings'
import { panels } from './panels'
import { reasons } from './reasons'
import { room } from './room'
import { shell } from './shell'
import { simulation } from './simulation'
import { table } from './table'
import { timeline } from './timeline'
import { topology } from './topology'
import { tour } from './tour'
import { words } from './words'

export default {
  ...shell,
  ...topology,
  ...tour,
  ...panels,
  ...simulation,
  ...fork,
  ...compare,
  ...timeline,
  ...exporting,
  ...exercise,
  ...reasons,
  ...classroom,
  ...demo,
  ...flight,
  ...faults,
  ...room,
  ...table,
  ...explain,
  ...meanings,
  ...words,
  ...attach,
}
