/**
 * What stock Electron runs when it holds no application: loads the one named on the command line,
 * as `electron DIR` or `electron --app=DIR`. The registry runtime comes without it. (Electron looks for
 * `resources/default_app.asar`, which may be a folder.)
 */
const MAIN = `import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const args = process.argv.slice(1)
const named = args.find((arg) => arg.startsWith('--app='))
const folder = named ? named.slice('--app='.length) : args.find((arg) => !arg.startsWith('-'))
if (folder === undefined) {
  console.error('usage: electron DIR [options]')
  process.exit(1)
}
const appDir = resolve(folder)
const manifest = JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8'))
app.setVersion(manifest.version)
app.setName(manifest.productName ?? manifest.name)
app.setAppPath(appDir)
await import(pathToFileURL(join(appDir, manifest.main)).href)
`

export const DEFAULT_APP_FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'electron', productName: 'Electron', type: 'module', main: 'main.js' }),
  'main.js': MAIN,
}
