import { expect, it } from 'vitest'
import { usualLabFolder } from '../../../src-main/platform/usual-lab-folder'

it('puts the lab where programs keep data', () => {
  expect(usualLabFolder({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/takeover-lab')
  expect(usualLabFolder({ XDG_DATA_HOME: 'relative' }, 'linux')).toMatch(/\.local\/share\/takeover-lab$/)
  expect(usualLabFolder({}, 'darwin')).toMatch(/Library\/Application Support\/takeover-lab$/)
})
