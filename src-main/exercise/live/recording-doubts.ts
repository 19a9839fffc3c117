import type { TraceKind } from '../../contract/trace'
import type { ActName } from '../format/acts'
import type { Evidence } from '../evidence/evidence'

/** What a learner does to the pair leaves an event, and nothing but he makes one. */
const EVENT_OF: Partial<Readonly<Record<ActName, TraceKind>>> = {
  kill: 'midplane.controller-killed',
  hang: 'midplane.controller-hung',
  panic: 'midplane.panic-asked',
  'cut-interconnect': 'midplane.interconnect-cut',
  'pull-drive': 'drive.pulled',
  'fail-drive': 'drive.died',
}

/** Where what a learner says that he did is not what the recording shows: sentences. */
export function recordingDoubts({ acts, events, fromMs, untilMs, incomplete }: Evidence): readonly string[] {
  const outside = acts.find(({ atMs }) => atMs < fromMs || atMs > untilMs)
  const doubts = outside === undefined ? [] : [`It does ${outside.act} at a time that is not in its recording.`]
  for (const [act, kind] of Object.entries(EVENT_OF)) {
    const said = acts.filter((one) => one.act === act).length
    const shown = events.filter((event) => event.kind === kind).length
    const isComplete = incomplete.every(({ kinds }) => !kinds.includes(kind))
    if (isComplete && said !== shown) doubts.push(`It names ${said} times ${act}, and its recording shows ${shown}.`)
  }
  return doubts
}
