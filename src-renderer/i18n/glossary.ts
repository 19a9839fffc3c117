/** Reads `docs/glossary.md`: the page and the window's Words panel have one source. */
export interface GlossaryEntry {
  readonly word: string
  /** The patent's word, where it has one. */
  readonly patent?: string
  readonly meaning: string
}

export interface GlossarySection {
  readonly title: string
  readonly entries: readonly GlossaryEntry[]
}

export interface Glossary {
  readonly intro: string
  readonly sections: readonly GlossarySection[]
}

const NO_WORD = '–'
/** Signs that mean something in a message of vue-i18n. */
const MESSAGE_SYNTAX = /[{}@|]/

/**
 * The page is a title, one paragraph, and sections; a section is a heading and a table of three columns.
 * Throws on anything else, so that no line of the page is silently missing from the window.
 */
export function parseGlossary(markdown: string): Glossary {
  const [title = '', intro = '', ...blocks] = markdown.trim().split(/\n{2,}/)
  if (!title.startsWith('# ')) throw new Error('The glossary has no title.')
  const sections: GlossarySection[] = []
  for (let at = 0; at < blocks.length; at += 2) sections.push(parseSection(blocks[at] ?? '', blocks[at + 1] ?? ''))
  return { intro: plain(intro), sections }
}

function parseSection(heading: string, table: string): GlossarySection {
  const title = /^## (.+)$/.exec(heading)?.[1]
  if (title === undefined) throw new Error(`Not the heading of a section: ${heading}`)
  const [head = '', rule = '', ...rows] = table.split('\n')
  if (cells(head).length !== 3 || !/^[|-]+$/.test(rule) || rows.length === 0) throw new Error(`No table under “${title}”.`)
  return { title: plain(title), entries: rows.map(parseRow) }
}

function parseRow(row: string): GlossaryEntry {
  const [word = '', patent = '', meaning = '', ...rest] = cells(row)
  if (word === '' || patent === '' || meaning === '' || rest.length > 0)
    throw new Error(`Not a word, the patent's word, and a meaning: ${row}`)
  return { word: plain(word), ...(patent === NO_WORD ? {} : { patent: plain(patent) }), meaning: plain(meaning) }
}

function cells(row: string): string[] {
  if (!/^\|.*\|$/.test(row)) throw new Error(`Not a row of a table: ${row}`)
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

function plain(text: string): string {
  if (MESSAGE_SYNTAX.test(text)) throw new Error(`A message cannot have braces, at signs or bars: ${text}`)
  return text
}
