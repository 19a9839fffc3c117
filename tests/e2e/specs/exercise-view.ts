/** What the specs do in the exercises view. */
import { takePicture } from '../pictures'
import { atSizes, type WindowSize } from './lab-window'
import { showView } from './simulation-view'

/** A view with much text beside the picture: what is cut off is cut off in small windows. */
const SIZES: readonly WindowSize[] = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
  { width: 1366, height: 768 },
]

const phase = () => $('[data-testid="exercise-phase"]')
export const verdict = () => $('[data-testid="exercise-verdict"]')

/** Of an exercise in the list. */
export function cardOf(exercise: string) {
  return $(`[data-exercise="${exercise}"]`)
}

export async function takePictures(name: string): Promise<void> {
  await atSizes(SIZES, ({ width, height }) => takePicture(`${name}-${width}x${height}`))
}

/** Waits until a phase of the try has come, which is told by its heading. */
export async function inPhase(heading: string): Promise<void> {
  await browser.waitUntil(async () => (await phase().isExisting()) && (await phase().getText()) === heading, {
    timeout: 60_000,
    timeoutMsg: `the phase did not become “${heading}”`,
  })
}

/** A new learner comes to the desk. */
export async function comeAs(learner: string): Promise<void> {
  await $('#learner-name').setValue(learner)
  await $('button=Start').click()
}

/** A new learner stands before the list, in which that exercise can be begun. */
export async function beforeList(learner: string, exercise: string): Promise<void> {
  await showView('Exercises')
  await cardOf(exercise).waitForExist({ timeout: 30_000 })
  await comeAs(learner)
  await cardOf(exercise).$('button').waitForEnabled()
}

export async function choose(question: string, option: string): Promise<void> {
  await $(`[data-question="${question}"] [value="${option}"]`).click()
}

/** Sends predictions or answers. */
export async function sendReplies(): Promise<void> {
  await $('[data-testid="send-replies"]').waitForEnabled()
  await $('[data-testid="send-replies"]').click()
}
