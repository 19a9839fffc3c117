import type { ArrayState } from '../../contract/array-state'
import { CONTROLLER_IDS } from '../../contract/controller-id'
import { because } from '../../contract/exercise-reason'
import type { ConfigurationFrame, RequestEvidence } from '../evidence/evidence'
import { GOES_ON, type Evaluation } from './evaluation'
import { evaluated, notKnown, word, type Evaluated, type Value } from './values'

/** How the pair stands at the end of the window, and its service requests. */
export function pairFunction(evaluation: Evaluation, name: string, argument: Value): Evaluated {
  if (name === 'request') return requestNamed(evaluation, wordIn(argument))
  const frame = evaluation.book.frameAt(evaluation.window.untilMs)
  if (frame === undefined) return notKnown(because('nobodyLooked'))
  const events = frame.event === undefined ? [] : [frame.event]
  const { value } = ofFrame(frame, name, argument)
  return { value, events }
}

function requestNamed({ book, window }: Evaluation, id: string): Evaluated {
  const known = book.evidence.requests.find((one) => one.id === id)
  const request = known && asOf(known, { book, window })
  if (request !== undefined) return evaluated({ type: 'request', request }, request.ran ?? [])
  return notKnown(window.isOver ? because('notSent', { id }) : GOES_ON)
}

/** As far as it was at the end of the window; undefined: it was not sent yet. */
function asOf(request: RequestEvidence, { book, window }: Pick<Evaluation, 'book' | 'window'>): RequestEvidence | undefined {
  const sent = request.sent
    .filter(({ atMs }) => atMs <= window.untilMs)
    .map(({ answer, ...one }) => (answer !== undefined && answer.atMs <= window.untilMs ? { ...one, answer } : one))
  const ran = request.ran?.filter((id) => (book.event(id)?.order ?? -1) < window.to)
  return sent.length === 0 ? undefined : { ...request, sent, ran }
}

function ofFrame(frame: ConfigurationFrame, name: string, argument: Value): Evaluated {
  if (name === 'drive-state') {
    const number = argument.type === 'quantity' ? argument.least : -1
    const state = frame.drives[number]
    return state === undefined ? notKnown(because('noDrive', { drive: number })) : evaluated(word(state))
  }
  const text = wordIn(argument)
  if (name === 'state-of' || name === 'mirror-of' || name === 'served-by') return ofController(frame, name, text)
  return frame.array === undefined ? notKnown(because('nobodyUp')) : ofArray(frame.array, name, text)
}

function ofController(frame: ConfigurationFrame, name: 'state-of' | 'mirror-of' | 'served-by', id: string): Evaluated {
  const controller = CONTROLLER_IDS.find((one) => one === id)
  if (controller === undefined) return notKnown(because('noController', { id }))
  const { state, servedBy, mirror } = frame.controllers[controller]
  if (name === 'state-of') return evaluated(word(state))
  if (name === 'served-by') return evaluated(servedBy === undefined ? { type: 'absent' } : word(servedBy))
  return mirror === undefined ? notKnown(because('mirrorUntold', { controller: controller.toUpperCase() })) : evaluated(word(mirror))
}

function ofArray({ configuration, ownership }: ArrayState, name: string, volumeName: string): Evaluated {
  const volume = configuration.volumes.find((one) => one.name === volumeName)
  if (name === 'volume-exists') return evaluated({ type: 'truth', value: volume !== undefined })
  if (volume === undefined) return notKnown(because('noVolume', { name: volumeName }))
  if (name === 'owner-of') {
    const owner = ownership.find(({ volumeId }) => volumeId === volume.id)?.owner
    return owner === undefined ? notKnown(because('noOwner', { name: volumeName })) : evaluated(word(owner))
  }
  const sections = configuration.groups.find(({ id }) => id === volume.groupId)?.sections ?? []
  return evaluated({ type: 'list', items: sections.map(({ drive }) => word(`drive-${drive}`)) })
}

function wordIn(value: Value): string {
  return value.type === 'word' ? value.word : ''
}
