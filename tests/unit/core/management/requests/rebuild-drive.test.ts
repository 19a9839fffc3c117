import { expect, it } from 'vitest'
import { rebuildDrive } from '../../../../../src-main/core/management/requests/rebuild-drive'
import { changedBy, refusedBy } from '../../../../support/changing-request'
import { firstArrayState } from '../../../../support/fake-lab-data'

const DRIVE = 3
const first = firstArrayState(4)

it('a drive in use is rebuilt only by force', () => {
  expect(refusedBy(rebuildDrive, { drive: DRIVE }, first)).toMatchObject({ code: 'not-possible-now', field: 'drive' })
  expect(refusedBy(rebuildDrive, { drive: DRIVE, force: false }, first)).toMatchObject({ code: 'not-possible-now' })
  const { state, result } = changedBy(rebuildDrive, { drive: DRIVE, force: true }, first, 'mend')
  expect(result).toMatchObject({ drive: DRIVE, operation: 'mend', state: 'running' })
  expect(state.failedMembers?.every(({ drive, rebuild }) => drive === DRIVE && rebuild?.operation === 'mend')).toBe(true)
})

it('a drive that is being rebuilt is not rebuilt again, even by force, and the operation is named', () => {
  const { state } = changedBy(rebuildDrive, { drive: DRIVE, force: true }, first, 'mend')
  expect(refusedBy(rebuildDrive, { drive: DRIVE }, state).message).toContain('operation mend')
  expect(refusedBy(rebuildDrive, { drive: DRIVE, force: true }, state).message).toContain('operation mend')
})

it.each([4, 99])('drive %i, which there is not, is named, and so are those that there are', (drive) => {
  const refused = refusedBy(rebuildDrive, { drive }, first)
  expect(refused).toMatchObject({ code: 'not-found', field: 'drive' })
  expect(refused.message).toBe(`There is no drive ${drive}. The drives are 0 to 3.`)
})
