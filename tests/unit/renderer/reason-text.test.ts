import { afterEach, expect, it } from 'vitest'
import { because } from '../../../src-main/contract/exercise-reason'
import { reasonText } from '../../../src-renderer/components/exercise/reason-text'
import { createMessages } from '../../../src-renderer/i18n'
import { speak } from '../../../src-renderer/i18n/language'

const { t } = createMessages().global

afterEach(() => speak('en'))

it.each([
  [because('noneOf', { what: 'takeover.serving by b' }), 'there was no takeover.serving by b', 'es gab kein takeover.serving by b'],
  [
    because('isThere', { kind: 'drive.write', at: 61_234.5 }),
    'there is drive.write at 01:01.234.500',
    'es gibt drive.write bei 01:01,234\u00a0500',
  ],
  [because('tooManyMoments', { most: 20_000 }), 'more than 20,000 moments', 'mehr als 20.000 Momente'],
  [because('is', { value: { type: 'range', least: 1.25 } }), 'it is at least 1.25', 'es ist mindestens 1,25'],
  [because('is', { value: { type: 'number', value: 20.04 } }), 'it is 20.04', 'es ist 20,04'],
  [because('is', { value: { type: 'number', value: 1234.56789 } }), 'it is 1,234.568', 'es ist 1.234,568'],
  [because('is', { value: { type: 'range', most: 20 } }), 'it is at most 20', 'es ist höchstens 20'],
  [
    because('is', {
      value: {
        type: 'list',
        items: [
          { type: 'word', word: 'a' },
          { type: 'truth', value: true },
        ],
      },
    }),
    '[a, true]',
    '[a, wahr]',
  ],
  [because('is', { value: { type: 'none' } }), 'it is none', 'es ist keins'],
  [because('is', { value: { type: 'range', least: 1, most: 2 } }), 'from 1 to 2', 'von 1 bis 2'],
  [because('is', { value: { type: 'duration', ms: 1200 } }), '1,200 ms', '1.200 ms'],
])('a reason is told in the language of the window (%#)', (reason, english, german) => {
  expect(reasonText(t, reason)).toContain(english)
  speak('de')
  expect(reasonText(t, reason)).toContain(german)
})
