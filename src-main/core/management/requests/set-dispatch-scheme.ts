import { ok } from '../../../base/result'
import { DISPATCH_SCHEMES } from '../../../contract/service-request'
import { choiceParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setDispatchScheme = configurationRequest({
  name: 'set-dispatch-scheme',
  summary: 'How a service request gets to the controller that serves it: the receiver serves it itself, or passes it to the service owner.',
  parameters: { scheme: choiceParameter(DISPATCH_SCHEMES, 'serve-locally or forward-to-owner.') },
  change(state, { scheme }) {
    return ok({ state: { ...state, dispatchScheme: scheme }, result: { scheme, before: state.dispatchScheme } })
  },
})
