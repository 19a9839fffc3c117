import { failure, ok } from '../../../base/result'
import { peerOf } from '../../../contract/controller-id'
import { controllerParameter } from '../parameters'
import { managementRequest } from '../request'
import { needState } from '../views'

export const takeOver = managementRequest({
  name: 'take-over',
  summary: 'A planned takeover: the volumes of a controller are moved to the other one without an error to any host, then it is halted.',
  parameters: { of: controllerParameter('The controller that is to be taken over and halted.') },
  server: ({ of }) => peerOf(of),
  act({ context, params, origin }, done) {
    const { of } = params
    const state = needState(context)
    if (!state.ok) return done(state)
    if (of === context.self) {
      const other = peerOf(of).toUpperCase()
      return done(failure({ code: 'not-possible-now', message: `Controller ${other} is not serving, so it cannot take over. Start it first (give-back).`, field: 'of' }))
    }
    if (!context.peer.isMember) {
      return done(failure({ code: 'not-possible-now', message: `Controller ${of.toUpperCase()} is not serving: controller ${context.self.toUpperCase()} has everything already.`, field: 'of' }))
    }
    const volumeIds = state.value.ownership.filter(({ owner }) => owner === of).map(({ volumeId }) => volumeId)
    context.moveVolumes({ volumeIds, to: context.self, cause: origin.cause }, (moved) => {
      if (!moved.ok) return done(moved)
      const result = { takenOver: of, by: context.self, volumes: volumeIds }
      if (origin.receivedBy === of) {
        done(ok({ result, afterAnswer: () => context.haltPeer(origin.cause, () => undefined) }))
        return
      }
      context.haltPeer(origin.cause, (halted) => done(halted.ok ? ok({ result }) : halted))
    })
  },
})
