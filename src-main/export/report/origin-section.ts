import { tellForks } from '../../contract/run-fork'
import type { ExerciseSource, SeedSource, SimulationMoment, SimulationOutline } from '../../contract/simulation'
import type { ExportedRun } from '../run-writer'
import { html, type Markup, NOTHING } from './markup'
import type { ReportActs } from './report-marks'
import { said, type Speech } from './speech'

type Recording = NonNullable<SimulationOutline['recording']>

/** Where the run comes from, and how somebody else gets it again. */
export function originSection(speech: Speech, { outline, version, madeAtMs }: ExportedRun, acts: ReportActs): Markup {
  const { heading, madeBy } = speech.words.origin
  const { run, recording, world } = outline
  return html`<section class="long">
    <h2>${heading}</h2>
    ${run.kind === 'seed' ? ofSeed(speech, run, world) : NOTHING}
    ${run.kind === 'seed' && run.forks !== undefined ? ofFork(speech, world?.parted) : NOTHING}
    ${run.kind === 'exercise' ? ofExercise(speech, run, world) : NOTHING}
    ${run.kind === 'recording' && recording !== undefined ? ofRecording(speech, run.name, recording, acts) : NOTHING}
    <p>${madeBy(version, speech.day(madeAtMs))}</p>
  </section>`
}

function ofSeed({ words }: Speech, { seed, operations, forks }: SeedSource, world: SimulationOutline['world']): Markup {
  return html`<p>${words.origin.seed(seed, operations, world)}</p>
    <pre>npm run sim -- --seed ${seed} --operations ${operations}${forks === undefined ? '' : ` --fork ${tellForks(forks)}`}</pre>
    ${world === undefined ? NOTHING : html`<p>${words.origin.hash(world.hash)}</p>`}`
}

function ofExercise({ words }: Speech, { id, seed, acts }: ExerciseSource, world: SimulationOutline['world']): Markup {
  return html`<p>${words.origin.exercise(id, seed, acts.length)}</p>
    ${world === undefined ? NOTHING : html`<p>${words.origin.hash(world.hash)}</p>`}`
}

function ofFork({ words, moment }: Speech, parted: SimulationMoment | undefined): Markup {
  return html`<p>${words.origin.fork(parted && { event: parted.event, at: moment(parted.atMs) })}</p>`
}

function ofRecording(speech: Speech, name: string, recording: Recording, acts: ReportActs): Markup {
  const { lab, fromMs, problem } = recording
  const { words, day } = speech
  const own = words.origin
  const begun = lab.startedAtMs === undefined ? '' : own.begins(day(lab.startedAtMs + fromMs), day(lab.startedAtMs))
  const build = lab.developmentBuild === undefined ? NOTHING : html` (${said(speech, lab.developmentBuild)})`
  return html`<p>${own.recording(name, lab.id, lab.targetName)} ${own.recordedBy(lab.version)}${build}.${begun}</p>
    ${problem === undefined ? NOTHING : html`<p class="fault">${said(speech, problem)}</p>`}
    <p>${own.watchAgain}</p>
    ${commandList(speech, acts)}`
}

/** What was done to the pair, as the lab takes it from a script. Threads do not run twice alike, so the times will differ somewhat. */
function commandList({ words, moment, count }: Speech, { commands, moreCommands }: ReportActs): Markup {
  const own = words.origin
  if (commands.length === 0) return html`<p>${own.nothingDone}</p>`
  const lines = commands.map(({ atMs, command }) => `${moment(atMs)}  ${command}`).join('\n')
  return html`<p>${own.commands()}</p>
    <pre>${lines}</pre>
    ${moreCommands === 0 ? NOTHING : html`<p>${own.moreCommands(count(moreCommands))}</p>`}`
}
