/** Goes through every view, panel, menu and dialog of the window, in either language, and has each looked at. */
import { attach as attachDe } from '../../../src-renderer/i18n/de/attach'
import { compare as compareDe } from '../../../src-renderer/i18n/de/compare'
import { exercise as exerciseDe } from '../../../src-renderer/i18n/de/exercise'
import { explain as explainDe } from '../../../src-renderer/i18n/de/explain'
import { exporting as exportingDe } from '../../../src-renderer/i18n/de/export'
import { faults as faultsDe } from '../../../src-renderer/i18n/de/faults'
import { flight as flightDe } from '../../../src-renderer/i18n/de/flight'
import { fork as forkDe } from '../../../src-renderer/i18n/de/fork'
import { panels as panelsDe } from '../../../src-renderer/i18n/de/panels'
import { room as roomDe } from '../../../src-renderer/i18n/de/room'
import { shell as shellDe } from '../../../src-renderer/i18n/de/shell'
import { simulation as simulationDe } from '../../../src-renderer/i18n/de/simulation'
import { table as tableDe } from '../../../src-renderer/i18n/de/table'
import { topology as topologyDe } from '../../../src-renderer/i18n/de/topology'
import { tour as tourDe } from '../../../src-renderer/i18n/de/tour'
import { attach as attachEn } from '../../../src-renderer/i18n/en/attach'
import { compare as compareEn } from '../../../src-renderer/i18n/en/compare'
import { exercise as exerciseEn } from '../../../src-renderer/i18n/en/exercise'
import { explain as explainEn } from '../../../src-renderer/i18n/en/explain'
import { exporting as exportingEn } from '../../../src-renderer/i18n/en/export'
import { faults as faultsEn } from '../../../src-renderer/i18n/en/faults'
import { flight as flightEn } from '../../../src-renderer/i18n/en/flight'
import { fork as forkEn } from '../../../src-renderer/i18n/en/fork'
import { panels as panelsEn } from '../../../src-renderer/i18n/en/panels'
import { room as roomEn } from '../../../src-renderer/i18n/en/room'
import { shell as shellEn } from '../../../src-renderer/i18n/en/shell'
import { simulation as simulationEn } from '../../../src-renderer/i18n/en/simulation'
import { table as tableEn } from '../../../src-renderer/i18n/en/table'
import { topology as topologyEn } from '../../../src-renderer/i18n/en/topology'
import { tour as tourEn } from '../../../src-renderer/i18n/en/tour'
import { arrayState, openPanel } from './lab-window'

const ofEnglish = { ...shellEn, ...panelsEn, ...simulationEn, ...topologyEn, ...exportingEn, ...roomEn, ...tableEn, ...explainEn }
const ofGerman = { ...shellDe, ...panelsDe, ...simulationDe, ...topologyDe, ...exportingDe, ...roomDe, ...tableDe, ...explainDe }
export const WORDS = {
  en: { ...ofEnglish, ...faultsEn, ...tourEn, ...exerciseEn, ...flightEn, ...forkEn, ...compareEn, ...attachEn },
  de: { ...ofGerman, ...faultsDe, ...tourDe, ...exerciseDe, ...flightDe, ...forkDe, ...compareDe, ...attachDe },
} as const
export type WalkLanguage = keyof typeof WORDS
export type Words = (typeof WORDS)[WalkLanguage]

/** Looks at the window in a state of that name. */
export type Look = (state: string) => Promise<void>
type Walk = (words: Words, look: Look) => Promise<void>

/** A message with its places filled. */
export const filled = (message: string, values: Readonly<Record<string, string>>): string =>
  message.replaceAll(/\{(\w+)\}/g, (_place, name: string) => values[name] ?? '')

export const WALK_SIZES = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
] as const
/** Screens that the window is shown on, of which a picture is kept of each state. Checks at the first two find what there is to find. */
export const PICTURE_SIZES = [...WALK_SIZES, { width: 1366, height: 768 }, { width: 1920, height: 1080 }] as const

export async function chooseLanguage(language: WalkLanguage): Promise<void> {
  const shown = (await browser.execute(() => document.documentElement.lang)) as WalkLanguage
  await $(`button=${WORDS[shown].view.open}`).click()
  await $(`button=${WORDS[language].view.languages[language]}`).click()
  await browser.waitUntil(async () => (await browser.execute(() => document.documentElement.lang)) === language)
  await browser.keys('Escape')
  await $('.view-menu').waitForExist({ reverse: true })
}

export async function waitForWords(beginning: string): Promise<void> {
  await browser.waitUntil(async () => (await arrayState()).startsWith(beginning), {
    timeout: 60_000,
    timeoutMsg: `the state did not become "${beginning}"`,
  })
}

