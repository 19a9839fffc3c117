import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import en from '../../../src-renderer/i18n/en'

/** Both ways: every message the window asks for is there, and every message that is there is asked for. */
const WINDOW = path.resolve('src-renderer')
/** Where the names come from that stand for a part of a key. */
const NAMING = [
  WINDOW,
  path.resolve('src-main/contract'),
  path.resolve('src-main/exercise/format'),
  path.resolve('src-main/core/raid'),
  path.resolve('src-main/player'),
  path.resolve('src-main/simulator'),
]

const sourcesOf = (folder: string): readonly { readonly name: string; readonly text: string }[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts)$/.test(name) && !/^i18n\/(en|de)\//.test(name))
    .map((name) => ({ name, text: fs.readFileSync(path.join(folder, name), 'utf8') }))

const sources = sourcesOf(WINDOW)
const everything = sources.map(({ text }) => text).join('\n')
const naming = NAMING.flatMap(sourcesOf)
  .map(({ text }) => text)
  .join('\n')

function leaves(at: unknown, prefix = ''): string[] {
  if (typeof at === 'string') return [prefix]
  return Object.entries(at as Record<string, unknown>).flatMap(([key, value]) => leaves(value, prefix === '' ? key : `${prefix}.${key}`))
}

const keys = leaves(en)
const sections = new Set(keys.map((key) => key.split('.', 1)[0] ?? ''))
const literals = new Set(
  [...everything.matchAll(/'([a-z]\w*(?:\.[\w-]+)+)'/g)]
    .map(([, key = '']) => key)
    .filter((key) => sections.has(key.split('.', 1)[0] ?? '')),
)
/** Keys with a part that is only known when they are asked for. */
const patterns = [...new Set([...everything.matchAll(/`([a-z]\w*\.[^`\s]*\$\{[^`]*)`/g)].map(([, key = '']) => key))]
  .filter((key) => sections.has(key.split('.', 1)[0] ?? ''))
  .map((key) => ({ key, matches: new RegExp(`^${key.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '([\\w-]+)')}$`) }))

/** Whether something is called that: the variable part of a key is a word that the sources know, or a part of one with a dot. */
const isNamed = (part: string) => new RegExp(`'(?:\\w+\\.)?${part}(?:\\.[\\w-]+)?'|\\b${part}\\??:`).test(naming)

describe('messages of the window', () => {
  it('exist wherever one is asked for by its whole key', () => {
    expect([...everything.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key = '']) => key).filter((key) => !keys.includes(key))).toEqual([])
    // Not every quoted word with a dot is a key; one that is asked for under a condition is.
    const conditional = [...everything.matchAll(/\bt\([^()'`]*\? *'([^']+)' *: *'([^']+)'/g)].flatMap(([, one = '', other = '']) => [
      one,
      other,
    ])
    expect(conditional.length).toBeGreaterThan(3)
    expect(conditional.filter((key) => !keys.includes(key))).toEqual([])
  })

  it('exist wherever one is asked for by a key made of parts', () => {
    expect(patterns.length).toBeGreaterThan(20)
    expect(patterns.filter(({ matches }) => !keys.some((key) => matches.test(key))).map(({ key }) => key)).toEqual([])
  })

  it('are all asked for', () => {
    const whole = [...everything.matchAll(/\btm\('([^']+)'\)/g)].map(([, part = '']) => `${part}.`)
    expect(whole.filter((part) => !keys.some((key) => key.startsWith(part)))).toEqual([])
    const unused = keys.filter((key) => {
      if (whole.some((part) => key.startsWith(part))) return false
      if (literals.has(key)) return false
      return !patterns.some(({ matches }) => matches.exec(key)?.slice(1).every(isNamed))
    })
    expect(unused).toEqual([])
  })

  it.each(sources.filter(({ name }) => name.endsWith('.vue')))(
    'come from here alone: $name has no words of its own in its template',
    ({ text }) => {
      const template = text.slice(text.indexOf('<template>'), text.lastIndexOf('</template>'))
      const shown = [...template.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, expression = '']) => expression)
      // Keys of messages and names that are compared are no words for people; text with a space or a capital is.
      const words = shown
        .flatMap((expression) => [...expression.matchAll(/'([^']*)'/g)].map(([, literal = '']) => literal))
        .filter((literal) => /[A-Z]|[a-z] |\w \w/.test(literal) && !keys.includes(literal))
      expect(words).toEqual([])
    },
  )
})
