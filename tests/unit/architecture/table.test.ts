/** The table of ARCHITECTURE.md is read word for word, and words that mean nothing are refused. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTable } from './table'

let project = ''

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'architecture-table-'))
  for (const folder of ['base', 'core/raid', 'lab', 'core/lab']) mkdirSync(join(project, 'src-main', folder), { recursive: true })
  writeFileSync(join(project, 'src-main/core/raid/spec.ts'), '')
})

afterAll(() => rmSync(project, { recursive: true }))

function read(...rows: readonly string[]) {
  const table = ['| folder | holds | imports | packages |', '|---|---|---|---|', ...rows].join('\n')
  return readTable(`# Page\n\n## Folders, and who may import what\nText.\n\n${table}\n\n## Next\n| \`none\` | of it |\n`, project)
}

describe('a row', () => {
  it('gives folders, files, types and packages', () => {
    expect(read('| `src-main/lab` | the lab | base, raid/spec.ts, raid/sp*, types of raid | Node, @scope/*, types of ws |')).toEqual([
      {
        path: 'src-main/lab/',
        mayImport: ['src-main/base/', 'src-main/core/raid/spec.ts', 'src-main/core/raid/sp'],
        mayImportTypes: ['src-main/core/raid/'],
        packages: [/^node:/, /^@scope\//],
        packageTypes: [/^ws$/],
      },
    ])
  })

  it('may say that there is nothing', () => {
    const nothing = { mayImport: [], mayImportTypes: [], packages: [], packageTypes: [] }
    expect(read('| `src-main/base` | bytes | nothing | none |')).toEqual([{ path: 'src-main/base/', ...nothing }])
  })

  it.each([
    ['of a folder that does not exist', '| `src-main/gone` | what | nothing | none |', 'does not exist'],
    ['with a name of nothing', '| `src-main/base` | what | rooms | none |', 'there is no rooms'],
    ['with a star that nothing matches', '| `src-main/base` | what | raid/x* | none |', 'there is no raid/x*'],
    ['with a name of two things', '| `src-main/base` | what | lab | none |', 'src-main/lab/ or src-main/core/lab/'],
    ['with too few columns', '| `src-main/base` | what | nothing |', 'not 4 columns'],
    ['with an empty cell', '| `src-main/base` | what | | none |', 'an empty cell'],
  ])('%s is refused', (_, row, message) => {
    expect(() => read(row)).toThrow(message)
  })
})

it('a page without the table is refused', () => {
  expect(() => readTable('# Page', project)).toThrow('no table')
})
