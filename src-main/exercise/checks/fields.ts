import type { ControllerId } from '../../contract/controller-id'
import { because } from '../../contract/exercise-reason'
import { LEDGER_FIGURES } from '../evidence/evidence'
import { dataFieldsOf, isCommonField, type CommonField } from './event-kinds'
import { idsOf, type Evaluation } from './evaluation'
import { requestField } from './request-fields'
import { doerOf, type Happening, type RunBook } from './run-book'
import type { Json } from '../../contract/json'
import { evaluated, exactly, notKnown, word, type Evaluated, type Value } from './values'

const ABSENT: Value = { type: 'absent' }

/** A field of an event, or undefined if no event of its kind has such a field. */
export function fieldOfEvent(book: RunBook, event: Happening, name: string): Evaluated | undefined {
  const events = idsOf([event])
  if (Object.hasOwn(dataFieldsOf(event.kind), name)) return dataField(event, name)
  if (!isCommonField(name)) return undefined
  const value = commonValue(book, event, name)
  return value.type === 'unknown' ? notKnown(value.why, events) : evaluated(value, events)
}

function dataField(event: Happening, name: string): Evaluated {
  const events = idsOf([event])
  const value = valueOf(event.data[name])
  if (value !== undefined) return evaluated(value, events)
  return event.kind === 'act' ? evaluated(ABSENT, events) : notKnown(because('fieldUntold', { kind: event.kind, field: name }), events)
}

function valueOf(json: Json | undefined): Value | undefined {
  if (typeof json === 'number') return exactly(json)
  if (typeof json === 'string') return word(json)
  if (typeof json === 'boolean') return { type: 'truth', value: json }
  if (!Array.isArray(json)) return undefined
  return { type: 'list', items: (json as readonly Json[]).flatMap((item) => valueOf(item) ?? []) }
}

function commonValue(book: RunBook, event: Happening, name: CommonField): Value {
  switch (name) {
    case 'time':
      return exactly(event.timeMs - book.evidence.fromMs)
    case 'kind':
      return word(event.kind)
    case 'place':
      return wordOrAbsent(event.place)
    case 'destination':
      return wordOrAbsent(event.to)
    case 'by':
      return wordOrAbsent(doerOf(event))
    case 'request':
      return wordOrAbsent(event.request)
    case 'volume':
      return volumeOf(book, volumeEvent(book, event))
  }
}

function wordOrAbsent(text: string | undefined): Value {
  return text === undefined ? ABSENT : word(text)
}

/** An access to a drive does not say its volume, but what led to it may. */
function volumeEvent(book: RunBook, event: Happening): Happening {
  const says = ({ data }: Happening): boolean => 'volumeId' in data || 'lun' in data
  if (!event.kind.startsWith('drive.') || says(event)) return event
  return book.causesOf(event).causes.find(says) ?? event
}

/** The name of the volume that an event is about, as it was then. */
function volumeOf(book: RunBook, { data, timeMs, kind }: Happening): Value {
  const configuration = book.frameAt(timeMs)?.array?.configuration
  if (typeof data['name'] === 'string' && kind.startsWith('volume.')) return word(data['name'])
  const lun = configuration?.luns.find((mapping) => mapping.lun === data['lun'])
  const id = data['volumeId'] ?? lun?.volumeId
  const volume = configuration?.volumes.find((one) => one.id === id)
  // A simulated drive says for which volume it is written, wherever it is for one.
  if (volume === undefined && kind === 'drive.write' && book.evidence.source === 'simulated') return ABSENT
  return volume === undefined ? { type: 'unknown', why: because('volumeUnknown', { kind }) } : word(volume.name)
}

/** A field of a value. */
export function fieldOf({ book, window }: Evaluation, { value, events }: Evaluated, name: string): Evaluated {
  switch (value.type) {
    case 'event':
      return fieldOfEvent(book, value.event, name) ?? notKnown(because('eventHasNo', { kind: value.event.kind, field: name }), events)
    case 'request':
      return requestField(window, value.request, name)
    case 'gap':
      return evaluated(exactly(name === 'start' ? value.fromMs : value.durationMs), events)
    case 'ledger':
      return ledgerFigure({ book, window }, name)
    case 'unknown':
      return { value, events }
    default:
      return notKnown(because('hasNo', { field: name }), events)
  }
}

/** It was counted once, at the end of the run or at an event before that. */
function ledgerFigure({ book, window }: Pick<Evaluation, 'book' | 'window'>, name: string): Evaluated {
  const { ledger, untilMs } = book.evidence
  const figure = LEDGER_FIGURES.find((known) => known === name)
  const events = ledger.at === undefined ? [] : [ledger.at]
  const count = figure && ledger[figure]
  const countedMs = (ledger.at === undefined ? undefined : book.event(ledger.at)?.timeMs) ?? untilMs
  if (window.untilMs < countedMs) return notKnown(because('countedLater'), events)
  return count === undefined ? notKnown(because('notReadBack', { figure: name }), events) : evaluated(exactly(count), events)
}

/** What a name means that is no field and no event: how the pair stands at the end of the window. */
export function globalValue(evaluation: Evaluation, name: string): Evaluated {
  if (name === 'ledger') return evaluated({ type: 'ledger' })
  const frame = evaluation.book.frameAt(evaluation.window.untilMs)
  if (frame === undefined) return notKnown(because('nobodyLooked'))
  const events = frame.event === undefined ? [] : [frame.event]
  if (name === 'interconnect') return evaluated(word(frame.interconnect), events)
  const { array } = frame
  if (array === undefined) return notKnown(because('nobodyUp'), events)
  switch (name) {
    case 'service-owner':
      return evaluated(word(array.serviceOwner satisfies ControllerId), events)
    case 'cache-policy':
      return evaluated(word(array.cachePolicy ?? 'write-through'), events)
    case 'dispatch-scheme':
      return evaluated(word(array.dispatchScheme), events)
    case 'generation':
      return evaluated(exactly(array.generation), events)
    case 'automatic-giveback':
      return evaluated({ type: 'truth', value: array.automaticGiveback }, events)
    default:
      return notKnown(because('noName', { name }))
  }
}
