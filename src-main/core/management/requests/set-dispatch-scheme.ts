import { ok } from '../../../base/result'
import { DISPATCH_SCHEMES } from '../../../contract/service-request'
import { choiceParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setDispatchScheme = configurationRequest({
  name: 'set-dispatch-scheme',
  summary: 'How a service request gets to the controller that serves it: the receiver serves it itself, passes it to the service owner, becomes the service owner first, or refuses it unless it is the primary.',
  parameters: { scheme: choiceParameter(DISPATCH_SCHEMES, 'serve-locally, forward-to-owner, transfer-ownership or primary-only.') },
  change(state, { scheme }) {
    return ok({ state: { ...state, dispatchScheme: scheme }, result: { scheme, before: state.dispatchScheme } })
  },
})
