import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { because } from '../../../../src-main/contract/exercise-reason'
import type { LabSnapshot } from '../../../../src-main/contract/snapshot'
import type { TraceEvent, TraceKind } from '../../../../src-main/contract/trace'
import type { ActEvidence, Evidence } from '../../../../src-main/exercise/evidence/evidence'
import { recordingEvidence } from '../../../../src-main/exercise/live/recording-evidence'
import { judge } from '../../../support/evidence'
import { createFakeLab } from '../../../support/fake-lab'
import { tryRecording, type RecordedLine } from '../../../support/try-recording'

let first: LabSnapshot

beforeEach(async () => {
  first = { ...(await createFakeLab().api.snapshot()), timeMs: 1000 }
})

/** How the lab stood later. */
function later(atMs: number, change: (snapshot: LabSnapshot) => Partial<LabSnapshot> = () => ({})): RecordedLine {
  return { frame: { ...first, timeMs: atMs, ...change(first) } }
}

function event(id: number, timeMs: number, kind: TraceKind, others: Partial<TraceEvent> = {}): RecordedLine {
  return { event: { id, timeMs, place: 'midplane', kind, ...others } }
}

function evidenceOf(lines: readonly RecordedLine[], acts: readonly ActEvidence[] = []): Evidence {
  const recorded = recordingEvidence(tryRecording(first, lines), acts)
  if (!recorded.ok) throw new Error(recorded.error)
  return recorded.value.evidence
}

function act(name: string, atMs: number, parameters: ActEvidence['parameters'] = {}): ActEvidence {
  return { by: 'learner', act: name, atMs, parameters }
}

function ledger(figures: object): (snapshot: LabSnapshot) => Partial<LabSnapshot> {
  return ({ host }) => ({ host: host && { ...host, ledger: { ...host.ledger, ...figures } } })
}

