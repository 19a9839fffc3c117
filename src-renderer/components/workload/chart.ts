import type uPlot from 'uplot'
import type { Outage } from '../../../src-main/contract/host'
import type { TakeoverRecord } from '../../../src-main/contract/snapshot'
import { formatRound } from '../../i18n/format'
import { UNANSWERED_MS } from '../../model/outage'
import type { RateSeries } from '../../stores/rates'

/** Seconds that the chart shows. */
const WINDOW_S = 60
const TICKS_S = [50, 40, 30, 20, 10, 0]

export interface ChartSetup {
  readonly element: HTMLElement
  readonly compact: boolean
  readonly labels: {
    readonly requests: string
    readonly p50: string
    readonly p99: string
    readonly takeover: string
    readonly outage: string
  }
  readonly marks: () => readonly ChartMark[]
}

export interface ChartMark {
  readonly startedAtMs: number
  readonly durationMs: number
  /** Of a takeover; undefined: it is an outage that is not the one of a takeover. */
  readonly takeover: number | undefined
}

/** Nothing was answered and nothing is marked in all the time that it shows: then it stays the same while time goes on. */
export function isChartEmpty({ timeS, answersPerSecond }: RateSeries, marks: readonly ChartMark[]): boolean {
  const fromS = (timeS.at(-1) ?? 0) - WINDOW_S
  const lastAnswer = answersPerSecond.findLastIndex((answers) => answers > 0)
  return (timeS[lastAnswer] ?? Number.NEGATIVE_INFINITY) < fromS && marks.every((mark) => endS(mark) < fromS)
}

/**
 * All that is marked, in the order of time. Of a takeover that is the host's outage, where known, since it is what the curve shows.
 * @param outage the longest since the last fault
 */
export function chartMarks(takeovers: readonly TakeoverRecord[], outage: Outage | undefined): readonly ChartMark[] {
  const marks = takeovers.map((takeover): ChartMark => ({ ...markOf(takeover), takeover: takeover.number }))
  const isOther = outage !== undefined && outage.durationMs >= UNANSWERED_MS && !takeovers.some((takeover) => isOutageOf(takeover, outage))
  const others = isOther ? [{ startedAtMs: outage.startedAtMs, durationMs: outage.durationMs, takeover: undefined }] : []
  return [...marks, ...others].toSorted((one, other) => one.startedAtMs - other.startedAtMs)
}

/** One that the next fault cut short is marked with what came of that fault. */
function isOutageOf({ hostOutage }: TakeoverRecord, { startedAtMs, durationMs }: Outage): boolean {
  return hostOutage?.startedAtMs === startedAtMs && hostOutage.durationMs === durationMs
}

function markOf({ hostOutage, startedAtMs, totalMs }: TakeoverRecord): { readonly startedAtMs: number; readonly durationMs: number } {
  const { startedAtMs: fromMs, durationMs } = hostOutage ?? { startedAtMs, durationMs: totalMs }
  return { startedAtMs: fromMs, durationMs }
}

function endS({ startedAtMs, durationMs }: ChartMark): number {
  return (startedAtMs + durationMs) / 1000
}

export function chartData(series: RateSeries): uPlot.AlignedData {
  return [series.timeS, series.answersPerSecond, series.p50Ms, series.p99Ms]
}

