import { tellForks } from '../../contract/run-fork'
import type { SeedSource, SimulationMoment, SimulationOutline } from '../../contract/simulation'
import type { ExportedRun } from '../run-writer'
import { count, day, moment } from './figures'
import { html, type Markup, NOTHING } from './markup'
import type { ReportActs } from './report-marks'

type Recording = NonNullable<SimulationOutline['recording']>

/** Where the run comes from, and how somebody else gets it again. */
export function originSection({ outline, version, madeAtMs }: ExportedRun, acts: ReportActs): Markup {
  const { run, recording, world } = outline
  return html`<section class="long">
    <h2>Where it comes from, and how to reproduce it</h2>
    ${run.kind === 'seed' ? ofSeed(run, world) : NOTHING}
    ${run.kind === 'seed' && run.forks !== undefined ? ofFork(world?.parted) : NOTHING}
    ${run.kind === 'recording' && recording !== undefined ? ofRecording(run.name, recording, acts) : NOTHING}
    <p>This report was made by Takeover Lab ${version} at ${day(madeAtMs)}.</p>
  </section>`
}

function ofSeed({ seed, operations, forks }: SeedSource, world: SimulationOutline['world']): Markup {
  return html`<p>
      A simulated run: seed ${seed}, ${operations}
      operations${world === undefined ? '' : `, ${world.hosts} hosts, ${world.stations} stations`}. Times are virtual. The same version
      gives the same run, event by event, on any machine:
    </p>
    <pre>npm run sim -- --seed ${seed} --operations ${operations}${forks === undefined ? '' : ` --fork ${tellForks(forks)}`}</pre>
    ${world === undefined ? NOTHING : html`<p>The hash of its events must be <code>${world.hash}</code>.</p>`}`
}

function ofFork(parted: SimulationMoment | undefined): Markup {
  const came = parted === undefined ? NOTHING : html` The last change came about at event ${parted.event}, at ${moment(parted.atMs)}.`
  return html`<p>
    It is a fork of that seed: the same run up to an event, after which something was changed, as the command says.${came} Without
    <code>--fork</code> the command gives the run that it parted from.
  </p>`
}

function ofRecording(name: string, recording: Recording, acts: ReportActs): Markup {
  const { lab, fromMs, problem } = recording
  const begun =
    lab.startedAtMs === undefined
      ? NOTHING
      : html` It begins at ${day(lab.startedAtMs + fromMs)}, and its clock at ${day(lab.startedAtMs)}.`
  return html`<p>
      A recording of a live lab: file <code>${name}</code> of lab <code>${lab.id}</code>, target <code>${lab.targetName}</code>, recorded by
      version ${lab.version}${lab.developmentBuild === undefined ? '' : ` (${lab.developmentBuild})`}.${begun}
    </p>
    ${problem === undefined ? NOTHING : html`<p class="fault">${problem}</p>`}
    <p>To watch it again, copy the file into the folder <code>trace</code> of any lab, and open it under Simulation.</p>
    ${commandList(acts)}`
}

/** What was done to the pair, as the lab takes it from a script. Threads do not run twice alike, so the times will differ somewhat. */
function commandList({ commands, moreCommands }: ReportActs): Markup {
  if (commands.length === 0) return html`<p>Nobody did anything to the pair in this recording.</p>`
  const lines = commands.map(({ atMs, command }) => `${moment(atMs)}  ${command}`).join('\n')
  return html`<p>
      To do the same to a lab with this configuration, send these commands at these times (<code>POST /api/lab/NAME</code> with the JSON as
      body, or the buttons of the window). Threads never run twice alike, so milliseconds will differ. Starts that the lab did by itself are
      in the list, too: where one is done already, it is refused.
    </p>
    <pre>${lines}</pre>
    ${moreCommands === 0 ? NOTHING : html`<p>After the last of them there were ${count(moreCommands)} more, which are not listed.</p>`}`
}
