import { describe, expect, it } from 'vitest'
import { LANGUAGES, type Language } from '../../../src-main/contract/language'
import { LIMITS } from '../../../src-main/contract/limits'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { TRACE_KINDS } from '../../../src-main/contract/trace'
import type { ShownRun } from '../../../src-main/player/player'
import { pairPicture } from '../../../src-main/export/report/pair-picture'
import { speechOf } from '../../../src-main/export/report/speech'
import { verdictOf } from '../../../src-main/export/report/verdict'
import { ENGLISH } from '../../../src-main/export/report/words/english'
import { GERMAN } from '../../../src-main/export/report/words/german'
import { ALL_FAULTS } from '../../../src-main/simulator/faults/all-faults'
import { event, exported, frame, recordingOf, seedOf, takenOver } from '../../support/exported-run'

const picture = await takenOver()
const english = speechOf('en')

function reportOf(shown: ShownRun, notes = '', language: Language = 'en'): string {
  return new TextDecoder().decode(exported(shown, { format: 'report', notes, language }))
}

/** What a person reads in it. */
function textOf(html: string): string {
  return html
    .replaceAll(/<style>.*?<\/style>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

const killed = event(2, 42_000, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a', data: { controller: 'a' } })
const answers = [
  event(10, 42_100, { kind: 'host.response', data: { status: 0, latencyMs: 0.4 } }),
  event(11, 42_200, { kind: 'host.response', data: { status: 'lost', latencyMs: 130 } }),
]
const started = event(1, 41_500, { kind: 'host.workload-started', data: { requestsPerSecond: 200 } })
const slowed = event(12, 42_300, { place: 'midplane', kind: 'drive.slowed', to: 'drive-3', data: { extraLatencyMs: 50 } })
const restarted = event(13, 42_400, {
  place: 'midplane',
  kind: 'midplane.controller-started',
  to: 'controller-a',
  data: { controller: 'a', incarnation: 2 },
})
const recorded = () => recordingOf(frame(41_000, picture), started, killed, ...answers, slowed, restarted, frame(60_000, picture))

describe('the report of a recording', () => {
  const report = reportOf(recorded())
  const text = textOf(report)

  it('is one page by itself: no script, nothing from elsewhere, and fit to be printed', () => {
    expect(report).toMatch(/^<!doctype html>/)
    expect(report.trimEnd()).toMatch(/<\/html>$/)
    expect(report).not.toMatch(/<script|javascript:|<link|<img|<iframe|@import|url\(|https?:\/\/| on\w+=/i)
    expect(report).toContain("default-src 'none'; style-src 'unsafe-inline'")
    expect(report).toContain('@media print')
    expect(report).not.toMatch(/NaN|undefined|\[object/)
  })

  it('says what was done, when, and how to do it again', () => {
    expect(text).toContain('00:42.000 fault Crash controller A')
    expect(text).toContain('00:42.300 fault Slow drive drive 3')
    expect(text).toContain('00:41.500 act The workload starts host')
    expect(text).toContain('00:42.400 act Started controller A')
    const commands = [
      '00:41.500  start-workload {&quot;workload&quot;:{&quot;requestsPerSecond&quot;:200}}',
      '00:42.000  kill {&quot;controller&quot;:&quot;a&quot;}',
      '00:42.300  slow-drive {&quot;drive&quot;:3,&quot;extraLatencyMs&quot;:50}',
      '00:42.400  restart {&quot;controller&quot;:&quot;a&quot;}',
    ]
    expect(report).toContain(`<pre>${commands.join('\n')}</pre>`)
  })

  it('says how many acts and commands it does not list', () => {
    const cuts = Array.from({ length: LIMITS.exportActs + 7 }, (_, index) =>
      event(index + 1, 1001 + index / 10, { place: 'midplane', kind: 'midplane.interconnect-mended', to: 'interconnect' }),
    )
    const text = textOf(reportOf(recordingOf(frame(1000, picture), ...cuts)))
    expect(text).toContain('After the last of them there were 7 more, which are not listed.')
    expect(textOf(reportOf(recordingOf(frame(1000, picture), ...cuts.slice(7))))).not.toContain('more, which are not listed')
  })

  it('has each takeover with its phases in milliseconds', () => {
    const [takeover] = picture.takeovers
    expect(takeover?.phases).toHaveLength(6)
    expect(text).toContain('B takes over from A: crash')
    for (const { phase, durationMs } of takeover?.phases ?? [])
      expect(text).toMatch(new RegExp(`${phase}: [^0-9]* ${String(Number(durationMs.toFixed(2))).replace('.', '\\.')} `))
  })

  it('draws the pair, the marks on the timeline, and the answers by their outcome', () => {
    expect(report.match(/<svg/g)?.length).toBeGreaterThanOrEqual(3)
    expect(text).toMatch(/Controller A down .* Controller B running/)
    expect(/d="([^"]*)"[^>]*class="good-answers"/.exec(report)?.[1]?.match(/M/g)).toHaveLength(1)
    expect(/d="([^"]*)"[^>]*class="bad-answers"/.exec(report)?.[1]?.match(/M/g)).toHaveLength(1)
    expect(text).toContain('good (1)')
    expect(text).toContain('lost, refused or failed (1)')
  })

  it('draws the pair also at the moment that the player shows, unless that is the beginning', () => {
    const shown = recorded()
    expect(text).toContain('At 01:00.000, the end of the run.')
    expect(text).not.toContain('which the player showed')
    const within = textOf(reportOf({ ...shown, atMs: 42_250 }))
    expect(within).toContain('At 00:42.250, which the player showed.')
    expect(within).toContain('At 01:00.000, the end of the run.')
  })

  it('says how the array was configured, what made it, and of which lab it is, but not where that was', () => {
    const { configuration } = picture.array ?? { configuration: undefined }
    expect(configuration?.volumes.length).toBeGreaterThan(0)
    for (const { name } of configuration?.volumes ?? []) expect(text).toContain(name)
    for (const { name } of configuration?.groups ?? []) expect(text).toContain(name)
    expect(text).toContain('write-through')
    expect(text).toContain('lab-1')
    expect(text).toContain('version 1.2.3')
    expect(text).toContain('made by Takeover Lab 9.8.7 at 2026-11-30 12:00:00 UTC')
    expect(text).not.toContain('somebody')
  })

  it('counts the commands that were not traced in this run, not in the whole life of its lab', () => {
    const omitted = (id: number, place: 'host' | 'controller-a') =>
      event(id, 43_000, { place, kind: 'trace.omitted', data: { commands: 12 } })
    expect(picture.trace.omitted).toBeGreaterThan(12)
    expect(text).not.toContain('but not traced')
    const more = textOf(
      reportOf(recordingOf(frame(41_000, picture), omitted(1, 'host'), omitted(2, 'controller-a'), frame(60_000, picture))),
    )
    expect(more).toContain('12 commands were counted, but not traced.')
  })

  it('has a takeover in which the recording begins', () => {
    const startedAtMs = picture.takeovers[0]?.startedAtMs ?? 0
    const begun = textOf(reportOf(recordingOf(frame(startedAtMs + 1, picture), event(1, startedAtMs + 2), frame(60_000, picture))))
    expect(begun).toContain('B takes over from A: crash')
    expect(begun).not.toContain('before the run began')
  })

  it('says of a takeover that was not completed that it was not', () => {
    const [takeover] = picture.takeovers
    const begun = { ...picture, takeovers: takeover === undefined ? [] : [{ ...takeover, phases: takeover.phases.slice(0, 2) }] }
    expect(text).toContain('From then to service:')
    const broken = textOf(reportOf(recordingOf(frame(41_000, begun), frame(60_000, begun))))
    expect(broken).toContain('It was not completed.')
    expect(broken).not.toContain('From then to service:')
  })

  it('draws the outages that the host measured in the run, not those from before', () => {
    const bars = (startedAtMs: number) => {
      const longest = { lun: 0, startedAtMs, durationMs: 30, isOver: true }
      const luns = [{ lun: 0, measured: true, unansweredMs: 0, longest }]
      const host = picture.host && { ...picture.host, outages: { since: { atMs: 0, reason: 'start' as const }, luns } }
      const waited: LabSnapshot = { ...picture, takeovers: [], host }
      return reportOf(recordingOf(frame(41_000, waited), frame(60_000, waited))).match(/<rect[^>]* height="8"/g)?.length ?? 0
    }
    expect([bars(1000), bars(40_960), bars(40_980), bars(42_000)]).toEqual([0, 0, 1, 1])
  })

  it('draws the wire of an address to whoever serves it', () => {
    const { a, b } = picture.controllers
    const ends = (portalServedBy: 'a' | 'b' | undefined) => {
      const picturePaths = pairPicture(english, { ...picture, controllers: { a: { ...a, portalServedBy }, b } }).text
      return Number(/^.*? (\d+)"/.exec(picturePaths.slice(picturePaths.indexOf('<path d="M') + 9))?.[1])
    }
    // The box of A is above that of B.
    expect(ends('a')).toBeLessThan(150)
    expect(ends('b')).toBeGreaterThan(180)
    expect(textOf(pairPicture(english, { ...picture, controllers: { a: { ...a, portalServedBy: undefined }, b } }).text)).toContain(
      'nobody answers',
    )
  })

  it('says when it begins by the clock of the machine, and what the workload was', () => {
    expect(text).toContain('It begins at 2023-11-14 22:14:01 UTC, and its clock at 2023-11-14 22:13:20 UTC.')
    const { regionBytes = 0 } = picture.host?.workload.settings ?? {}
    expect(text).toContain(`in the first ${regionBytes / 2 ** 20} MiB of each volume.`)
  })

  it('leaves out the first start of a controller, which is that of its lab', () => {
    const first = event(13, 42_400, {
      place: 'midplane',
      kind: 'midplane.controller-started',
      to: 'controller-a',
      data: { controller: 'a', incarnation: 1 },
    })
    expect(textOf(reportOf(recordingOf(frame(41_000, picture), first, frame(60_000, picture))))).toContain(
      'Nobody did anything to the pair',
    )
  })

  it('leaves out takeovers of the lab from before the recording, and says so', () => {
    const later = textOf(reportOf(recordingOf(frame(50_000, picture), event(1, 50_001), frame(51_000, picture))))
    expect(later).toContain('There was none.')
    expect(later).toContain('before the run began: 1')
  })
})

describe('what comes from outside', () => {
  const EVIL = `</style><script>alert(1)</script><img src=x onerror="alert(2)">'&\u202e`

  it('is shown as it was typed, and is never a part of the page', () => {
    const [first, ...others] = picture.drives
    const named: LabSnapshot = {
      ...picture,
      drives: [{ ...first, message: EVIL, state: EVIL as never, index: EVIL as never } as LabSnapshot['drives'][number], ...others],
      array: { ...picture.array, dispatchScheme: EVIL } as unknown as LabSnapshot['array'],
    } as LabSnapshot
    const hit = event(5, 42_000, { place: 'host', kind: 'host.block-lost', data: { lun: EVIL, block: EVIL } })
    const evil = recordingOf(
      frame(41_000, named),
      hit,
      event(6, 42_001, { kind: 'host.workload-started', data: { [EVIL]: EVIL } }),
      frame(60_000, named),
    )
    const report = reportOf(evil, EVIL)
    expect(report).not.toMatch(/<script|<img|<\/style>.*<\/style>/s)
    expect(report).not.toContain('\u202e')
    const shown = '&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=&quot;alert(2)&quot;&gt;&#39;&amp;\ufffd'
    expect(report).toContain(`<div class="notes" data-part="notes">${shown}</div>`)
  })

  it('keeps the lines of notes, and has no part for notes that are empty', () => {
    expect(reportOf(recorded(), 'one\n  two')).toContain('data-part="notes">one\n  two</div>')
    expect(reportOf(recorded(), ' \n ')).not.toContain('data-part="notes"')
  })
})

describe('the report of a seed', () => {
  it('says how to get the same run again, and the hash that it must have', () => {
    const shown = seedOf(3, 100)
    const report = reportOf(shown)
    const text = textOf(report)
    expect(text).toContain('npm run sim -- --seed 3 --operations 100')
    expect(text).toContain(shown.outline.world?.hash)
    expect(text).toContain('No checker found a violation')
    expect(report).not.toMatch(/NaN|undefined|\[object/)
    for (const { survivor } of shown.outline.takeovers) expect(text).toContain(`${survivor.toUpperCase()} takes over from`)
    const dots = /d="([^"]*)"[^>]*class="good-answers"/.exec(report)?.[1]?.match(/M/g)?.length ?? 0
    expect(dots).toBeGreaterThan(100)
  })
})

describe('the report in German', () => {
  const problem = recordingOf(frame(41_000, picture), started, killed, ...answers, slowed, restarted, frame(60_000, picture), {
    whole: 'no',
  })
  const report = reportOf(problem, '', 'de')
  const text = textOf(report)

  it('is marked as German, with times and numbers as German writes them', () => {
    expect(report).toContain('<html lang="de">')
    expect(reportOf(recorded())).toContain('<html lang="en">')
    expect(text).toContain('00:42,000 Störung Absturz Controller A')
    expect(text).toContain('00:42,300 Störung Langsames Laufwerk Laufwerk 3')
    expect(text).toContain('B übernimmt A: Absturz')
    expect(text).toContain('erstellt am 30.11.2026 12:00:00 UTC')
    expect(report).toContain('00:42,000  kill {&quot;controller&quot;:&quot;a&quot;}')
    expect(report).not.toMatch(/NaN|undefined|\[object/)
  })

  it('leaves what the lab said in English, and says that it is', () => {
    expect(report).toContain('<span lang="en">It is whole up to line')
    expect(reportOf(problem)).not.toContain('lang="en">It is whole')
  })

  it('of a seed has no English word left that English alone has', () => {
    const shown = seedOf(3, 100)
    const [inEnglish, inGerman] = LANGUAGES.map((language) => textOf(reportOf(shown, '', language)))
    for (const word of ['Timeline', 'Configuration', 'Drives', 'drive 0', 'takes over', ' the ', ' of ', ' was ']) {
      expect(inEnglish).toContain(word)
      expect(inGerman).not.toContain(word)
    }
    expect(inGerman).toContain('npm run sim -- --seed 3 --operations 100')
  })

  it('has every word, and says none of them with the words of English where German has others', () => {
    const leaves = (words: object, path = ''): [string, unknown][] =>
      Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
        typeof value === 'object' && value !== null ? leaves(value, `${path}${key}.`) : [[`${path}${key}`, value] as [string, unknown]],
      )
    const [inEnglish, inGerman] = [new Map(leaves(ENGLISH)), new Map(leaves(GERMAN))]
    expect([...inGerman.keys()].toSorted()).toEqual([...inEnglish.keys()].toSorted())
    const same = [...inEnglish].filter(([path, value]) => typeof value === 'string' && inGerman.get(path) === value).map(([path]) => path)
    expect(same.filter((path) => !SAME_IN_BOTH.test(path))).toEqual([])
  })

  it.each(LANGUAGES)('in %s names every fault that a run can have', (language) => {
    const { faults } = speechOf(language).words
    const names = [...ALL_FAULTS.map(({ name }) => name), ...recordedFaultNames()]
    expect(names.filter((name) => !Object.hasOwn(faults, name))).toEqual([])
  })
})

/** Names that German took over. */
const SAME_IN_BOTH = new RegExp(
  [
    '^(takeovers\\.(heading|columns\\.phase|reason\\.hang)',
    'marks\\.kinds\\.takeover',
    'timeline\\.lanes\\.takeover',
    'facts\\.takeovers',
    'faults\\.(hang|panic)',
    'configuration\\.(levels\\..*|volumes|(drive|group|volume)Columns\\..*))$',
  ].join('|'),
)

function recordedFaultNames(): string[] {
  const kinds = TRACE_KINDS.map((kind, index) =>
    event(index + 1, 41_001 + index, { place: 'midplane', kind, to: 'controller-a', data: {} }),
  )
  return recordingOf(frame(41_000, picture), ...kinds).outline.faults.map(({ name }) => name)
}

describe('the verdict', () => {
  const { outline } = recorded()
  const ledger = { acknowledged: 1200, retried: 0, unknown: 0, lost: 0, blocks: 800, verifying: false, checkedBlocks: 0 }

  it.each([
    ['nothing is known without a host', undefined, 'open', 'There was no host'],
    ['nothing is proven before blocks are read back', ledger, 'open', 'Not checked'],
    ['nothing is proven while they are', { ...ledger, verifying: true, checkedBlocks: 272 }, 'open', '272 of 800'],
    ['all that was read back is good', { ...ledger, verified: 800 }, 'good', '800 blocks were read back, and none was lost'],
    ['a lost block is said first', { ...ledger, verified: 799, lost: 1 }, 'bad', 'were lost: 1'],
  ] as const)('%s', (_, counts, tone, words) => {
    const verdict = verdictOf(english, outline, counts, 50_000)
    expect(verdict.tone).toBe(tone)
    expect(verdict.sentence).toContain(words)
  })

  it('is open where the blocks were read back only before the last fault', () => {
    expect(verdictOf(english, outline, { ...ledger, verified: 800 })).toMatchObject({ tone: 'open' })
    const readBack = (startMs: number) => [
      event(20, startMs, { kind: 'host.verification-started' }),
      event(21, 50_000, { kind: 'host.verification-finished', data: { lost: 0 } }),
    ]
    const host = { ...picture.host, ledger: { ...ledger, verified: 800 } } as LabSnapshot['host']
    const verdictAfter = (startMs: number) => {
      const after = frame(60_000, { ...picture, host })
      const run =
        startMs < 42_000 ? [...readBack(startMs).slice(0, 1), killed, ...readBack(startMs).slice(1)] : [killed, ...readBack(startMs)]
      return textOf(reportOf(recordingOf(frame(41_000, picture), ...run, after)))
    }
    expect(verdictAfter(45_000)).toContain('✓ 1,200 writes were acknowledged; 800 blocks were read back, and none was lost.')
    expect(verdictAfter(41_900)).toContain('none was lost, but that was before the last fault or takeover. Not checked since.')
  })

  it('of a seed is bad from the first violation on', () => {
    const seed = { ...outline, run: { kind: 'seed', seed: 1, operations: 100 } as const }
    const violation = { checker: 'blocks', sentence: 'lost', event: 1, atMs: 1 }
    expect(verdictOf(english, seed, undefined)).toMatchObject({ tone: 'good' })
    expect(verdictOf(english, { ...seed, violations: [violation] }, undefined)).toEqual({
      tone: 'bad',
      sentence: 'Checkers found violations: 1.',
    })
  })

  it('counts each lost block once, also those without an event', () => {
    const lost = (id: number, block: number) => event(id, 42_000 + id, { kind: 'host.block-lost', data: { lun: 0, block } })
    const found = recordingOf(frame(41_000, picture), lost(1, 7), lost(2, 7), lost(3, 8))
    expect(verdictOf(english, found.outline, ledger).sentence).toContain('were lost: 2.')
    const many = recordingOf(
      frame(41_000, picture),
      lost(1, 7),
      event(2, 43_000, { kind: 'host.verification-finished', data: { lost: 300 } }),
    )
    expect(verdictOf(english, many.outline, undefined).sentence).toContain('were lost: 300.')
  })

  it('is bad where an event tells of a loss that the ledger has not counted', () => {
    const lost = recordingOf(frame(41_000, picture), event(1, 42_000, { kind: 'host.block-lost', data: { lun: 0, block: 7 } }))
    expect(verdictOf(english, lost.outline, ledger)).toMatchObject({ tone: 'bad' })
  })
})
