import { ok } from '../../../base/result'
import { CACHE_POLICIES } from '../../../contract/array-state'
import { choiceParameter } from '../parameters'
import { configurationRequest } from '../request'

export const setCachePolicy = configurationRequest({
  name: 'set-cache-policy',
  summary:
    'Sets what a write must reach before it is acknowledged while the other controller is away: ' +
    "the drives, or only this controller's NVRAM. In the second case, losing this controller loses the write.",
  parameters: { policy: choiceParameter(CACHE_POLICIES, 'write-through or write-back-unmirrored.') },
  change(state, { policy }) {
    return ok({ state: { ...state, cachePolicy: policy }, result: { policy, before: state.cachePolicy ?? 'write-through' } })
  },
})
