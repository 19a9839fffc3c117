/** A process full of hostile sessions: PORTAL TARGET ATTACK COUNT. */
import { present } from '../../../src-main/base/assert'
import { ATTACKS } from './attacks'

const [portal = '', target = '', name = '', count = '1'] = process.argv.slice(2)
const attack = present(ATTACKS[name], `an attack named ${name}`)
for (let number = 0; number < Number(count); number++) void attack({ portal, target }, number)