const walkPanels: Walk = async (words, look) => {
  for (const panel of ['workload', 'takeovers', 'mapping', 'words', 'table'] as const) {
    await openPanel(words.dock[panel])
    await look(panel)
  }
  await openPanel(words.dock.service)
  await $('#service-request').selectByAttribute('value', 'create-volume')
  await look('service-fields')
  await $('#service-request').selectByAttribute('value', 'list-volumes')
  await $(`button=${filled(words.service.send, { id: 'A' })}`).click()
  await $(`section[aria-label="${words.service.answer}"] table`).waitForExist()
  await look('service')
  await openPanel(words.dock.events)
  await $(`//label[contains(., "${words.events.family}")]//select`).selectByAttribute('value', 'service')
  // The list follows its end, so an older one may be out of sight.
  await $('(//*[@role="option"][contains(., "service.served")])[last()]').click()
  await $(`aside[aria-label="${words.events.story}"]`).waitForExist()
  await look('events')
  await $(`aside[aria-label="${words.events.story}"] button[aria-label="${words.events.closeStory}"]`).click()
}

const walkDialogs: Walk = async (words, look) => {
  await $(`button=${words.view.open}`).click()
  await look('view-menu')
  await browser.keys('Escape')
  await $(`button=${words.access.open}`).click()
  await look('access')
  await $(`button=${words.attach.open}`).click()
  await $('.attach').waitForExist()
  const [host, place] = await $$('.attach select').getElements()
  // It remembers what was chosen, as in the walk in the other language.
  await host?.selectByAttribute('value', 'libiscsi')
  await place?.selectByAttribute('value', 'same')
  await $('.attach ol').waitForExist()
  await look('attach')
  await host?.selectByAttribute('value', 'linux')
  await place?.selectByAttribute('value', 'other')
  await look('attach-linux')
  await browser.keys('Escape')
  await $(`button[aria-label="${words.header.help}"]`).click()
  await $('[role="dialog"]').waitForExist()
  await look('help')
  await $(`button=${words.tour.take}`).click()
  for (const step of ['pair', 'host', 'kill', 'serving', 'vitals', 'exercises'] as const) {
    await $(`.driver-popover-title=${words.tour[step].title}`).waitForExist()
    await look(`tour-${step}`)
    if (step !== 'exercises') await $(`button=${words.tour.next}`).click()
  }
  await browser.keys('Escape')
  await $('[role="dialog"]').waitForExist({ reverse: true })
  await $(`button.over-drive[aria-label^="${filled(words.topology.drive, { index: '4' })}"]`).click()
  await look('drive')
  await $(`button=${words.drive.rebuildAnyway}`).click()
  await $('[role="alertdialog"]').waitForExist()
  await look('confirm')
  await $(`button=${words.confirm.cancel}`).click()
  await $('[role="alertdialog"]').waitForExist({ reverse: true })
  await browser.keys('Escape')
  await $('.drive-details').waitForExist({ reverse: true })
}

const walkExplanations: Walk = async (words, look) => {
  await $(`button[aria-label="${words.explain.modeName}"]`).click()
  for (const thing of ['.chip .name', '.vitals .outage h3', '.serving', '.interconnect .name', '.legend li']) {
    await $(thing).moveTo()
    await $('#explanation').waitForExist()
    await look(`explained-${thing}`)
  }
  await browser.keys('Escape')
  await browser.keys('Escape')
  await $('.explain-mode').waitForExist({ reverse: true })
}

const walkSchemes: Walk = async (words, look) => {
  for (const scheme of ['transfer-ownership', 'primary-only', 'serve-locally'] as const) {
    const button = $(`button=${words.scheme[scheme].name}`)
    await button.click()
    await browser.waitUntil(async () => (await button.getAttribute('aria-pressed')) === 'true')
    await look(scheme)
  }
}

const walkFailures: Walk = async (words, look) => {
  await $(`aria/${filled(words.topology.killName, { id: 'A' })}`).click()
  await waitForWords(filled(words.arrayCondition.single, { survivor: 'B' }))
  await openPanel(words.dock.takeovers)
  await look('taken-over')
  await $(`aria/${filled(words.topology.restartName, { id: 'A' })}`).click()
  await waitForWords(words.arrayCondition.redundant)
  await $(`button.over-drive[aria-label^="${filled(words.topology.drive, { index: '5' })}"]`).click()
  await $(`button=${words.driveFaults.pull}`).click()
  await waitForWords(filled(words.arrayCondition.degraded.split(' | ')[1] ?? '', { drives: '5' }))
  await look('drive-pulled')
  await $(`button=${words.driveFaults.putBack}`).click()
  await $(`aria/${filled(words.drive.rebuildName, { index: '5' })}`).click()
  await browser.keys('Escape')
  await waitForWords(words.arrayCondition.redundant)
}

