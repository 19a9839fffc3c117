import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { because, reasonSchema } from '../../../../src-main/contract/exercise-reason'
import { reasonText } from '../../../../src-main/exercise/checks/reason-text'
import { toldValue } from '../../../../src-main/exercise/checks/values'
import type { Verdict } from '../../../../src-main/exercise/checks/verdict'
import { evidenceOf, frameAt, judge, TAKEOVER, type SmallEvent } from '../../../support/evidence'

const whyOf = ({ why }: Verdict): string => (why === undefined ? '' : reasonText(why))

const run = evidenceOf(TAKEOVER, {
  frames: [frameAt(0, 'a'), frameAt(110, 'b', { event: 5, interconnect: 'up' })],
  outages: [{ lun: 0, spans: [{ fromMs: 95, toMs: 130, isOver: true }], leastMs: 5, listed: 'all' }],
  requests: [
    {
      id: 'r1',
      name: 'rename-array',
      sent: [
        { atMs: 80, to: 'a' },
        { atMs: 125, to: 'b', answer: { atMs: 128, receivedBy: 'b', servedBy: 'b', outcome: 'good' } },
      ],
      ran: [8],
    },
  ],
  ledger: { acknowledged: 12, lost: 0 },
  acts: [{ by: 'script', act: 'kill', parameters: { controller: 'a' }, atMs: 100, event: 2 }],
})

describe('checks that are true of a takeover', () => {
  it.each([
    'no drive.write by b to drives-of("alpha") before takeover.fenced by b',
    'no drive.write by b where volume = "alpha" before takeover.fenced by b where dead = a',
    'some drive.write by b to drive-* after takeover.fenced',
    'takeover.detected before takeover.fenced',
    'gap(lun 0) < 500 ms',
    'gap() = 35 ms',
    'gap(lun 0) > 20 ms and gap(lun 0) <= 35 ms',
    'longest-gap(lun 0).start = 95 ms',
    'request("r1").answered-by = b and request("r1").ran = 1',
    'request("r1").sent = 2 and request("r1").outcome = "good" and request("r1").latency = 48 ms',
    'every takeover.serving is within 25 ms after takeover.detected',
    'every takeover.fenced is followed by takeover.claimed within 5 ms',
    'every takeover.serving is preceded by takeover.fenced',
    'every host.command as sent is followed by host.response where request = sent.request',
    'takeover.serving caused by midplane.controller-killed where controller = a',
    'every drive.write has (blockCount <= 8 blocks and block = 8)',
    'count(takeover.*) = 4',
    'count(drive.write | drive.read) = 1',
    'max(takeover.*, durationMs) = 8 ms and min(takeover.*, durationMs) = 1 ms',
    'sum(takeover.*, durationMs) = 18 ms',
    'in-order(takeover.detected, takeover.fenced, takeover.claimed)',
    'not in-order(takeover.claimed, takeover.fenced)',
    'time-between(takeover.detected, takeover.serving) = 19 ms',
    '(first takeover.serving).time - (first takeover.detected).time < 20 ms',
    'some host.command under-way-at midplane.controller-killed',
    'end-of(first host.command) after takeover.serving',
    'cause-of(first takeover.claimed) is a takeover.fenced',
    'root-of(first takeover.serving) is a midplane.controller-killed where controller = a',
    'ledger.lost = 0',
    'owner-of("alpha") = b and at(first takeover.detected, owner-of("alpha")) = a',
    'service-owner = b',
    'cache-policy = "write-through"',
    'state-of(a) = "running"',
    'drive-state(2) != "failed"',
    'volume-exists("alpha") and not volume-exists("charlie")',
    'drives-of("alpha") = [drive-0, drive-1]',
    'blocks-of(drive.write) = [8, 9, 10, 11]',
    'some act where (name = "kill" and actor = "script" and controller = a)',
    'no violation',
    'takeover.detected where reason in ["crash", "hang"]',
    'no host.response from host where portal = a',
    'last takeover.* is a takeover.serving',
  ])('%s', (text) => {
    expect(judge(text, run)).toMatchObject({ value: 'true' })
  })
})

describe('checks that are false of a takeover', () => {
  it.each([
    ['no drive.write by b after takeover.fenced', [6]],
    ['gap(lun 0) < 30 ms', []],
    ['every takeover.serving is within 10 ms after takeover.detected', [7]],
    ['some drive.flush', []],
    ['takeover.fenced before takeover.detected', []],
    ['every takeover.* has durationMs < 5 ms', [5]],
    ['request("r1").answered-by = a', []],
    ['count(takeover.fenced) > 1', [4]],
  ])('%s, by the events %j', (text, events) => {
    expect(judge(text, run)).toMatchObject({ value: 'false', events })
  })
})

