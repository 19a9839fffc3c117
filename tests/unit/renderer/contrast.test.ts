import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'

/** WCAG 2.2: text 4.5 to 1 (1.4.3), marks and the edges of fields 3 to 1 (1.4.11). */
const TEXT = 4.5
const MARK = 3

const [dark = '', light = ''] = fs.readFileSync('src-renderer/styles/tokens.css', 'utf8').split(":root[data-theme='light']")
const coloursOf = (css: string) =>
  Object.fromEntries([...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', colour = '']) => [name, colour]))
const THEMES = { dark: coloursOf(dark), light: { ...coloursOf(dark), ...coloursOf(light) } }

const GROUNDS = ['ink', 'surface', 'raised', 'sunken', 'hover', 'chassis-top', 'chassis-bottom']
const INKS = ['text', 'text-soft', 'text-muted', 'text-faint', 'good', 'moving', 'bad', 'a', 'b']

/** Every pair of colours in which words are set. */
const TEXT_PAIRS: readonly (readonly [ink: string, ground: string])[] = [
  ...INKS.flatMap((ink) => GROUNDS.map((ground) => [ink, ground] as const)),
  // Chosen rows of lists.
  ...['text', 'text-soft', 'text-muted', 'a', 'b'].map((ink) => [ink, 'line'] as const),
  // What belongs to a controller.
  ...['a', 'b'].flatMap((id) => [
    ...['text', 'text-soft', 'text-muted', id].map((ink) => [ink, `${id}-wash`] as const),
    [id, `${id}-deep`] as const,
  ]),
  ...['good', 'moving', 'bad'].flatMap((tone) => [
    ['text', `${tone}-deep`] as const,
    ['text-soft', `${tone}-deep`] as const,
    ['ink', tone] as const,
  ]),
  ['moving', 'moving-deep'],
  ['bad', 'bad-deep'],
  // Filled buttons and letters on a plate.
  ['ink', 'text'],
  ['ink', 'a'],
  ['ink', 'b'],
  // The letter of a controller that is down.
  ['text', 'metal'],
  ...['detect', 'fence', 'claim', 'replay', 'adopt', 'serve'].map((phase) => ['ink', `phase-${phase}`] as const),
]

/** Shapes that carry a state, the focus, and what a field is known by. */
const MARK_PAIRS: readonly (readonly [mark: string, ground: string])[] = [
  ...['a', 'b', 'good', 'moving', 'bad', 'focus', 'text-muted', 'control'].flatMap((mark) =>
    ['ink', 'surface', 'raised', 'sunken', 'chassis-top', 'chassis-bottom'].map((ground) => [mark, ground] as const),
  ),
  // Fill of the NVRAM gauge and of the drives' bars; the thumb of a switch that is on.
  ['a', 'bezel'],
  ['b', 'bezel'],
  ['good', 'good-deep'],
]

describe.each(Object.entries(THEMES))('the %s look', (_theme, colours) => {
  it('sets words in colours that can be read', () => {
    expect(
      TEXT_PAIRS.filter(([ink, ground]) => contrast(colours, ink, ground) < TEXT).map(
        ([ink, ground]) => `${ink} on ${ground}: ${contrast(colours, ink, ground).toFixed(2)}`,
      ),
    ).toEqual([])
  })

  it('draws marks in colours that can be told from what they lie on', () => {
    expect(
      MARK_PAIRS.filter(([mark, ground]) => contrast(colours, mark, ground) < MARK).map(
        ([mark, ground]) => `${mark} on ${ground}: ${contrast(colours, mark, ground).toFixed(2)}`,
      ),
    ).toEqual([])
  })
})

describe('styles', () => {
  it('take every colour from the tokens, so that both looks are whole', () => {
    const files = fs
      .readdirSync('src-renderer', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(vue|css)$/.test(name) && !name.endsWith('tokens.css'))
    const literal = files.flatMap((name) =>
      [...fs.readFileSync(`src-renderer/${name}`, 'utf8').matchAll(/:\s[^;{]*(#[0-9a-f]{3,8})\b/gi)].map(
        ([, colour = '']) => `${name}: ${colour}`,
      ),
    )
    expect(literal).toEqual([])
  })

  it('use no token that is not there', () => {
    const names = new Set([...`${dark}${light}`.matchAll(/--([\w-]+):/g)].map(([, name = '']) => name))
    const files = fs.readdirSync('src-renderer', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|css|ts)$/.test(name))
    const texts = files.map((name) => ({ name, text: fs.readFileSync(`src-renderer/${name}`, 'utf8') }))
    const local = new Set(texts.flatMap(({ text }) => [...text.matchAll(/--([\w-]+)['"]?:/g)].map(([, name = '']) => name)))
    // Those of the component library are its own.
    const unknown = texts.flatMap(({ name, text }) =>
      [...text.matchAll(/var\(--([\w-]+)/g)]
        .map(([, token = '']) => token)
        .filter((token) => !names.has(token) && !local.has(token) && !token.startsWith('reka-'))
        .map((token) => `${name}: ${token}`),
    )
    expect(unknown).toEqual([])
  })

  it('stop what moves for those who ask for less motion', () => {
    const base = fs.readFileSync('src-renderer/styles/base.css', 'utf8')
    const reduced = base.slice(base.indexOf('prefers-reduced-motion: reduce'))
    expect(reduced).toMatch(/animation-duration: 1ms !important/)
    expect(reduced).toMatch(/transition-duration: 1ms !important/)
  })
})

function contrast(colours: Readonly<Record<string, string>>, one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(present(colours[one], one)), luminance(present(colours[other], other))].sort((x, y) => y - x)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Relative luminance of an sRGB colour. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
