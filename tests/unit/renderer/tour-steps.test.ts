import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import de from '../../../src-renderer/i18n/de'
import en from '../../../src-renderer/i18n/en'
import { TOUR_STEPS } from '../../../src-renderer/model/tour-steps'

const markup = fs
  .readdirSync('src-renderer', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.vue'))
  .map((name) => fs.readFileSync(path.join('src-renderer', name), 'utf8'))
  .join('\n')
/** A part that is bound stands for each controller. */
const places = [...markup.matchAll(/data-tour="([^"]+)"/g)]
  .map(([, place = '']) => place.replaceAll('`', ''))
  .flatMap((place) => (place.includes('${id}') ? ['a', 'b'].map((id) => place.replace('${id}', id)) : [place]))

describe('the guided tour', () => {
  it('has six steps, each at a thing of the window that is there once', () => {
    expect(TOUR_STEPS).toHaveLength(6)
    expect(TOUR_STEPS.map(({ at }) => places.filter((place) => place === at).length)).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('says what is no markup, as its library would take it for that', () => {
    expect(JSON.stringify([en.tour, de.tour])).not.toMatch(/[<>&]/)
  })
})