describe('unknown checks say why', () => {
  it.each([
    ['no drive.write before drive.failed', 'there was no drive.failed'],
    ['every drive.flush has by = a', 'there was no drive.flush'],
    ['gap(lun 3) < 500 ms', 'no host measured LUN 3'],
    ['ledger.verified = 12', 'nothing was read back'],
    ['request("r9").ran = 1', 'nobody sent a request with the id r9'],
    ['cause-of(first midplane.controller-killed) is a act', 'names no cause'],
    ['owner-of("charlie") = a', 'there is no volume charlie'],
    ['takeover.fenced followed by drive.failed within 5000 ms', 'the run ends 895 ms after takeover.fenced'],
  ])('%s', (text, why) => {
    const verdict = judge(text, run)
    expect(verdict.value).toBe('unknown')
    expect(whyOf(verdict)).toContain(why)
  })

  it('as a run that nobody checked, and a trace with gaps, leave open what may be missing', () => {
    const poor = evidenceOf(TAKEOVER, {
      violations: undefined,
      incomplete: [{ kinds: ['drive.write'], why: because('notTraced', { count: 3 }) }],
    })
    expect(judge('no violation', poor)).toMatchObject({ value: 'unknown', why: because('noChecker') })
    expect(judge('no drive.write before takeover.fenced', poor)).toMatchObject({
      value: 'unknown',
      why: because('notTraced', { count: 3 }),
    })
    expect(judge('no drive.write', poor).value).toBe('false')
    expect(judge('count(drive.write) >= 1', poor).value).toBe('true')
    expect(judge('count(drive.write) = 1', poor).value).toBe('unknown')
  })
})

describe('at an event before the end', () => {
  it.each([
    ['at(first takeover.detected, request("r1").sent) = 1', 'true'],
    ['at(first takeover.detected, request("r1").answered)', 'false'],
    ['at(first host.command, request("r1").ran) = 0', 'true'],
    ['at(first takeover.detected, gap(lun 0)) = 6 ms', 'true'],
    ['at(first takeover.detected, count(takeover.*)) = 1', 'true'],
    ['at(first takeover.detected, ledger.lost) = 0', 'unknown'],
    ['at(first takeover.detected, some takeover.fenced)', 'false'],
  ])('%s is %s', (text, value) => {
    expect(judge(text, run).value).toBe(value)
  })
})

describe('a run that goes on', () => {
  const running = evidenceOf(TAKEOVER.slice(0, 4), {
    isOver: false,
    outages: [{ lun: 0, spans: [{ fromMs: 95, toMs: 700, isOver: false }], leastMs: 5, listed: 'all' }],
  })

  it.each([
    ['no drive.write', 'unknown'],
    ['some takeover.fenced', 'true'],
    ['some takeover.serving', 'unknown'],
    ['gap(lun 0) < 500 ms', 'false'],
    ['gap(lun 0) < 800 ms', 'unknown'],
    ['count(takeover.fenced) >= 1', 'true'],
    ['count(takeover.fenced) = 0', 'false'],
    ['every takeover.fenced has dead = a', 'unknown'],
    ['every takeover.fenced has dead = b', 'false'],
    ['first takeover.fenced is before last takeover.fenced', 'unknown'],
  ])('%s is %s', (text, value) => {
    expect(judge(text, running).value).toBe(value)
  })

  it('gives reasons of what has no lower bound, or none at all, that a file can keep', () => {
    const reasonOf = (text: string): unknown => {
      const { why } = judge(text, running)
      expect(v.parse(reasonSchema, JSON.parse(JSON.stringify(why)))).toEqual(why)
      return why && reasonText(why)
    }
    expect(reasonOf('500 ms - gap(lun 0) > 0 ms')).toBe('it is at most -105')
    expect(toldValue({ type: 'quantity', least: -Infinity, most: Infinity })).toEqual({ type: 'unknown' })
  })
})

