import { failure, ok } from '../../../base/result'
import { lunParameter } from '../parameters'
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
      return failure({ code: 'not-found', message: `LUN ${lun} is not mapped. ${known}`, field: 'lun' })
    }
    const volume = volumes.find(({ id }) => id === mapping.volumeId)?.name ?? null
    return ok({ state: { ...state, configuration: { ...state.configuration, luns: luns.filter((candidate) => candidate !== mapping) } }, result: { unmapped: lun, volume } })
  },
})
