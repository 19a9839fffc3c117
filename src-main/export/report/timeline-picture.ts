import type { RunAnswers, SimulationOutline } from '../../contract/simulation'
import type { Outage } from '../../contract/host'
import { at } from './figures'
import { html, Markup } from './markup'
import type { ReportMark, ReportMarkKind } from './report-marks'
import type { Speech } from './speech'

const WIDTH = 1000
const LEFT = 92
const RIGHT = 14
const LANES: Readonly<Record<ReportMarkKind, number>> = { fault: 18, act: 40, takeover: 62, violation: 84 }
const MARK_KINDS = ['fault', 'act', 'takeover', 'violation'] as const
const OUTAGE_Y = 101
const DOTS = { top: 122, height: 170 } as const
const HEIGHT = DOTS.top + DOTS.height + 34
/** The scale of latencies is logarithmic. */
const LOWEST_MS = 0.1
const HIGHEST_MS = 10_000
const LINES_MS = [0.1, 1, 10, 100, 1000, 10_000]
const TICKS = 8

/** Outlines around 0, 0, as in the window: a fault is a wedge, an act a bar, a takeover two chevrons, a violation a crossed octagon. */
const SHAPES: Readonly<Record<ReportMarkKind, string>> = {
  fault: '<path d="M 0 6 L -5 -5 L 5 -5 Z" fill="#b81637"/>',
  act: '<path d="M 0 -6 V 6" stroke="#48566b" stroke-width="2.4"/>',
  takeover: '<path d="M -5 -5 L 0 0 L -5 5 M 1 -5 L 6 0 L 1 5" fill="none" stroke="#0a5ba4" stroke-width="2.2"/>',
  violation:
    '<path d="M -3 -7 H 3 L 7 -3 V 3 L 3 7 H -3 L -7 3 V -3 Z" fill="#b81637"/>' +
    '<path d="M -3 -3 L 3 3 M 3 -3 L -3 3" stroke="#fff" stroke-width="2"/>',
}

export interface TimelineParts {
  readonly outline: SimulationOutline
  readonly marks: readonly ReportMark[]
  readonly answers: RunAnswers
  readonly outages: readonly Outage[]
}

/** The whole run on one axis: marks above, and below a dot for each answer of the host. */
export function timelinePicture(speech: Speech, { outline, marks, answers, outages }: TimelineParts): Markup {
  const own = speech.words.timeline
  const startMs = outline.start.atMs
  const spanMs = Math.max(0.001, outline.end.atMs - startMs)
  const xOf = (atMs: number): number => LEFT + Math.min(1, Math.max(0, (atMs - startMs) / spanMs)) * (WIDTH - LEFT - RIGHT)
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => startMs + (spanMs * index) / TICKS)
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${own.picture}">
    ${ticks.map((atMs, index) => tick(xOf(atMs), speech.moment(atMs), index))}
    ${MARK_KINDS.map((kind) => lane(LANES[kind], own.lanes[kind]))} ${lane(OUTAGE_Y, own.hostWaits)}
    ${outages.map((outage) => bar(outage, xOf))} ${LINES_MS.map((latencyMs) => latencyLine(speech, latencyMs))}
    <text class="small soft" x="4" y="${at(yOf(10) + 4)}">${own.latency}</text>
    ${dots(answers, true, xOf)} ${dots(answers, false, xOf)}
    ${marks.map(({ kind, atMs }) => html`<g transform="translate(${at(xOf(atMs))} ${LANES[kind]})">${new Markup(SHAPES[kind])}</g>`)}
  </svg>`
}

function tick(x: number, time: string, index: number): Markup {
  const anchor = index === 0 ? 'start' : index === TICKS ? 'end' : 'middle'
  return html`<path d="M ${at(x)} 8 V ${HEIGHT - 20}" stroke="#e5e9ef" />
    <text class="small soft" x="${at(x)}" y="${HEIGHT - 6}" text-anchor="${anchor}">${time}</text>`
}

function lane(y: number, name: string): Markup {
  return html`<path d="M ${LEFT} ${y} H ${WIDTH - RIGHT}" stroke="#c4ccd6" stroke-dasharray="1 4" />
    <text class="small soft" x="4" y="${y + 4}">${name}</text>`
}

function bar({ startedAtMs, durationMs }: Outage, xOf: (atMs: number) => number): Markup {
  const x = xOf(startedAtMs)
  const width = Math.max(1.5, xOf(startedAtMs + durationMs) - x)
  return html`<rect x="${at(x)}" y="${OUTAGE_Y - 4}" width="${at(width)}" height="8" fill="#b81637" />`
}

function yOf(latencyMs: number): number {
  const share = Math.log(Math.min(HIGHEST_MS, Math.max(LOWEST_MS, latencyMs)) / LOWEST_MS) / Math.log(HIGHEST_MS / LOWEST_MS)
  return DOTS.top + DOTS.height - share * DOTS.height
}

function latencyLine({ ms }: Speech, latencyMs: number): Markup {
  const y = at(yOf(latencyMs))
  return html`<path d="M ${LEFT} ${y} H ${WIDTH - RIGHT}" stroke="#e5e9ef" />
    <text class="small soft" x="${LEFT - 6}" y="${at(yOf(latencyMs) + 4)}" text-anchor="end">${ms(latencyMs)} ms</text>`
}

/** All of one outcome in one path: there may be many thousand. What was not what the host wanted is a bar, not a dot. */
function dots({ atMs, latencyMs, outcome }: RunAnswers, good: boolean, xOf: (atMs: number) => number): Markup {
  const half = good ? 1 : 5
  const path = atMs
    .flatMap((time, index) =>
      (outcome[index] !== 'bad') === good ? [`M${at(xOf(time))} ${at(yOf(latencyMs[index] ?? 0) - half)}v${2 * half}`] : [],
    )
    .join('')
  return html`<path
    d="${path}"
    fill="none"
    stroke="${good ? '#0b6d45' : '#b81637'}"
    stroke-width="2"
    class="${good ? 'good-answers' : 'bad-answers'}"
  />`
}
