/** The run in the player becomes a file: in Electron where the person says, in a browser among its downloads. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inMainProcess } from '../main-process'
import { openedLab, takePictures } from './lab-window'
import { openSeed, showView } from './simulation-view'
import { chooseLanguage, WORDS } from './walk'

const isElectron = process.env['E2E_HOST'] === 'electron'
const folder = mkdtempSync(join(tmpdir(), 'takeover-lab-exports-'))
const said = () => $('[data-testid="export-said"]').getText()

/** What is saved next goes into this folder. In Electron, only the dialog of the system is replaced. */
async function answerDialogs(): Promise<void> {
  if (!isElectron) return browser.sendCommand('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder })
  await inMainProcess(`
    const { dialog } = process.getBuiltinModule('module').createRequire(process.execPath)('electron')
    const { basename, join } = process.getBuiltinModule('path')
    dialog.showSaveDialog = (_window, { defaultPath }) =>
      Promise.resolve({ canceled: false, filePath: join(${JSON.stringify(folder)}, basename(defaultPath)) })
  `)
}

async function saved(name: string): Promise<string> {
  const file = join(folder, name)
  const sentence = isElectron ? `Saved as ${file}.` : `Saved as ${name}, where your browser keeps its downloads.`
  await browser.waitUntil(async () => (await said()) === sentence, { timeout: 150_000, timeoutMsg: `"${sentence}" was not said` })
  await browser.waitUntil(() => existsSync(file), { timeoutMsg: `there is no ${file}` })
  return readFileSync(file, 'utf8')
}

/** A browser gives the second of one name another one. */
function readReports(): readonly string[] {
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
}

describe('an export', () => {
  before(async () => {
    await openedLab()
    await answerDialogs()
    await showView('Simulation')
    await openSeed(3, 100)
  })

  it('of a seed is a report with the notes of the person, in a file by itself', async () => {
    await $('button=Export…').click()
    await $('#export-notes').setValue('Seen <in> class & at home')
    await takePictures('export-dialog')
    await $('[role="dialog"]').$('button=Export').click()
    const report = await saved('takeover-lab-seed-3-100-report.html')
    await takePictures('export-saved')
    expect(report).toContain('data-part="notes">Seen &lt;in&gt; class &amp; at home</div>')
    expect(report).toContain('npm run sim -- --seed 3 --operations 100')
    expect(report).not.toContain('<script')
    await $('[role="dialog"]').$('button=Close').click()
  })

  it('is in the language of the window', async () => {
    await chooseLanguage('de')
    await $(`button=${WORDS.de.export.open}`).click()
    await $('[role="dialog"]').$(`button=${WORDS.de.export.run}`).click()
    await browser.waitUntil(async () => (await said()).startsWith(WORDS.de.export.saved.split(' {')[0] ?? ''), { timeout: 150_000 })
    await browser.waitUntil(() => readReports().some((report) => report.includes('<html lang="de">')), {
      timeoutMsg: 'no report is German',
    })
    await takePictures('export-saved-de')
  })

  after(() => rmSync(folder, { recursive: true, force: true }))
})
