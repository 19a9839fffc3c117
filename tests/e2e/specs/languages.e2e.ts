/** In either language nothing is cut off, runs out of its box or is in the other language: in every view, menu and dialog. */
import { findOverflow } from '../overflow'
import { takePicture } from '../pictures'
import { foreignWords, noteMissing } from '../words-shown'
import { atSizes, openedLab, startWorkload, type WindowSize } from './lab-window'
import { chooseLanguage, PICTURE_SIZES, WALK_SIZES, WALKS, WORDS, type Look, type WalkLanguage } from './walk'

/** Each state is checked at two sizes, in both languages. In English, a picture of it is kept at all four. */
const WALK_MS = 600_000

const found = new Set<string>()

async function check(language: WalkLanguage, state: string, { width }: WindowSize): Promise<void> {
  for (const { what, text, where } of await findOverflow()) found.add(`${state}, ${width}: ${what}: “${text}” in ${where}`)
  for (const words of await foreignWords(language)) found.add(`${state}: ${words}`)
}

const lookIn =
  (language: WalkLanguage): Look =>
  async (state) => {
    await atSizes(language === 'en' ? PICTURE_SIZES : WALK_SIZES, async (size) => {
      if (WALK_SIZES.some(({ width }) => width === size.width)) await check(language, state, size)
      await takePicture(`${language}-${state}-${size.width}x${size.height}`)
    })
  }

function expectNothingWrong(): void {
  const told = [...found]
  found.clear()
  expect(told).toEqual([])
}

describe('what is wrong with words', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    await noteMissing()
  })

  it('is told: a word that is cut, one that is English, a key, and a message that nobody wrote', async () => {
    await browser.execute(() => {
      const planted = document.createElement('p')
      planted.id = 'planted'
      planted.style.cssText = 'position: fixed; top: 0; left: 0; z-index: 99; width: 20px; overflow: hidden; white-space: nowrap'
      planted.textContent = 'Not redundant: A serves alone'
      planted.title = 'arrayCondition.redundant'
      document.body.append(planted)
      console.warn('No message "view.nowhere" in "de".')
    })
    expect((await findOverflow()).map(({ text }) => text)).toContain('Not redundant: A serves alone')
    const words = await foreignWords('de')
    expect(words).toContain('in English: Not redundant: A serves alone')
    expect(words).toContain('a key: arrayCondition.redundant')
    expect(words).toContain('No message "view.nowhere" in "de".')
    await browser.execute(() => document.querySelector('#planted')?.remove())
  })

  for (const language of ['en', 'de'] as const) {
    describe(`in ${language}`, function (this: Mocha.Suite) {
      // Of the suite: WebdriverIO reads a test's own limit before the test could set one.
      this.timeout(WALK_MS)
      before(() => chooseLanguage(language))

      for (const [where, walk] of Object.entries(WALKS)) {
        it(`is nothing ${where}`, async () => {
          await walk(WORDS[language], lookIn(language))
          expectNothingWrong()
        })
      }
    })
  }
})
