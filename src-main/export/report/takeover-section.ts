import type { Outage } from '../../contract/host'
import { TAKEOVER_PHASES, type TakeoverRecord } from '../../contract/snapshot'
import { at } from './figures'
import { html, type Markup, NOTHING } from './markup'
import { named, type Speech } from './speech'

const WIDTH = 1000
const ROW = 23
/** Room for what is said of a wait. */
const WORDS = 200
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
  const { survivor, dead, reason, startedAtMs, phases, totalMs, givenBackAtMs, volumes } = record
  const title = own.title(survivor.toUpperCase(), dead.toUpperCase(), named(own.reason, reason))
  const isComplete = phases.some(({ phase }) => phase === 'serve')
  return html`<div class="takeover-record">
    <h3>${title}</h3>
    <p>
      ${own.lastHeard(moment(startedAtMs))} ${isComplete ? own.toService(ms(totalMs)) : own.notCompleted}
      ${waitsOf(record)
        .map((wait) => waited(speech, wait))
        .join(' ')}
      ${own.volumes(volumes.length)} ${givenBackAtMs === undefined ? own.notGivenBack : own.givenBack(moment(givenBackAtMs))}
    </p>
    ${picture(speech, record)}
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

/** Of each LUN. Where only the longest of all is known, that one. */
function waitsOf({ hostWaits, hostOutage }: TakeoverRecord): readonly Outage[] {
  return hostWaits ?? (hostOutage === undefined ? [] : [hostOutage])
}

function waited({ words, ms }: Speech, outage: Outage): string {
  return words.takeovers.waited(ms(outage.durationMs), outage.lun, outage.isOver)
}

function phaseRow({ words, ms, moment }: Speech, name: string, phase: TakeoverRecord['phases'][number] | undefined): Markup {
  return html`<tr>
    <td>${named(words.takeovers.phases, name)}</td>
    <td class="number">${phase === undefined ? '–' : ms(phase.durationMs)}</td>
    <td class="number">${phase === undefined ? '' : moment(phase.endedAtMs)}</td>
    <td class="number">${phase?.records}</td>
  </tr>`
}

/** The wait of each LUN, and below them the phases, on one axis. What is too short to be seen is one stroke. */
function picture(speech: Speech, record: TakeoverRecord): Markup {
  const { startedAtMs, phases } = record
  const waits = waitsOf(record)
  const sumMs = phases.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const fromMs = Math.min(0, ...waits.map((wait) => wait.startedAtMs - startedAtMs))
  const toMs = Math.max(sumMs, ...waits.map((wait) => wait.startedAtMs + wait.durationMs - startedAtMs))
  const perMs = WIDTH / Math.max(0.001, toMs - fromMs)
  const xOf = (ms: number) => (ms - fromMs) * perMs
  const rows = waits.map((wait, row) =>
    waitRow(speech, wait, { x: xOf(wait.startedAtMs - startedAtMs), y: row * ROW, width: Math.max(1, wait.durationMs * perMs) }),
  )
  const top = waits.length * ROW
  let doneMs = 0
  const parts = phases.map(({ phase, durationMs }) => {
    const width = durationMs * perMs
    const x = xOf(doneMs)
    doneMs += durationMs
    const name = width > 70 ? label(x + 6, top + 15, named(speech.words.takeovers.phases, phase), 'fill:#fff') : NOTHING
    return html`<rect
        x="${at(x)}"
        y="${top + 2}"
        width="${at(Math.max(1, width))}"
        height="19"
        fill="${COLOURS[phase] ?? '#76839a'}"
      />${name}`
  })
  const { picture: title } = speech.words.takeovers
  return html`<svg viewBox="0 0 ${WIDTH} ${top + ROW}" role="img" aria-label="${title}">${rows}${parts}</svg>`
}

/** A narrow bar has its words after it, or before it where there is no room. */
function waitRow({ words, ms }: Speech, wait: Outage, bar: { readonly x: number; readonly y: number; readonly width: number }): Markup {
  const { x, y, width } = bar
  const text = words.takeovers.waitBar(wait.lun, ms(wait.durationMs))
  const place =
    width > WORDS
      ? label(x + 6, y + 15, text)
      : x + width + WORDS < WIDTH
        ? label(x + width + 6, y + 15, text)
        : labelBefore(x - 6, y + 15, text)
  const dashes = wait.isOver ? NOTHING : html` stroke-dasharray="4 3"`
  return html`<rect x="${at(x)}" y="${y + 2}" width="${at(width)}" height="19" fill="#f7d4db" stroke="#b81637" ${dashes} />${place}`
}

function label(x: number, y: number, text: string, style = ''): Markup {
  return html`<text class="small" x="${at(x)}" y="${y}" style="${style}">${text}</text>`
}

function labelBefore(x: number, y: number, text: string): Markup {
  return html`<text class="small" x="${at(x)}" y="${y}" text-anchor="end">${text}</text>`
}