describe('evidence from a recording', () => {
  it('counts from the first moment of the try, and leaves out what was before', () => {
    const { source, fromMs, untilMs, isOver, events } = evidenceOf([
      event(1, 990, 'host.workload-started'),
      event(3, 1300, 'takeover.fenced'),
      event(2, 1200, 'midplane.controller-killed'),
      later(5000),
    ])
    expect({ source, fromMs, untilMs, isOver }).toEqual({ source: 'recording', fromMs: 1000, untilMs: 5000, isOver: true })
    expect(events.map(({ id }) => id)).toEqual([2, 3])
  })

  it('knows nothing of violations, so a check about them is unknown', () => {
    const evidence = evidenceOf([later(2000)])
    expect(evidence.violations).toBeUndefined()
    expect(judge('no violation', evidence).value).toBe('unknown')
  })

  it('names commands that were counted and not traced, so what needs them is unknown, and says why', () => {
    const evidence = evidenceOf([later(2000, ({ trace }) => ({ trace: { ...trace, omitted: trace.omitted + 12 } }))])
    expect(evidence.incomplete).toMatchObject([{ why: because('notTraced', { count: 12 }) }])
    expect(judge('no drive.write', evidence)).toMatchObject({ value: 'unknown', why: because('notTraced', { count: 12 }) })
    expect(judge('no takeover.fenced', evidence).value).toBe('true')
    expect(evidenceOf([later(2000)]).incomplete).toEqual([])
  })

  it('trusts no absence at all once events were lost', () => {
    const evidence = evidenceOf([later(2000, ({ trace }) => ({ trace: { ...trace, overwritten: trace.overwritten + 3 } }))])
    expect(judge('no takeover.fenced', evidence)).toMatchObject({ value: 'unknown', why: because('eventsLost', { count: 3 }) })
  })

  it('has the gaps of a LUN from its commands and their answers', () => {
    const command = (id: number, atMs: number): RecordedLine =>
      event(id, atMs, 'host.command', { place: 'host', request: `io-9-${id}`, data: { lun: 0, operation: 'write' } })
    const response = (id: number, atMs: number, cause: number): RecordedLine =>
      event(id, atMs, 'host.response', { place: 'host', request: `io-9-${cause}`, cause, data: { status: 0, latencyMs: 1 } })
    const evidence = evidenceOf([command(1, 1100), response(2, 1102, 1), command(3, 1200), response(4, 1450, 3), later(2000)])
    expect(evidence.outages).toMatchObject([{ lun: 0, listed: 'all', spans: [{ fromMs: 1200, toMs: 1450, isOver: true }] }])
    expect(judge('gap(lun 0) = 250 ms', evidence).value).toBe('true')
    expect(judge('gap(lun 5) < 1 s', evidence).value).toBe('unknown')
  })

  it('says of a request when it was sent, who took it in, who carried it out, and that it ran once', () => {
    const of = (place: TraceEvent['place'], others: Partial<TraceEvent> = {}): Partial<TraceEvent> => ({
      place,
      request: 'sr-r1',
      ...others,
    })
    const evidence = evidenceOf(
      [
        event(1, 1110, 'service.received', of('management-b', { to: 'controller-b', data: { name: 'rename-volume' } })),
        event(2, 1120, 'configuration.committed', { place: 'controller-a', cause: 1 }),
        event(3, 1121, 'service.served', of('controller-a', { cause: 1, data: { name: 'rename-volume', outcome: 'good' } })),
        event(4, 1130, 'service.answered', of('management-b', { to: 'host', data: { code: 'good' } })),
        later(2000),
      ],
      [act('request', 1105, { id: 'r1', name: 'rename-volume', to: 'b', params: {} })],
    )
    expect(evidence.requests).toEqual([
      {
        id: 'r1',
        name: 'rename-volume',
        sent: [{ atMs: 1105, to: 'b', received: 1, answer: { atMs: 1130, outcome: 'good', event: 4, receivedBy: 'b', servedBy: 'a' } }],
        ran: [2],
      },
    ])
  })

  it('does not guess how often a request ran whose controller died before it answered', () => {
    const evidence = evidenceOf([
      event(1, 1110, 'service.received', {
        place: 'management-a',
        to: 'controller-a',
        request: 'sr-r1~0123abcd',
        data: { name: 'rename-volume' },
      }),
      event(2, 1112, 'midplane.controller-exited', { to: 'controller-a' }),
      later(2000),
    ])
    expect(evidence.requests[0]?.ran).toBeUndefined()
    expect(judge('request("r1").ran = 0', evidence).value).toBe('unknown')
  })

  it('takes from the ledger what grew in the try, and what was read back in it', () => {
    const before = first.host?.ledger.acknowledged ?? 0
    const lines = [
      event(1, 1500, 'host.verification-started', { place: 'host' }),
      event(2, 1900, 'host.verification-finished', { place: 'host', data: { checkedBlocks: 9, verified: 9, lost: 0, unknown: 0 } }),
      later(2000, ledger({ acknowledged: before + 7, verifying: false })),
    ]
    expect(evidenceOf(lines).ledger).toMatchObject({ acknowledged: 7, retried: 0, verified: 9, lost: 0, at: 2 })
    // Begun before the try, or struck meanwhile: it may have missed the damage.
    expect(evidenceOf(lines.slice(1)).ledger.lost).toBeUndefined()
    expect(evidenceOf([...lines, later(2100, ledger({ acknowledged: before + 7, isDoubted: true }))]).ledger.lost).toBeUndefined()
    expect(judge('ledger.lost = 0', evidenceOf([later(2000)])).value).toBe('unknown')
  })

  it('has a frame of the pair for each change, and leaves out one that is not as it should be', () => {
    const { controllers } = first
    const down = (): Partial<LabSnapshot> => ({
      controllers: { ...controllers, a: { ...controllers.a, state: 'down', portalServedBy: 'b' } },
    })
    const strange = (): Partial<LabSnapshot> => ({ controllers: { ...controllers, a: { ...controllers.a, state: 'asleep' as 'down' } } })
    const { frames } = evidenceOf([
      later(1500),
      event(4, 1600, 'midplane.controller-killed'),
      later(1601, down),
      later(1700, strange),
      later(1800, down),
    ])
    expect(frames.map(({ atMs, event: newest }) => [atMs, newest])).toEqual([
      [1000, undefined],
      [1601, 4],
    ])
    expect(present(frames[1], 'a frame').controllers.a).toMatchObject({ state: 'down', servedBy: 'b' })
  })

  it('has the acts of the learner, and asks for nothing more', () => {
    const evidence = evidenceOf([later(2000)], [act('kill', 1200, { controller: 'a' })])
    expect(judge('some act where (name = "kill" and actor = "learner")', evidence).value).toBe('true')
    expect(evidence).toMatchObject({ predictions: {}, answers: {} })
  })

  it('is not over, and complete in nothing, if the recording was changed or cut', () => {
    const bytes = tryRecording(first, [event(1, 1200, 'midplane.controller-killed'), event(2, 1300, 'takeover.fenced'), later(2000)])
    const changed = Buffer.from(bytes.toString().replace('takeover.fenced', 'takeover.serving'))
    const recorded = recordingEvidence(changed, [])
    expect(recorded).toMatchObject({ ok: true, value: { problem: expect.stringContaining('something was changed') as string } })
    if (!recorded.ok) return
    expect(recorded.value.evidence.isOver).toBe(false)
    expect(judge('no takeover.serving', recorded.value.evidence).value).toBe('unknown')
  })

  it('refuses what is no recording, or one of a format without checks', () => {
    expect(recordingEvidence(Buffer.from('nothing\n'), [])).toMatchObject({ ok: false })
    expect(recordingEvidence(tryRecording(first, [], 2), [])).toMatchObject({
      ok: false,
      error: expect.stringContaining('has no checks') as string,
    })
  })
})
