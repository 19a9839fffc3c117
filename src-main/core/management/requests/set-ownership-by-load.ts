import { ok } from '../../../base/result'
import { booleanParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setOwnershipByLoad = configurationRequest({
  name: 'set-ownership-by-load',
  summary: 'Whether a volume moves to the controller at which most of its I/O arrives. A move that was asked for stands for a while.',
  parameters: { enabled: booleanParameter('true: volumes follow their load; false: they stay, and multipath hosts follow them.') },
  change(state, { enabled }) {
    return ok({ state: { ...state, ownershipByLoad: enabled }, result: { enabled, before: state.ownershipByLoad ?? false } })
  },
})
