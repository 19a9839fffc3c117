import { ok } from '../../../base/result'
import { booleanParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setOwnershipByLoad = configurationRequest({
  name: 'set-ownership-by-load',
  summary:
    'Turns ownership by load on or off. ' +
    'With it, a volume moves to the controller where most of its I/O arrives, but not soon after a move by request.',
  parameters: { enabled: booleanParameter('true: volumes follow their I/O. false: volumes stay, and multipath hosts follow them.') },
  change(state, { enabled }) {
    return ok({ state: { ...state, ownershipByLoad: enabled }, result: { enabled, before: state.ownershipByLoad ?? false } })
  },
})
