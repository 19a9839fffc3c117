import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createMessages } from '../../../src-renderer/i18n'
import { parseGlossary } from '../../../src-renderer/i18n/glossary'
import WordsPanel from '../../../src-renderer/views/WordsPanel.vue'

const page = fs.readFileSync('docs/glossary.md', 'utf8')
const glossary = parseGlossary(page)
const entries = glossary.sections.flatMap((section) => section.entries)

const SMALL = `# Glossary

Our words.

## The pair

| Word | In the patent | Meaning |
|---|---|---|
| Controller | SVC | One of two. |
| Peer | – | The other one. |

## NVRAM

| Word | In the patent | Meaning |
|---|---|---|
| Replay | – | Writing out a log. |
`

describe('the parser of the glossary', () => {
  it('finds the words of all sections in their order', () => {
    expect(parseGlossary(SMALL)).toEqual({
      intro: 'Our words.',
      sections: [
        {
          title: 'The pair',
          entries: [
            { word: 'Controller', patent: 'SVC', meaning: 'One of two.' },
            { word: 'Peer', meaning: 'The other one.' },
          ],
        },
        { title: 'NVRAM', entries: [{ word: 'Replay', meaning: 'Writing out a log.' }] },
      ],
    })
  })

  it.each([
    ['a page without a title', SMALL.replace('# Glossary', 'Glossary')],
    ['a section without a table', `${SMALL}\n## Hosts\n`],
    ['a paragraph between sections', SMALL.replace('## NVRAM', 'More words.\n\n## NVRAM')],
    ['a table without a heading row', SMALL.replace('| Word | In the patent | Meaning |\n', '')],
    ['a row that lacks a cell', SMALL.replace('| SVC ', '')],
    ['a row with an empty cell', SMALL.replace('SVC', '')],
    ['a row with a fourth cell', SMALL.replace('| One of two. |', '| One of two. | A, B |')],
    ['a row that does not end', SMALL.replace('One of two. |', 'One of two.')],
    ['signs that a message takes for its own', SMALL.replace('One of two.', 'One of {two}.')],
  ])('refuses %s', (_what, markdown) => {
    expect(() => parseGlossary(markdown)).toThrow()
  })
})

describe('the glossary', () => {
  it('has each word once', () => {
    const words = entries.map(({ word }) => word.toLowerCase())
    expect(words.length).toBeGreaterThan(60)
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([])
  })

  it('says in one sentence what a word means', () => {
    expect(entries.filter(({ meaning }) => !/^[A-Z][^.?!]*\.$/.test(meaning)).map(({ word }) => word)).toEqual([])
  })

  it('is what the Words panel shows, with nothing missing and nothing added', async () => {
    const html = await renderToString(createSSRApp(WordsPanel).use(createMessages()))
    const shown = html
      .replaceAll(/<[^>]*>/g, '\n')
      .replaceAll('&#39;', "'")
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| Word |'))
    const cells = rows.flatMap((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
        .filter((cell) => cell !== '–'),
    )
    const headings = page
      .split('\n')
      .filter((line) => line.startsWith('## '))
      .map((line) => line.slice(3))
    expect(cells.length).toBeGreaterThan(120)
    expect([...shown].sort()).toEqual([glossary.intro, ...headings, ...cells].sort())
  })
})
