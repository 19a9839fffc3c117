import { ok } from '../../../base/result'
import { ownershipOf } from '../../controller/state/array-changes'
import { controllerParameter, findVolume, optional, referenceParameter } from '../parameters'
import { refusal } from '../refusal'
import { managementRequest } from '../request'
import { needState } from '../views'

export const giveBack = managementRequest({
  name: 'give-back',
  summary: 'Gives a controller back the volumes that prefer it, or just one of them. A controller that is down is started first.',
  parameters: {
    to: controllerParameter('The controller that gets its volumes back.'),
    volume: optional(referenceParameter('Only this volume, by name or number.')),
  },
  plan({ parts, params }) {
    const { to } = params
    const state = needState(parts)
    if (!state.ok) return state
    const only = params.volume === undefined ? undefined : findVolume(state.value, params.volume)
    if (only?.ok === false) return only
    const volumes = state.value.configuration.volumes
      .filter(({ id, preferredOwner }) => (only === undefined ? preferredOwner === to : only.value.id === id))
      .filter(({ id }) => ownershipOf(state.value, id)?.owner !== to)
      .map(({ id }) => id)
    if (only !== undefined && only.value.preferredOwner !== to) {
      return refusal(
        'not-possible-now',
        `Volume "${only.value.name}" does not prefer controller ${to.toUpperCase()}, so it cannot be given back to it. Use move-volume.`,
        'volume',
      )
    }
    const isAway = to !== parts.self && !parts.standing.peerIsMember
    if (isAway && parts.standing.peerIsPresent) {
      const heard = parts.session.heard?.phase
      const phase = heard === undefined ? 'it is silent' : `it is ${heard}`
      return refusal(
        'not-possible-now',
        `Controller ${to.toUpperCase()} is running but has not joined yet: ${phase}. Send the request again when it serves.`,
        'to',
      )
    }
    const veto = isAway ? undefined : volumes.map((volumeId) => parts.mover.vetoOf({ volumeId, to })).find((reason) => reason !== undefined)
    if (veto !== undefined) return refusal('not-possible-now', `A giveback is not safe now: ${veto}. Send the request again later.`, 'to')
    return ok({ controller: to, to, volumes })
  },
  act({ parts, params, plan, origin }, done) {
    const { to } = params
    const volumes = [...plan.volumes]
    if (to !== parts.self && !parts.standing.peerIsMember) {
      parts.giveback.askFor(volumes)
      const goesOn = (): void => parts.restarts.startPeer('giveback asked for by a service request')
      return done(ok({ result: { to, started: true, volumes }, goesOn }))
    }
    parts.mover.moveAll({ volumeIds: volumes, to, by: 'request', cause: origin.cause }, (outcome) => {
      done(outcome.ok ? ok({ result: { to, started: false, volumes } }) : outcome)
    })
  },
})
