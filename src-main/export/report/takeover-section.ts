import type { Outage } from '../../contract/host'
import { TAKEOVER_PHASES, type TakeoverRecord } from '../../contract/snapshot'
import { at, moment, ms } from './figures'
import { html, type Markup, NOTHING } from './markup'
import { PHASES } from './words'

const WIDTH = 1000
const COLOURS: Readonly<Record<string, string>> = {
  detect: '#76839a',
  fence: '#b81637',
  claim: '#7054c4',
  replay: '#5d3fb8',
  adopt: '#9482dd',
  serve: '#0b6d45',
}

/** Each takeover with its phases in milliseconds. */
export function takeoverSection(takeovers: readonly TakeoverRecord[], before: number): Markup {
  const earlier = before === 0 ? NOTHING : html`<p class="soft">Takeovers of this lab before the run began: ${before}.</p>`
  const records = takeovers.length === 0 ? html`<p>There was none.</p>` : html`${takeovers.map(takeover)}`
  return html`<section class="long">
    <h2>Takeovers</h2>
    ${records}${earlier}
  </section>`
}

function takeover(record: TakeoverRecord): Markup {
  const { survivor, dead, reason, startedAtMs, phases, totalMs, hostOutage, givenBackAtMs, volumes } = record
  const title = `${survivor.toUpperCase()} takes over from ${dead.toUpperCase()}: ${reason}`
  const isComplete = phases.some(({ phase }) => phase === 'serve')
  return html`<div class="takeover-record">
    <h3>${title}</h3>
    <p>
      Failed, or last heard of, at ${moment(startedAtMs)}.
      ${isComplete ? `From then to service: ${ms(totalMs)} ms.` : 'It was not completed.'} ${waited(hostOutage)} Volumes taken over:
      ${volumes.length}. ${givenBackAtMs === undefined ? 'Not given back.' : `Given back at ${moment(givenBackAtMs)}.`}
    </p>
    ${phaseBar(record)}
    <table>
      <thead>
        <tr>
          <th>Phase</th>
          <th class="number">took, ms</th>
          <th class="number">ended at</th>
          <th class="number">log records</th>
        </tr>
      </thead>
      <tbody>
        ${TAKEOVER_PHASES.map((name) =>
          phaseRow(
            name,
            phases.find(({ phase }) => phase === name),
          ),
        )}
      </tbody>
    </table>
  </div>`
}

function waited(outage: Outage | undefined): string {
  if (outage === undefined) return ''
  return `The host waited ${ms(outage.durationMs)} ms for LUN ${outage.lun}${outage.isOver ? '' : ' and still did at the end'}.`
}

function phaseRow(name: string, phase: TakeoverRecord['phases'][number] | undefined): Markup {
  return html`<tr>
    <td>${PHASES[name] ?? name}</td>
    <td class="number">${phase === undefined ? '–' : ms(phase.durationMs)}</td>
    <td class="number">${phase === undefined ? '' : moment(phase.endedAtMs)}</td>
    <td class="number">${phase?.records}</td>
  </tr>`
}

/** The phases in proportion. Phases too short to be seen are one stroke. */
function phaseBar({ phases }: TakeoverRecord): Markup {
  const sumMs = Math.max(
    0.001,
    phases.reduce((sum, { durationMs }) => sum + durationMs, 0),
  )
  let x = 0
  const parts = phases.map(({ phase, durationMs }) => {
    const width = (durationMs / sumMs) * WIDTH
    const from = x
    x += width
    const name = width > 70 ? html`<text class="small" x="${at(from + 6)}" y="15" style="fill:#fff">${phase}</text>` : NOTHING
    return html`<rect x="${at(from)}" y="2" width="${at(Math.max(1, width))}" height="19" fill="${COLOURS[phase] ?? '#76839a'}" />${name}`
  })
  return html`<svg viewBox="0 0 ${WIDTH} 23" role="img" aria-label="The phases in proportion">${parts}</svg>`
}
