import type { Outage } from '../../contract/host'
import { TAKEOVER_PHASES, type TakeoverRecord } from '../../contract/snapshot'
import { at } from './figures'
import { html, type Markup, NOTHING } from './markup'
import { named, type Speech } from './speech'

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
export function takeoverSection(speech: Speech, takeovers: readonly TakeoverRecord[], before: number): Markup {
  const own = speech.words.takeovers
  const earlier = before === 0 ? NOTHING : html`<p class="soft">${own.earlier(before)}</p>`
  const records = takeovers.length === 0 ? html`<p>${own.none}</p>` : html`${takeovers.map((record) => takeover(speech, record))}`
  return html`<section class="long">
    <h2>${own.heading}</h2>
    ${records}${earlier}
  </section>`
}

function takeover(speech: Speech, record: TakeoverRecord): Markup {
  const { words, ms, moment } = speech
  const { columns, ...own } = words.takeovers
  const { survivor, dead, reason, startedAtMs, phases, totalMs, hostOutage, givenBackAtMs, volumes } = record
  const title = own.title(survivor.toUpperCase(), dead.toUpperCase(), named(own.reason, reason))
  const isComplete = phases.some(({ phase }) => phase === 'serve')
  return html`<div class="takeover-record">
    <h3>${title}</h3>
    <p>
      ${own.lastHeard(moment(startedAtMs))} ${isComplete ? own.toService(ms(totalMs)) : own.notCompleted} ${waited(speech, hostOutage)}
      ${own.volumes(volumes.length)} ${givenBackAtMs === undefined ? own.notGivenBack : own.givenBack(moment(givenBackAtMs))}
    </p>
    ${phaseBar(speech, record)}
    <table>
      <thead>
        <tr>
          <th>${columns.phase}</th>
          <th class="number">${columns.took}</th>
          <th class="number">${columns.ended}</th>
          <th class="number">${columns.records}</th>
        </tr>
      </thead>
      <tbody>
        ${TAKEOVER_PHASES.map((name) =>
          phaseRow(
            speech,
            name,
            phases.find(({ phase }) => phase === name),
          ),
        )}
      </tbody>
    </table>
  </div>`
}

function waited({ words, ms }: Speech, outage: Outage | undefined): string {
  return outage === undefined ? '' : words.takeovers.waited(ms(outage.durationMs), outage.lun, outage.isOver)
}

function phaseRow({ words, ms, moment }: Speech, name: string, phase: TakeoverRecord['phases'][number] | undefined): Markup {
  return html`<tr>
    <td>${named(words.takeovers.phases, name)}</td>
    <td class="number">${phase === undefined ? '–' : ms(phase.durationMs)}</td>
    <td class="number">${phase === undefined ? '' : moment(phase.endedAtMs)}</td>
    <td class="number">${phase?.records}</td>
  </tr>`
}

/** The phases in proportion. Phases too short to be seen are one stroke. */
function phaseBar({ words }: Speech, { phases }: TakeoverRecord): Markup {
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
  return html`<svg viewBox="0 0 ${WIDTH} 23" role="img" aria-label="${words.takeovers.picture}">${parts}</svg>`
}
