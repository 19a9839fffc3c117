import type { Outage } from '../../contract/host'
import { LIMITS } from '../../contract/limits'
import type { LabSnapshot, TakeoverRecord } from '../../contract/snapshot'
import type { RunAnswers, SimulationOutline } from '../../contract/simulation'
import type { TraceEvent } from '../../contract/trace'
import { ExperienceBook } from '../../player/run-experience'
import type { ByteSink } from '../byte-sink'
import { omittedCommands } from '../omitted-commands'
import type { ExportedRun, RunWriter } from '../run-writer'
import { configurationSection } from './configuration-section'
import { count, moment, ms } from './figures'
import { html, type Markup, NOTHING } from './markup'
import { originSection } from './origin-section'
import { pairPicture } from './pair-picture'
import { ReadBacks } from './read-backs'
import { allMarks, ReportActs, type ReportMark } from './report-marks'
import { STYLE } from './style'
import { takeoverSection } from './takeover-section'
import { timelinePicture } from './timeline-picture'
import { verdictOf, type ReportVerdict } from './verdict'

/** One page with all that a run shows: no script, nothing from elsewhere, and fit to be printed. */
export class ReportWriter implements RunWriter {
  readonly #run: ExportedRun
  readonly #sink: ByteSink
  readonly #experience = new ExperienceBook()
  readonly #acts = new ReportActs()
  readonly #readBacks = new ReadBacks()

  constructor(run: ExportedRun, sink: ByteSink) {
    this.#run = run
    this.#sink = sink
  }

  take(event: TraceEvent, atMs: number): void {
    this.#experience.take(event, { event: 0, atMs })
    this.#acts.take(event, atMs)
    this.#readBacks.take(event, atMs)
  }

  end(last: LabSnapshot | undefined): void {
    const { answers } = this.#experience
    this.#sink.addText(pageOf({ run: this.#run, answers, acts: this.#acts, readBackAtMs: this.#readBacks.lastBeganAtMs, last }).text)
  }
}

interface ReportParts {
  readonly run: ExportedRun
  readonly answers: RunAnswers
  readonly acts: ReportActs
  readonly readBackAtMs: number | undefined
  readonly last: LabSnapshot | undefined
}

function pageOf({ run, answers, acts, readBackAtMs, last }: ReportParts): Markup {
  const { outline, notes } = run
  const title = titleOf(outline)
  const marks = allMarks(outline, acts.marks)
  const takeovers = (last?.takeovers ?? []).filter(({ startedAtMs, totalMs }) => startedAtMs + totalMs >= outline.start.atMs)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <h1>${title}</h1>
        ${verdict(verdictOf(outline, last?.host?.ledger, readBackAtMs))} ${facts(outline, answers, takeovers)}
        ${
          notes.trim() === ''
            ? NOTHING
            : html`<section>
                <h2>Notes</h2>
                <div class="notes" data-part="notes">${notes}</div>
              </section>`
        }
        ${pairSection(run, last)}
        <section>
          <h2>Timeline</h2>
          <figure>
            ${timelinePicture({ outline, marks, answers, outages: outagesOf(outline, takeovers, last) })}
            <figcaption>${captionOf(answers, omittedCommands(outline, last))}</figcaption>
          </figure>
        </section>
        ${takeoverSection(takeovers, (last?.takeovers.length ?? 0) - takeovers.length)} ${markSection(marks, acts.more)}
        ${last === undefined ? NOTHING : configurationSection(last)} ${originSection(run, acts)}
      </body>
    </html> `
}

/** What the player shows, unless that is the beginning, where there is nothing to see yet; and the end. */
function pairSection({ outline, shown }: ExportedRun, last: LabSnapshot | undefined): Markup {
  const { start, end } = outline
  const isWithin = shown.atMs > start.atMs && shown.atMs < end.atMs
  const moments = [
    ...(isWithin ? [{ ...shown, of: 'which the player showed' }] : []),
    { atMs: end.atMs, snapshot: last, of: 'the end of the run' },
  ]
  return html`<section>
    <h2>The pair</h2>
    ${moments.map(
      ({ atMs, snapshot, of }) =>
        html`<figure>
          ${snapshot === undefined ? html`<p>There is no picture of this moment.</p>` : pairPicture(snapshot)}
          <figcaption>At ${moment(atMs)}, ${of}.</figcaption>
        </figure>`,
    )}
  </section>`
}

function titleOf({ run }: SimulationOutline): string {
  if (run.kind === 'recording') return `Takeover Lab: evidence of recording ${run.name}`
  return `Takeover Lab: evidence of ${run.forks === undefined ? '' : 'a fork of '}simulated seed ${run.seed}`
}

function verdict({ tone, sentence }: ReportVerdict): Markup {
  return html`<p class="verdict ${tone}" data-part="verdict">${{ good: '✓', bad: '✗', open: '?' }[tone]} ${sentence}</p>`
}

function facts({ start, end, faults, run }: SimulationOutline, answers: RunAnswers, takeovers: readonly TakeoverRecord[]): Markup {
  const longest = answers.latencyMs.reduce((most, latencyMs) => Math.max(most, latencyMs), 0)
  const rows = [
    [run.kind === 'seed' ? 'virtual seconds' : 'seconds', ((end.atMs - start.atMs) / 1000).toFixed(1)],
    ['events', count(end.event)],
    ['faults', count(faults.length)],
    ['takeovers', count(takeovers.length)],
    ['slowest answer, ms', answers.atMs.length === 0 ? 'none' : ms(longest)],
  ] as const
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

/** Of the host: around each takeover, and the longest of each LUN. */
function outagesOf({ start }: SimulationOutline, takeovers: readonly TakeoverRecord[], last: LabSnapshot | undefined): readonly Outage[] {
  const ofTakeovers = takeovers.flatMap(({ hostOutage }) => hostOutage ?? [])
  const ofLuns = (last?.host?.outages.luns ?? []).flatMap(({ longest }) => longest ?? [])
  return [...ofTakeovers, ...ofLuns].filter(({ startedAtMs, durationMs }) => startedAtMs + durationMs >= start.atMs)
}

function captionOf(answers: RunAnswers, omitted: number): string {
  const bad = answers.outcome.filter((outcome) => outcome === 'bad').length
  return (
    `${count(answers.atMs.length)} answers of the host: when each came, and how long the host had waited for it, on a logarithmic scale. ` +
    `Green dots: good (${count(answers.atMs.length - bad)}). Red bars: lost, refused or failed (${count(bad)}). ` +
    `While nobody answers, there is none. Bars in “Host waits” are outages that the host measured.` +
    (omitted === 0 ? '' : ` ${count(omitted)} commands were counted, but not traced.`)
  )
}

function markSection(marks: readonly ReportMark[], more: number): Markup {
  const listed = marks.slice(0, LIMITS.exportListedMarks)
  const left = marks.length - listed.length + more
  return html`<section class="long">
    <h2>Faults, acts and takeovers</h2>
    ${
      marks.length === 0
        ? html`<p>There were none.</p>`
        : html`<table>
            <thead>
              <tr>
                <th class="number">Time</th>
                <th>Kind</th>
                <th>What</th>
                <th>Where</th>
              </tr>
            </thead>
            <tbody>
              ${listed.map(
                ({ kind, atMs, what, where }) =>
                  html`<tr class="${kind}">
                    <td class="number">${moment(atMs)}</td>
                    <td>${kind}</td>
                    <td>${what}</td>
                    <td>${where}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${left === 0 ? NOTHING : html`<p class="soft">${count(left)} more are not listed. All but ${count(more)} are in the picture.</p>`}
  </section>`
}
