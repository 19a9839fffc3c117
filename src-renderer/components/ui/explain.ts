import type { ObjectDirective } from 'vue'
import type { Place } from '../../../src-main/contract/trace'
import type { Topic } from '../../i18n/topics'

/** What an element is about; and of several such things, which: a controller, the number of a drive, the id of a volume. */
export type Explained = Topic | readonly [topic: Topic, about: string | number]

/** Of a place of the trace. */
export function explainedPlace(place: Place): Explained {
  const [part = '', of = ''] = place.split('-')
  switch (part) {
    case 'portal':
    case 'controller':
    case 'drive':
      return [part, of]
    case 'management':
      return ['management-address', of]
    case 'interconnect':
    case 'midplane':
      return part
    default:
      return 'host'
  }
}

function attributesOf(explained: Explained): { readonly 'data-explain': Topic; readonly 'data-about': string } {
  return typeof explained === 'string'
    ? { 'data-explain': explained, 'data-about': '' }
    : { 'data-explain': explained[0], 'data-about': String(explained[1]) }
}

function mark(element: Element, explained: Explained): void {
  for (const [name, value] of Object.entries(attributesOf(explained))) element.setAttribute(name, value)
}

/** Marks what can be explained. One card tells of all of them (useExplanation). */
export const vExplain: ObjectDirective<Element, Explained> = {
  created: (element, { value }) => mark(element, value),
  updated: (element, { value, oldValue }) => {
    if (String(value) !== String(oldValue)) mark(element, value)
  },
  getSSRProps: ({ value }) => attributesOf(value),
}
