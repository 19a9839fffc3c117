import { ok } from '../../../base/result'
import { lunParameter } from '../parameters'
import { refusal } from '../refusal'
import { configurationRequest } from '../request'

export const unmapLun = configurationRequest({
  name: 'unmap-lun',
  summary: 'Unmaps a LUN, so that hosts can no longer use it. The volume and its data stay.',
  parameters: { lun: lunParameter('The LUN.') },
  change(state, { lun }) {
    const { luns, volumes } = state.configuration
    const mapping = luns.find((candidate) => candidate.lun === lun)
    if (mapping === undefined) {
      const known = luns.length === 0 ? 'No LUN is mapped.' : `These are mapped: ${luns.map((candidate) => candidate.lun).join(', ')}.`
      return refusal('not-found', `LUN ${lun} is not mapped. ${known}`, 'lun')
    }
    const volume = volumes.find(({ id }) => id === mapping.volumeId)?.name ?? null
    const configuration = { ...state.configuration, luns: luns.filter((candidate) => candidate !== mapping) }
    return ok({ state: { ...state, configuration }, result: { unmapped: lun, volume } })
  },
})