/** Answers per second as an area. The large chart adds latency, with its own axis. Takeovers are marked. */
export function chartOptions(setup: ChartSetup): uPlot.Options {
  const style = getComputedStyle(setup.element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const font = `11px ${colour('--sans')}`
  const axis = {
    stroke: colour('--text-muted'),
    font,
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    values: (_plot: uPlot, splits: readonly number[]) => splits.map(formatRound),
  }
  return {
    width: setup.element.clientWidth || 200,
    height: setup.element.clientHeight || 80,
    padding: setup.compact ? [4, 0, 0, 0] : [10, 8, 0, 0],
    legend: { show: false },
    cursor: { show: !setup.compact, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_plot, _min, max) => [max - WINDOW_S, max] },
      y: { range: (_plot, _min, max) => [0, Math.max(10, max * 1.15)] },
      ms: { range: (_plot, _min, max) => [0, Math.max(2, max * 1.15)] },
    },
    axes: [
      {
        ...axis,
        show: !setup.compact,
        size: 26,
        splits: (_plot, _axis, _min, max) => TICKS_S.map((ago) => max - ago),
        values: (plot, splits) => splits.map((at) => secondsAgo(at, plot.scales['x']?.max ?? at)),
      },
      { ...axis, show: !setup.compact, size: 52, label: setup.labels.requests, labelSize: 16, labelFont: font, labelGap: 0 },
      { ...axis, show: !setup.compact, side: 1, scale: 'ms', size: 44, grid: { show: false }, label: 'ms', labelSize: 16, labelFont: font },
    ],
    series: [
      {},
      {
        label: setup.labels.requests,
        stroke: colour('--text-soft'),
        width: 1.5,
        fill: `color-mix(in srgb, ${colour('--text-soft')} 14%, transparent)`,
        points: { show: false },
      },
      { label: setup.labels.p50, scale: 'ms', show: !setup.compact, stroke: colour('--good'), width: 1.5, points: { show: false } },
      {
        label: setup.labels.p99,
        scale: 'ms',
        show: !setup.compact,
        stroke: colour('--moving'),
        width: 1.5,
        dash: [5, 3],
        points: { show: false },
      },
    ],
    hooks: { drawAxes: [(plot) => markTakeovers(plot, setup, { bad: colour('--bad'), font })] },
  }
}

/**
 * Where the label of each mark begins, for marks from left to right: to the right of the mark, or to the left if there is no room.
 * Undefined if it would cover the label of a newer mark.
 */
export function placeLabels(
  marks: readonly { readonly at: number; readonly width: number }[],
  end: number,
): readonly (number | undefined)[] {
  let freeUntil = end
  const places = marks.toReversed().map(({ at, width }) => {
    const place = [at + LABEL_GAP, at - LABEL_GAP - width].find((from) => from + width <= freeUntil)
    if (place !== undefined) freeUntil = Math.min(at, place) - LABEL_GAP
    return place
  })
  return places.toReversed()
}

const LABEL_GAP = 6

function markTakeovers(plot: uPlot, setup: ChartSetup, look: { readonly bad: string; readonly font: string }): void {
  const { ctx, bbox } = plot
  const labels: { readonly text: string; readonly at: number; readonly width: number }[] = []
  ctx.save()
  ctx.font = look.font
  for (const { startedAtMs, durationMs, takeover } of setup.marks()) {
    const from = plot.valToPos(startedAtMs / 1000, 'x', true)
    const to = plot.valToPos((startedAtMs + durationMs) / 1000, 'x', true)
    if (to < bbox.left || from > bbox.left + bbox.width) continue
    ctx.fillStyle = look.bad
    ctx.globalAlpha = 0.28
    ctx.fillRect(Math.max(from, bbox.left), bbox.top, Math.max(2, to - from), bbox.height)
    ctx.globalAlpha = 1
    ctx.fillRect(Math.max(from, bbox.left), bbox.top, 1.5, bbox.height)
    const text = takeover === undefined ? setup.labels.outage : `${setup.labels.takeover} ${takeover}`
    if (!setup.compact) labels.push({ text, at: Math.max(from, bbox.left), width: ctx.measureText(text).width })
  }
  const places = placeLabels(labels, bbox.left + bbox.width)
  labels.forEach(({ text }, index) => {
    const place = places[index]
    if (place !== undefined) ctx.fillText(text, place, bbox.top + 12)
  })
  ctx.restore()
}

function secondsAgo(at: number, now: number): string {
  const seconds = Math.round(now - at)
  return seconds === 0 ? '0 s' : `−${seconds} s`
}
