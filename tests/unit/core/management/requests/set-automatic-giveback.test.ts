import { expect, it } from 'vitest'
import { setAutomaticGiveback } from '../../../../../src-main/core/management/requests/set-automatic-giveback'
import { changedBy } from '../../../../support/changing-request'
import { firstArrayState } from '../../../../support/fake-lab-data'

const first = firstArrayState(4)

it('for all volumes changes what holds for those without a setting of their own', () => {
  const { state, result } = changedBy(setAutomaticGiveback, { enabled: !first.automaticGiveback }, first)
  expect(state).toEqual({ ...first, automaticGiveback: !first.automaticGiveback })
  expect(result).toEqual({ enabled: !first.automaticGiveback, before: first.automaticGiveback })
})

it('for one volume changes that one and no other', () => {
  const [one, other] = first.configuration.volumes
  const enabled = !first.automaticGiveback
  const { state } = changedBy(setAutomaticGiveback, { enabled, volume: other?.name ?? '' }, first)
  expect(state.automaticGiveback).toBe(first.automaticGiveback)
  expect(state.configuration.volumes.slice(0, 2)).toEqual([one, { ...other, automaticGiveback: enabled }])
  expect(changedBy(setAutomaticGiveback, { enabled: false, volume: other?.name ?? '' }, state).result).toMatchObject({ before: enabled })
})