/** The palette of faults, with nothing broken, and with one of each kind in force; each is ended where it is listed. */
const walkFaults: Walk = async ({ faults }, look) => {
  const palette = () => $(`[role="dialog"][aria-label="${faults.title}"]`)
  const inForce = () => $('[data-testid="faults-in-force"]')
  await $(`button=${faults.open}`).click()
  await palette().waitForExist()
  await look('faults')
  for (const [fault, id] of [
    ['portal', 'A'],
    ['management', 'A'],
    ['stealManagement', 'B'],
    ['battery', 'B'],
  ] as const)
    await palette()
      .$(`button[aria-label="${filled(faults.cellName, { fault: faults.row[fault], id })}"]`)
      .click()
  await palette().$('select#fault-link').selectByAttribute('value', '20')
  const count = (): Promise<number> => browser.execute(() => document.querySelectorAll('[data-testid="faults-in-force"] li').length)
  await browser.waitUntil(async () => (await count()) === 5, { timeoutMsg: 'not all five faults are in force' })
  await look('faults-in-force')
  for (let left = 5; left > 0; left--) {
    await inForce().$('li button').click()
    await browser.waitUntil(async () => (await count()) < left, { timeoutMsg: 'a fault did not end' })
  }
  await browser.keys('Escape')
  await palette().waitForExist({ reverse: true })
}

/** After a cut, the one that lost the fence may be down, on its way up, or back. */
async function killBoth(words: Words): Promise<void> {
  await browser.waitUntil(
    async () => {
      for (const letter of ['A', 'B']) {
        const kill = $(`aria/${filled(words.topology.killName, { id: letter })}`)
        if (await kill.isEnabled()) await kill.click()
      }
      return (await arrayState()).startsWith(words.arrayCondition.none)
    },
    { timeout: 60_000, interval: 500, timeoutMsg: 'somebody still serves' },
  )
}

const walkOutage: Walk = async (words, look) => {
  await $(`button=${words.topology.cut}`).click()
  await $(`button=${words.topology.mend}`).waitForExist()
  // Nobody knows which of the two goes on. Until then, volumes are on their way across the picture.
  const alone = ['A', 'B'].map((survivor) => filled(words.arrayCondition.single, { survivor }))
  await browser.waitUntil(async () => alone.includes(await arrayState()), { timeout: 60_000, timeoutMsg: 'nobody serves alone' })
  await look('cut')
  await $(`button=${words.topology.mend}`).click()
  await $(`button=${words.topology.cut}`).waitForExist()
  await killBoth(words)
  await look('both-down')
  for (const letter of ['A', 'B']) await $(`aria/${filled(words.topology.restartName, { id: letter })}`).click()
  await waitForWords(words.arrayCondition.redundant)
}

const walkSimulation: Walk = async (words, look) => {
  await $(`button=${words.header.views.simulation}`).click()
  const close = $(`button=${words.simulation.closeRun}`)
  if (await close.isExisting()) await close.click()
  await $(`section[aria-label="${words.simulation.recordings}"]`).waitForExist()
  await look('no-run')
  await $('#simulation-seed').setValue('x')
  await look('no-seed')
  await $('#simulation-seed').setValue('10')
  await $('#simulation-operations').setValue('1000')
  await $('form button[type="submit"]').click()
  await $('[data-testid="verdict"]').waitForExist({ timeout: 120_000 })
  await look('run')
  for (const mark of ['fault', 'takeover'] as const) {
    const row = $(`section[aria-label="${words.simulation.marks}"] tr.${mark}`)
    if (!(await row.isExisting())) continue
    await row.$('button').click()
    await browser.waitUntil(async () => (await row.getAttribute('aria-current')) === 'true')
    await look(`run-${mark}`)
  }
  for (const panel of ['mapping', 'table', 'words', 'events'] as const) {
    await openPanel(words.dock[panel])
    await look(`run-${panel}`)
  }
  await $(`button=${words.export.open}`).click()
  await $('.dialog.export').waitForExist()
  await look('export')
  await browser.keys('Escape')
  await $('.dialog.export').waitForExist({ reverse: true })
  await walkFork(words, look)
  await $(`button=${words.simulation.closeRun}`).click()
  await $(`button=${words.header.views.live}`).click()
}

/** Of the run that is open, at the fault that the player stands at. */
const walkFork: Walk = async (words, look) => {
  await $(`section[aria-label="${words.simulation.marks}"] tr.fault button`).click()
  await $(`button=${words.fork.open}`).click()
  await $('.dialog.fork').waitForExist()
  await look('fork')
  for (const kind of ['instead', 'strike', 'policy'] as const) {
    await $(`[role="radio"][aria-label="${words.fork.kind[kind]}"]`).click()
    await look(`fork-${kind}`)
  }
  await $(`button=${words.fork.run}`).click()
  await $('[data-testid="fork-bar"]').waitForExist({ timeout: 120_000 })
  await look('forked')
  await $(`button=${words.compare.withOriginal}`).click()
  await $('[data-testid="divergence"]').waitForExist({ timeout: 120_000 })
  await look('compared')
  await $(`button=${words.compare.end}`).click()
  await $('[data-testid="divergence"]').waitForExist({ reverse: true })
  await look('compare')
  await $(`button=${words.compare.back}`).click()
  await $('[data-testid="event"]').waitForExist()
}