describe('the volume of an access to a drive', () => {
  const write = { kind: 'drive.write', place: 'controller-b', to: 'drive-0' } as const
  const accesses: readonly SmallEvent[] = [
    {
      at: 1,
      kind: 'host.command',
      place: 'host',
      to: 'portal-b',
      request: 'io-1',
      data: { operation: 'write', lun: 1, firstBlock: 0, blockCount: 1 },
    },
    {
      at: 2,
      kind: 'nvram.destaged',
      place: 'controller-b',
      request: 'io-1',
      cause: 1,
      data: { volumeId: 0, firstBlock: 0, blockCount: 1 },
    },
    { at: 3, ...write, cause: 2, data: { block: 0, blockCount: 1 } },
    { at: 4, ...write, cause: 1, data: { block: 8, blockCount: 1 } },
    { at: 5, ...write, data: { block: 16, blockCount: 1 } },
  ]

  it.each([
    ['some drive.write where (volume = "alpha" and block = 0)', 'true'],
    ['some drive.write where (volume = "bravo" and block = 8)', 'true'],
    ['some drive.write where (volume = "bravo" and block = 0)', 'false'],
    ['some drive.write where (volume = "alpha" and block = 16)', 'unknown'],
  ])('is that of what caused it: %s is %s', (text, value) => {
    expect(judge(text, evidenceOf(accesses, { frames: [frameAt(0)], source: 'recording' })).value).toBe(value)
  })

  it("is none of a simulated write that says none: that is the array's own", () => {
    const simulated = evidenceOf(accesses, { frames: [frameAt(0)] })
    expect(judge('no drive.write where (volume = "alpha" and block = 16)', simulated).value).toBe('true')
  })
})

it('gives up on a check that looks at too much, instead of failing the learner', () => {
  const many = Array.from({ length: 3000 }, (_, at): SmallEvent => ({
    at,
    kind: 'drive.write',
    place: 'controller-a',
    to: 'drive-0',
    data: { block: at, blockCount: 1 },
  }))
  const verdict = judge('every drive.write as one has count(drive.write where block = one.block) = 1', evidenceOf(many))
  expect(verdict).toMatchObject({ value: 'unknown' })
  expect(whyOf(verdict)).toContain('gives up')
})

it('takes a response that brought no status for one with another status', () => {
  const response = { kind: 'host.response', place: 'host' } as const
  const responses = [
    { at: 1, ...response, data: { portal: 'a', status: 'connection-lost', latencyMs: 9 } },
    { at: 2, ...response, data: { portal: 'b', status: 2, latencyMs: 1 } },
    { at: 3, ...response, data: { portal: 'b', status: 0, latencyMs: 5 } },
  ]
  expect(judge('min(host.response where status = 0, latencyMs) = 5 ms', evidenceOf(responses)).value).toBe('true')
  expect(judge('count(host.response where status != 0) = 2', evidenceOf(responses)).value).toBe('true')
})

describe('causes that are not in the trace', () => {
  const TWICE = [
    { at: 100, kind: 'midplane.controller-killed', place: 'midplane' },
    // It was caused by something before the run, or by something that is missing.
    { at: 101, kind: 'takeover.detected', place: 'controller-b', cause: 99 },
    { at: 120, kind: 'takeover.serving', place: 'controller-b', cause: 2 },
    { at: 500, kind: 'midplane.controller-hung', place: 'midplane' },
    { at: 600, kind: 'takeover.detected', place: 'controller-b' },
    { at: 620, kind: 'takeover.serving', place: 'controller-b', cause: 5 },
  ] as const
  const missing = [{ kinds: ['host.command'], why: because('damaged') }] as const

  it.each([
    'first takeover.serving caused by (takeover.detected after midplane.controller-hung)',
    'first takeover.serving caused by (takeover.detected within 1 s after midplane.controller-hung)',
    'first takeover.serving after midplane.controller-hung caused by takeover.detected',
  ])('%s is the same event, also where events are missing', (event) => {
    for (const incomplete of [[], missing]) expect(judge(`(${event}).time = 620 ms`, evidenceOf(TWICE, { incomplete })).value).toBe('true')
  })

  it('are none where the whole run is there, and unknown where something is missing', () => {
    const text = 'some takeover.serving caused by host.command'
    expect(judge(text, evidenceOf(TWICE)).value).toBe('false')
    expect(judge(text, evidenceOf(TWICE, { incomplete: missing }))).toMatchObject({ value: 'unknown' })
  })
})

it('a check that is false because something did not happen says so, and one that is false for another reason does not', () => {
  expect(judge('some drive.failed', run)).toMatchObject({
    value: 'false',
    isAbsent: true,
    why: because('noneOf', { what: 'drive.failed' }),
  })
  expect(judge('gap(lun 0) < 500 ms and some drive.failed', run).isAbsent).toBe(true)
  expect(judge('some drive.failed or some drive.pulled', run).isAbsent).toBe(true)
  expect(judge('some drive.failed or gap(lun 0) < 1 ms', run)).not.toHaveProperty('isAbsent')
  expect(judge('no takeover.serving', run)).not.toHaveProperty('isAbsent')
})
