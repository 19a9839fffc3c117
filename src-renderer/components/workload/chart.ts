import type uPlot from 'uplot'
import type { TakeoverRecord } from '../../../src-main/contract/snapshot'
import { formatRound } from '../../i18n/format'
import type { RateSeries } from '../../stores/rates'

/** Seconds that the chart shows. */
const WINDOW_S = 60
const TICKS_S = [50, 40, 30, 20, 10, 0]

export interface ChartSetup {
  readonly element: HTMLElement
  readonly compact: boolean
  readonly labels: { readonly requests: string; readonly p50: string; readonly p99: string; readonly takeover: string }
  readonly takeovers: () => readonly TakeoverRecord[]
}

/** Nothing was answered and nobody took over in all the time that it shows: then it stays the same while time goes on. */
export function isChartEmpty({ timeS, answersPerSecond }: RateSeries, takeovers: readonly TakeoverRecord[]): boolean {
  const fromS = (timeS.at(-1) ?? 0) - WINDOW_S
  const lastAnswer = answersPerSecond.findLastIndex((answers) => answers > 0)
  const last = takeovers.at(-1)
  return (timeS[lastAnswer] ?? Number.NEGATIVE_INFINITY) < fromS && (last === undefined || endS(last) < fromS)
}

/** Of what is marked of a takeover: the host's outage, where it is known, since it is what the curve shows. */
function markOf({ hostOutage, startedAtMs, totalMs }: TakeoverRecord): { readonly startedAtMs: number; readonly durationMs: number } {
  return hostOutage ?? { startedAtMs, durationMs: totalMs }
}

function endS(takeover: TakeoverRecord): number {
  const { startedAtMs, durationMs } = markOf(takeover)
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
  for (const takeover of setup.takeovers()) {
    const { startedAtMs, durationMs } = markOf(takeover)
    const from = plot.valToPos(startedAtMs / 1000, 'x', true)
    const to = plot.valToPos((startedAtMs + durationMs) / 1000, 'x', true)
    if (to < bbox.left || from > bbox.left + bbox.width) continue
    ctx.fillStyle = look.bad
    ctx.globalAlpha = 0.28
    ctx.fillRect(Math.max(from, bbox.left), bbox.top, Math.max(2, to - from), bbox.height)
    ctx.globalAlpha = 1
    ctx.fillRect(Math.max(from, bbox.left), bbox.top, 1.5, bbox.height)
    const text = `${setup.labels.takeover} ${takeover.number}`
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
