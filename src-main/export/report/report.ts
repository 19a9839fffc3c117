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
import { html, type Markup, NOTHING } from './markup'
import { originSection } from './origin-section'
import { pairPicture } from './pair-picture'
import { ReadBacks } from './read-backs'
import { allMarks, ReportActs, type ReportMark } from './report-marks'
import { said, speechOf, type Speech } from './speech'
import { STYLE } from './style'
import { takeoverSection } from './takeover-section'
import { timelinePicture } from './timeline-picture'
import { verdictOf, type ReportVerdict } from './verdict'

/** One page with all that a run shows: no script, nothing from elsewhere, and fit to be printed. */
export class ReportWriter implements RunWriter {
  readonly #run: ExportedRun
  readonly #sink: ByteSink
  readonly #experience = new ExperienceBook()
  readonly #speech: Speech
  readonly #acts: ReportActs
  readonly #readBacks = new ReadBacks()

  constructor(run: ExportedRun, sink: ByteSink) {
    this.#run = run
    this.#sink = sink
    this.#speech = speechOf(run.language)
    this.#acts = new ReportActs(this.#speech)
  }

  take(event: TraceEvent, atMs: number): void {
    this.#experience.take(event, { event: 0, atMs })
    this.#acts.take(event, atMs)
    this.#readBacks.take(event, atMs)
  }

  end(last: LabSnapshot | undefined): void {
    const { answers } = this.#experience
    const parts = { run: this.#run, answers, acts: this.#acts, readBackAtMs: this.#readBacks.lastBeganAtMs, last }
    this.#sink.addText(pageOf(this.#speech, parts).text)
  }
}

interface ReportParts {
  readonly run: ExportedRun
  readonly answers: RunAnswers
  readonly acts: ReportActs
  readonly readBackAtMs: number | undefined
  readonly last: LabSnapshot | undefined
}

function pageOf(speech: Speech, { run, answers, acts, readBackAtMs, last }: ReportParts): Markup {
  const { outline, notes } = run
  const title = titleOf(speech, outline)
  const marks = allMarks(speech, outline, acts.marks)
  const takeovers = (last?.takeovers ?? []).filter(({ startedAtMs, totalMs }) => startedAtMs + totalMs >= outline.start.atMs)
  return html`<!doctype html>
    <html lang="${speech.language}">
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
        ${verdict(verdictOf(speech, outline, last?.host?.ledger, readBackAtMs))} ${facts(speech, { outline, answers, takeovers })}
        ${
          notes.trim() === ''
            ? NOTHING
            : html`<section>
                <h2>${speech.words.notes}</h2>
                <div class="notes" data-part="notes">${notes}</div>
              </section>`
        }
        ${pairSection(speech, run, last)}
        <section>
          <h2>${speech.words.timeline.heading}</h2>
          <figure>
            ${timelinePicture(speech, { outline, marks, answers, outages: outagesOf(outline, takeovers, last) })}
            <figcaption>${captionOf(speech, answers, omittedCommands(outline, last))}</figcaption>
          </figure>
        </section>
        ${takeoverSection(speech, takeovers, (last?.takeovers.length ?? 0) - takeovers.length)} ${markSection(speech, marks, acts.more)}
        ${last === undefined ? NOTHING : configurationSection(speech, last)} ${originSection(speech, run, acts)}
      </body>
    </html> `
}

/** What the player shows, unless that is the beginning, where there is nothing to see yet; and the end. */
function pairSection(speech: Speech, { outline, shown }: ExportedRun, last: LabSnapshot | undefined): Markup {
  const own = speech.words.pair
  const { start, end } = outline
  const isWithin = shown.atMs > start.atMs && shown.atMs < end.atMs
  const moments = [...(isWithin ? [{ ...shown, caption: own.shown }] : []), { atMs: end.atMs, snapshot: last, caption: own.end }]
  return html`<section>
    <h2>${own.heading}</h2>
    ${moments.map(
      ({ atMs, snapshot, caption }) =>
        html`<figure>
          ${snapshot === undefined ? html`<p>${own.noPicture}</p>` : pairPicture(speech, snapshot)}
          <figcaption>${caption(speech.moment(atMs))}</figcaption>
        </figure>`,
    )}
  </section>`
}

function titleOf({ words }: Speech, { run }: SimulationOutline): string {
  if (run.kind === 'exercise') return words.titleOfExercise(run.id, run.seed)
  return run.kind === 'recording' ? words.titleOfRecording(run.name) : words.titleOfSeed(run.seed, run.forks !== undefined)
}

function verdict({ tone, sentence }: ReportVerdict): Markup {
  return html`<p class="verdict ${tone}" data-part="verdict">${{ good: '✓', bad: '✗', open: '?' }[tone]} ${sentence}</p>`
}

interface Facts {
  readonly outline: SimulationOutline
  readonly answers: RunAnswers
  readonly takeovers: readonly TakeoverRecord[]
}

function facts({ words, count, ms, tenths }: Speech, { outline, answers, takeovers }: Facts): Markup {
  const { start, end, faults, run } = outline
  const own = words.facts
  const longest = answers.latencyMs.reduce((most, latencyMs) => Math.max(most, latencyMs), 0)
  const rows = [
    [run.kind !== 'recording' ? own.virtualSeconds : own.seconds, tenths((end.atMs - start.atMs) / 1000)],
    [own.events, count(end.event)],
    [own.faults, count(faults.length)],
    [own.takeovers, count(takeovers.length)],
    [own.slowest, answers.atMs.length === 0 ? own.none : ms(longest)],
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
  const ofTakeovers = takeovers.flatMap(({ hostOutage, hostWaits }) => hostWaits ?? hostOutage ?? [])
  const ofLuns = (last?.host?.outages.luns ?? []).flatMap(({ longest }) => longest ?? [])
  return [...ofTakeovers, ...ofLuns].filter(({ startedAtMs, durationMs }) => startedAtMs + durationMs >= start.atMs)
}

function captionOf({ words, count }: Speech, answers: RunAnswers, omitted: number): string {
  const bad = answers.outcome.filter((outcome) => outcome === 'bad').length
  const { caption, omitted: told } = words.timeline
  const all = answers.atMs.length
  return caption(count(all), count(all - bad), count(bad)) + (omitted === 0 ? '' : told(count(omitted)))
}

function markSection(speech: Speech, marks: readonly ReportMark[], more: number): Markup {
  const { words, count, moment } = speech
  const { columns, ...own } = words.marks
  const listed = marks.slice(0, LIMITS.exportListedMarks)
  const left = marks.length - listed.length + more
  return html`<section class="long">
    <h2>${own.heading}</h2>
    ${
      marks.length === 0
        ? html`<p>${own.none}</p>`
        : html`<table>
            <thead>
              <tr>
                <th class="number">${columns.time}</th>
                <th>${columns.kind}</th>
                <th>${columns.what}</th>
                <th>${columns.where}</th>
              </tr>
            </thead>
            <tbody>
              ${listed.map(
                ({ kind, atMs, what, sentence, where }) =>
                  html`<tr class="${kind}">
                    <td class="number">${moment(atMs)}</td>
                    <td>${own.kinds[kind]}</td>
                    <td>${what}${sentence === undefined ? NOTHING : html`: ${said(speech, sentence)}`}</td>
                    <td>${where}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${left === 0 ? NOTHING : html`<p class="soft">${own.left(count(left), count(more))}</p>`}
  </section>`
}
