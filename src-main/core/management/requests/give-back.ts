import { failure, ok } from '../../../base/result'
import { ownershipOf } from '../../controller/array-changes'
import { controllerParameter } from '../parameters'
import { managementRequest } from '../request'
import { needState } from '../views'

export const giveBack = managementRequest({
  name: 'give-back',
  summary: 'Gives a controller its preferred volumes back; if it is down it is started, and gets them when it has joined.',
  parameters: { to: controllerParameter('The controller that gets its volumes back.') },
  act({ context, params, origin }, done) {
    const { to } = params
    const state = needState(context)
    if (!state.ok) return done(state)
    const volumeIds = state.value.configuration.volumes
      .filter(({ id, preferredOwner }) => preferredOwner === to && ownershipOf(state.value, id)?.owner !== to)
      .map(({ id }) => id)
    const isAway = to !== context.self && !context.peer.isMember
    if (isAway && context.peer.isPresent) {
      const phase = context.peer.phase === undefined ? 'nothing is heard from it' : `it is ${context.peer.phase}`
      return done(failure({ code: 'not-possible-now', message: `Controller ${to.toUpperCase()} runs but has not joined yet: ${phase}. Send the request again when it serves.`, field: 'to' }))
    }
    if (isAway) {
      context.giveBackWhenJoined()
      return done(ok({ result: { to, started: true, volumes: volumeIds }, afterAnswer: () => context.requestRestart(to, 'giveback asked for by a service request') }))
    }
    context.moveVolumes({ volumeIds, to, cause: origin.cause }, (outcome) => {
      done(outcome.ok ? ok({ result: { to, started: false, volumes: volumeIds } }) : outcome)
    })
  },
})