/** The newest. Where there was much to record, the file that goes on was begun after the last fault. */
async function openRecordingWithFault(words: Words): Promise<void> {
  const list = () => $(`section[aria-label="${words.simulation.recordings}"]`)
  await list().$('li button').waitForExist()
  const count = (await list().$$('li').getElements()).length
  for (let index = 1; index <= count; index++) {
    await list().$(`li:nth-child(${index}) button`).click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 60_000 })
    if (await $(`section[aria-label="${words.simulation.marks}"] tr.fault`).isExisting()) return
    await $(`button=${words.simulation.closeRun}`).click()
  }
  throw new Error('no recording of this lab has a fault')
}

const walkRecording: Walk = async (words, look) => {
  await $(`aria/${filled(words.topology.killName, { id: 'A' })}`).click()
  await waitForWords(filled(words.arrayCondition.single, { survivor: 'B' }))
  await $(`aria/${filled(words.topology.restartName, { id: 'A' })}`).click()
  await waitForWords(words.arrayCondition.redundant)
  await $(`button=${words.header.views.simulation}`).click()
  await openRecordingWithFault(words)
  await $(`section[aria-label="${words.simulation.marks}"] tr.fault button`).click()
  await look('recording')
  await openPanel(words.dock.flight)
  await $(`section[aria-label="${words.flight.title}"] tbody tr`).waitForExist()
  await look('recording-flight')
  await openPanel(words.dock.events)
  await $(`button=${words.simulation.closeRun}`).click()
  await $(`section[aria-label="${words.simulation.recordings}"]`).waitForExist()
  await look('recordings')
  await $(`button=${words.header.views.live}`).click()
}

const walkPresenter: Walk = async (words, look) => {
  await $(`button[aria-label="${words.presenter.enterName}"]`).click()
  await $('[data-testid="presenter"]').waitForExist()
  await look('presenter')
  await browser.keys('Escape')
  await $('[data-testid="presenter"]').waitForExist({ reverse: true })
}

/** The first exercise of all, which is translated: failed, because nobody does anything. */
const walkExercise: Walk = async (words, look) => {
  await $(`button=${words.header.views.exercises}`).click()
  await $('#learner-name').setValue('Ada')
  const come = $('form.learner button')
  if (await come.isEnabled()) await come.click()
  const card = $('[data-exercise="first-steps"]')
  await card.$('button').waitForEnabled()
  await look('exercises')
  await card.$('button').click()
  const phase = $('[data-testid="exercise-phase"]')
  await phase.waitForExist()
  // Of the walk in the other language.
  if ((await phase.getText()) !== words.exercise.heading.predicting) await $(`button=${words.exercise.reset}`).click()
  await browser.waitUntil(async () => (await phase.getText()) === words.exercise.heading.predicting)
  for (const radio of await $$('.question .options label:first-child input').getElements()) await radio.click()
  for (const number of await $$('.question input[type="number"]').getElements()) await number.setValue('1')
  await look('exercise-predict')
  await $('[data-testid="send-replies"]').click()
  await $('[data-testid="exercise-finish"]').waitForEnabled({ timeout: 60_000 })
  await look('exercise-run')
  await $('[data-testid="exercise-finish"]').click()
  await browser.waitUntil(
    async () => (await $('[data-testid="send-replies"]').isExisting()) || (await $('[data-testid="exercise-verdict"]').isExisting()),
    { timeout: 60_000 },
  )
  await look('exercise-answer')
  await $(`button=${words.exercise.toList}`).click()
  await card.waitForExist()
  await $(`button=${words.header.views.live}`).click()
}

/** Each leaves the window as it was. The lab is whole, and its workload runs. */
export const WALKS: Readonly<Record<string, Walk>> = {
  'in the live lab and its panels': walkPanels,
  'in menus and dialogs': walkDialogs,
  'with explanations': walkExplanations,
  'with each dispatch scheme': walkSchemes,
  'while a controller is out, and a drive is': walkFailures,
  'in the palette of faults': walkFaults,
  'with the interconnect cut, and with nobody serving': walkOutage,
  'in the simulation, a fork and a comparison': walkSimulation,
  'in a recording': walkRecording,
  'in presenter mode': walkPresenter,
  'at an exercise': walkExercise,
}
