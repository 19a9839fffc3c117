/** What axe-core finds wrong: nothing, in every view, menu and dialog, in both themes. */
import { violations } from '../axe'
import { takePicture } from '../pictures'
import { openedLab, startWorkload } from './lab-window'
import { WALKS, WORDS } from './walk'

const THEMES = ['dark', 'light'] as const
/** Colours fade from one theme to the other, and things as they come. */
const FADES_MS = 400

const found = new Set<string>()

/** The theme is changed where the window itself changes it: no menu can be opened over a dialog. */
async function inTheme(theme: (typeof THEMES)[number]): Promise<void> {
  await browser.execute((name: string) => (document.documentElement.dataset['theme'] = name), theme)
  await browser.pause(FADES_MS)
}

async function look(state: string): Promise<void> {
  for (const theme of [...THEMES].toReversed()) {
    await inTheme(theme)
    for (const line of await violations()) found.add(`${state}, ${theme}: ${line}`)
  }
}

function expectNothingWrong(): void {
  const told = [...found]
  found.clear()
  expect(told).toEqual([])
}

describe('what axe finds', () => {
  before(async () => {
    await $('[data-testid="array-state"]').waitForExist({ timeout: 30_000 })
  })

  it('is told: a check that finds a button without a name and words without contrast', async () => {
    await browser.execute(() => {
      const button = document.createElement('button')
      button.id = 'nameless'
      const words = document.createElement('p')
      words.textContent = 'words that nobody can read'
      words.style.cssText = 'position: fixed; top: 0; left: 0; z-index: 99; color: #888; background: #777'
      document.body.append(button, words)
    })
    const rules = (await violations()).map((line) => line.split(':')[0])
    expect(rules).toContain('button-name')
    expect(rules).toContain('color-contrast')
    await browser.refresh()
    await $('[data-testid="array-state"]').waitForExist({ timeout: 30_000 })
  })

  it('is nothing at a first visit', async () => {
    await look('first-visit')
    await openedLab()
    await startWorkload()
    expectNothingWrong()
  })

  for (const [where, walk] of Object.entries(WALKS)) {
    it(`is nothing ${where}`, async () => {
      await walk(WORDS.en, look)
      await takePicture(`accessible-${where}`)
      expectNothingWrong()
    })
  }
})
