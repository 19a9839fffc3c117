/** Where room is short: notices, the fields of a request in a low window, marks of one event. */
import { findOverflow } from '../overflow'
import { takePicture } from '../pictures'
import { atSizes, openedLab, openPanel, startWorkload, waitForState } from './lab-window'
import { chooseLanguage, WALK_SIZES, WORDS } from './walk'

const LOW = [{ width: 960, height: 657 }]

describe('where room is short', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
  })

  it('a notice is there with all its words, at each size and in each language, and covers nothing', async () => {
    for (const language of ['en', 'de'] as const) {
      await chooseLanguage(language)
      await $(`aria/${WORDS[language].topology.killName.replace('{id}', 'A')}`).click()
      await $('.toast-action').waitForExist()
      await atSizes(WALK_SIZES, async ({ width }) => {
        expect((await findOverflow()).filter(({ where }) => where.includes('toast'))).toEqual([])
        const room = await browser.execute(() => {
          const toast = document.querySelector('.toast')?.getBoundingClientRect()
          const content = document.querySelector('[role="tabpanel"][data-state="active"]')?.getBoundingClientRect()
          return {
            isInside: toast !== undefined && toast.bottom <= innerHeight,
            isBelow: (toast?.top ?? 0) >= (content?.bottom ?? Infinity),
          }
        })
        expect(room).toEqual({ isInside: true, isBelow: true })
        await takePicture(`notice-${language}-${width}`)
      })
      await $(`aria/${WORDS[language].topology.restartName.replace('{id}', 'A')}`).click()
      await browser.waitUntil(async () => (await $('[data-testid="array-state"]').getText()) === WORDS[language].arrayCondition.redundant)
    }
    await chooseLanguage('en')
    await waitForState('Redundant')
  })

  it('the button that sends a request lies over none of its fields', async () => {
    await openPanel('Service requests')
    await $('#service-request').selectByAttribute('value', 'create-volume')
    await atSizes(LOW, async ({ width, height }) => {
      const covered = await browser.execute(() => {
        const button = document.querySelector('form button[type="submit"]')?.getBoundingClientRect()
        const rows = document.querySelector('form .rows')?.getBoundingClientRect()
        return button === undefined || rows === undefined || rows.bottom > button.top || button.bottom > innerHeight
      })
      expect(covered).toBe(false)
      await takePicture(`request-${width}x${height}`)
      // The last field can be brought into view, above the button.
      const isSeen = await browser.execute(() => {
        const note = [...document.querySelectorAll('form .field > .hint')].at(-1)
        note?.scrollIntoView({ block: 'end' })
        const box = note?.getBoundingClientRect()
        return box !== undefined && document.elementFromPoint(box.left + 2, box.bottom - 3) === note
      })
      expect(isSeen).toBe(true)
    })
  })
})
