import { ok } from '../../../base/result'
import { peerOf } from '../../../contract/controller-id'
import { controllerParameter } from '../parameters'
import { refusal } from '../refusal'
import { managementRequest } from '../request'
import { needState } from '../views'

export const takeOver = managementRequest({
  name: 'take-over',
  summary: 'Planned takeover: moves the volumes of one controller to the other, without errors at any host, and then halts it.',
  parameters: { of: controllerParameter('The controller to take over from and halt.') },
  server: ({ of }) => peerOf(of),
  plan({ parts, params }) {
    const { of } = params
    const state = needState(parts)
    if (!state.ok) return state
    if (of === parts.self) {
      const other = peerOf(of).toUpperCase()
      return refusal('not-possible-now', `Controller ${other} is not serving, so it cannot take over. Start it first (give-back).`, 'of')
    }
    if (!parts.standing.peerIsMember) {
      return refusal(
        'not-possible-now',
        `Controller ${of.toUpperCase()} is not serving: controller ${parts.self.toUpperCase()} has everything already.`,
        'of',
      )
    }
    const volumes = state.value.ownership.filter(({ owner }) => owner === of).map(({ volumeId }) => volumeId)
    return ok({ controller: of, to: parts.self, volumes })
  },
  act({ parts, params, plan, origin }, done) {
    const { of } = params
    const volumes = [...plan.volumes]
    parts.mover.moveAll({ volumeIds: volumes, to: parts.self, by: 'request', cause: origin.cause }, (moved) => {
      if (!moved.ok) return done(moved)
      const result = { takenOver: of, by: parts.self, volumes }
      if (origin.receivedBy === of) {
        done(ok({ result, goesOn: (ended) => parts.halt.haltPeer(ended) }))
        return
      }
      parts.halt.haltPeer((halted) => done(halted.ok ? ok({ result }) : halted))
    })
  },
})
