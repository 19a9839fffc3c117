/** Reads the table of ARCHITECTURE.md. Its words are the rules; what it says that means nothing is an error here. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Layer } from './layers'

const HEADING = '## Folders, and who may import what'
const COLUMNS = 4
/** What a name in the third column leaves out. */
const OMITTED = ['', 'src-main/', 'src-main/core/', 'src-main/core/controller/', 'src-renderer/']
const TYPES_OF = 'types of '

const PACKAGES: Readonly<Record<string, RegExp>> = {
  Node: /^node:/,
  Electron: /^electron($|\/)/,
  // Everything from npm, but neither Node nor Electron: the window runs without both.
  'any for browsers': /^(?!node:|electron($|\/))/,
}

export function readTable(page: string, projectDir: string): Layer[] {
  const section = page.split(HEADING)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  if (rows.length === 0) throw new Error(`no table under "${HEADING}"`)
  return rows.map((row) => readRow(row, projectDir))
}

function readRow(row: string, projectDir: string): Layer {
  const cells = row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
  const [folder = '', , imports = '', packages = ''] = cells
  if (cells.length !== COLUMNS) throw new Error(`not ${COLUMNS} columns: ${row}`)
  const path = pathOf(folder.replaceAll('`', ''), projectDir)
  if (path === undefined) throw new Error(`the folder ${folder} does not exist`)
  const imported = itemsOf(imports, 'nothing')
  const used = itemsOf(packages, 'none')
  return {
    path,
    mayImport: imported.values.map((name) => resolve(name, projectDir)),
    mayImportTypes: imported.types.map((name) => resolve(name, projectDir)),
    packages: used.values.map(patternOf),
    packageTypes: used.types.map(patternOf),
  }
}

/** The items of a cell, and apart from them those of which it says "types of". */
function itemsOf(cell: string, empty: string): { readonly values: readonly string[]; readonly types: readonly string[] } {
  const items = cell === empty ? [] : cell.split(', ')
  if (items.includes('')) throw new Error(`an empty cell: write "${empty}"`)
  const types = items.filter((item) => item.startsWith(TYPES_OF))
  return { values: items.filter((item) => !types.includes(item)), types: types.map((item) => item.slice(TYPES_OF.length)) }
}

/** The one path that a name can mean. */
function resolve(name: string, projectDir: string): string {
  const paths = OMITTED.flatMap((omitted) => pathOf(`${omitted}${name}`, projectDir) ?? [])
  const [path, other] = paths
  if (path === undefined) throw new Error(`there is no ${name}`)
  if (other !== undefined) throw new Error(`${name} may be ${paths.join(' or ')}`)
  return path
}

/** A folder with a slash at its end, a file, or what files that end in a star have in common. */
function pathOf(path: string, projectDir: string): string | undefined {
  const place = join(projectDir, path)
  if (path.endsWith('*')) return namesakes(place.slice(0, -1)).length > 0 ? path.slice(0, -1) : undefined
  if (!existsSync(place)) return undefined
  return path.endsWith('.ts') ? path : `${path}/`
}

function namesakes(prefix: string): string[] {
  const folder = dirname(prefix)
  return existsSync(folder) ? readdirSync(folder).filter((name) => join(folder, name).startsWith(prefix)) : []
}

function patternOf(name: string): RegExp {
  return PACKAGES[name] ?? (name.endsWith('*') ? new RegExp(`^${name.slice(0, -1)}`) : new RegExp(`^${name}$`))
}
