import { ok } from '../../../base/result'
import { booleanParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setAutomaticGiveback = configurationRequest({
  name: 'set-automatic-giveback',
  summary: 'Whether a controller that comes back gets its preferred volumes back without being asked.',
  parameters: { enabled: booleanParameter('true: automatically; false: only by give-back.') },
  change(state, { enabled }) {
    return ok({ state: { ...state, automaticGiveback: enabled }, result: { enabled, before: state.automaticGiveback } })
  },
})
