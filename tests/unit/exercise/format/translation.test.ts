import { describe, expect, it } from 'vitest'
import { decodeExercise } from '../../../../src-main/exercise/format/decode'
import type { Exercise } from '../../../../src-main/exercise/format/exercise'
import { decodeTranslation } from '../../../../src-main/exercise/format/translation'
import { EXERCISE_FILE } from '../../../support/exercise-file'

const GERMAN = `---
title: Ein Controller stirbt
outcomes:
  - Sagen, in welcher Reihenfolge eine Übernahme abläuft
predictions:
  order:
    text: In welcher Reihenfolge?
    items: { detect: Es wird bemerkt, fence: Er wird ausgesperrt }
  length:
    text: Wie lange antwortet LUN 0 nicht?
questions:
  culprit:
    text: Mit welchem Ereignis begann es?
checks:
  taken-over: { message: Niemand hat übernommen. }
  quick: { message: Es hat zu lange gedauert., hint: Töte ihn stattdessen. }
  guessed: { message: Die Reihenfolge war eine andere. }
---
Achte auf Controller \${victim}.

## Vorhersagen
Erst denken.

## Zusehen
![Die Bühne](stage.png)
`

function exercise(): Exercise {
  const decoded = decodeExercise({ file: 'exercise.md', text: EXERCISE_FILE, seed: 1, patterns: new Map(), hasPicture: () => true })
  if (!decoded.ok) throw new Error('wrong')
  return decoded.value
}

function translate(text: string): ReturnType<typeof decodeTranslation> {
  return decodeTranslation({ file: 'exercise.de.md', text, exercise: exercise(), hasPicture: (name) => name === 'stage.png' })
}

describe('a translation', () => {
  it('has the texts, and leaves all else as it is', () => {
    const german = translate(GERMAN)
    if (!german.ok) throw new Error(german.error.map(({ message }) => message).join(' '))
    const { value } = german
    expect(value.title).toBe('Ein Controller stirbt')
    expect(value.predictions[0]).toMatchObject({
      id: 'order',
      items: [{ id: 'detect', text: 'Es wird bemerkt' }, { text: 'Er wird ausgesperrt' }],
    })
    expect(value.checks[1]).toMatchObject({ id: 'quick', hint: 'Töte ihn stattdessen.', points: 1 })
    expect(value.introduction).toBe(`Achte auf Controller ${String(value.variables['victim']).toUpperCase()}.`)
    expect(value.steps.map(({ title }) => title)).toEqual(['Vorhersagen', 'Zusehen'])
    expect(value.solutions).toEqual(exercise().solutions)
  })

  it.each([
    ['title: Ein Controller stirbt\n', '', '"title" is missing: translate "A controller dies".'],
    ['title: Ein', 'minutes: 5\ntitle: Ein', '"minutes" is not translated here: the exercise has no such text.'],
    [', hint: Töte ihn stattdessen.', '', '"checks.quick.hint" is missing: translate "Kill it instead.".'],
    [
      'taken-over: { message',
      'takenover: { message',
      '"takenover" is not translated here: the exercise has no such text. Did you mean taken-over?',
    ],
    ['fence: Er wird ausgesperrt', 'fence: 3', '"fence" must be text.'],
    ['  - Sagen', '  - Mehr\n  - Sagen', '"1" is not translated here'],
    ['## Vorhersagen\n', '', 'There are 1 steps here, and 2 in the exercise'],
    ['stage.png', 'bild.png', 'The picture "bild.png" is not in the folder'],
  ])('%j -> %j', (piece, instead, message) => {
    const german = translate(GERMAN.replace(piece, instead))
    expect(german.ok ? '' : german.error.map((one) => one.message).join('\n')).toContain(message)
  })
})
