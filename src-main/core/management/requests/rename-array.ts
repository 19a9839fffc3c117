import { ok } from '../../../base/result'
import { nameParameter } from '../parameters'
import { configurationRequest } from '../request'

export const renameArray = configurationRequest({
  name: 'rename-array',
  summary: 'Renames the array.',
  parameters: { name: nameParameter('The new name.') },
  change(state, { name }) {
    return ok({ state: { ...state, configuration: { ...state.configuration, name } }, result: { name, before: state.configuration.name } })
  },
})
