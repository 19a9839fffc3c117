import { ok } from '../../../base/result'
import { DISPATCH_SCHEMES } from '../../../contract/service-request'
import { choiceParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setDispatchScheme = configurationRequest({
  name: 'set-dispatch-scheme',
  summary:
    'Sets which controller serves a service request. ' +
    'The receiver serves it itself, forwards it to the service owner, first becomes the service owner, ' +
    'or refuses it unless it is the primary.',
  parameters: { scheme: choiceParameter(DISPATCH_SCHEMES, 'serve-locally, forward-to-owner, transfer-ownership or primary-only.') },
  change(state, { scheme }) {
    return ok({ state: { ...state, dispatchScheme: scheme }, result: { scheme, before: state.dispatchScheme } })
  },
})
