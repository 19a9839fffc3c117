import { describe, expect, it } from 'vitest'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { LaneSpan, RunExperience } from '../../../src-main/contract/simulation'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { ExperienceBook } from '../../../src-main/player/run-experience'
import { createFakeLab } from '../../support/fake-lab'

const picture = await createFakeLab().api.snapshot()

/** A run that is made up event by event. */
class Story {
  readonly events: TraceEvent[] = []
  #id = 0

  at(timeMs: number, event: Omit<TraceEvent, 'id' | 'timeMs'>): number {
    this.events.push({ id: ++this.#id, timeMs, ...event })
    return this.#id
  }

  /** A command that is answered well. */
  answered(fromMs: number, toMs: number, lun = 0): void {
    const request = `io-1-${this.#id}`
    const cause = this.at(fromMs, { place: 'host', kind: 'host.command', to: 'portal-a', request, data: { lun } })
    this.at(toMs, { place: 'host', kind: 'host.response', request, cause, data: { status: 0, latencyMs: toMs - fromMs } })
  }

  /** Every 5 ms a command that is answered after 1 ms, from a time until before another. */
  steady(fromMs: number, untilMs: number, lun = 0): void {
    for (let atMs = fromMs; atMs < untilMs; atMs += 5) this.answered(atMs, atMs + 1, lun)
  }

  midplane(timeMs: number, kind: TraceEvent['kind'], controller: ControllerId): void {
    this.at(timeMs, { place: 'midplane', kind, to: `controller-${controller}`, data: { controller } })
  }

  opens(timeMs: number, by: ControllerId, of: ControllerId): void {
    this.at(timeMs, { place: `controller-${by}`, kind: 'portal.opened', to: `portal-${of}` })
  }

  experience(toMs: number, ...frames: readonly LabSnapshot[]): RunExperience {
    const book = new ExperienceBook(35_000)
    book.look({ ...picture, timeMs: 0 })
    const events = this.events.toSorted((one, other) => one.timeMs - other.timeMs)
    events.forEach((event, index) => book.take(event, { event: index + 1, atMs: event.timeMs }))
    for (const frame of frames) book.look(frame)
    return book.upTo({ fromMs: 0, toMs })
  }
}

function spansOf({ lanes }: RunExperience, lane: number | ControllerId): readonly LaneSpan[] {
  return lanes.find(({ of }) => (of.kind === 'lun' ? of.lun : of.controller) === lane)?.spans ?? []
}

function unanswered(experience: RunExperience, lane: number | ControllerId): readonly (readonly [number, number])[] {
  return spansOf(experience, lane).flatMap(({ fromMs, toMs, state }) => (state === 'unanswered' ? [[fromMs, toMs] as const] : []))
}

describe('what hosts and addresses experience', () => {
  it('of a kill: the LUN from the last good answer to the next, the address from the end to its opening at the other controller', () => {
    const story = new Story()
    story.steady(0, 100)
    story.midplane(100, 'midplane.controller-killed', 'a')
    const sent = story.at(98, { place: 'host', kind: 'host.command', to: 'portal-a', request: 'io-9-1', data: { lun: 0 } })
    const lost = { status: 'lost', latencyMs: 5 }
    const cause = story.at(103, { place: 'host', kind: 'host.response', request: 'io-9-1', cause: sent, data: lost })
    const retry = story.at(103, { place: 'host', kind: 'host.retry', cause })
    story.midplane(104, 'midplane.controller-exited', 'a')
    story.opens(125, 'b', 'a')
    const again = { place: 'host', kind: 'host.command', to: 'portal-b', request: 'io-8-1', cause: retry, data: { lun: 0 } } as const
    story.at(126, again)
    const last = story.events.at(-1)?.id ?? 0
    story.at(128, { place: 'host', kind: 'host.response', request: 'io-8-1', cause: last, data: { status: 0, latencyMs: 2 } })
    story.steady(130, 200)
    const experience = story.experience(200)
    expect(unanswered(experience, 0)).toEqual([[98, 128]])
    expect(unanswered(experience, 'a')).toEqual([[100, 125]])
    expect(unanswered(experience, 'b')).toEqual([])
    expect(spansOf(experience, 'a').at(-1)).toEqual({ fromMs: 125, toMs: 200, state: 'answered', by: 'b' })
    const { answers, commands } = experience
    const slowest = answers.latencyMs.indexOf(Math.max(...answers.latencyMs))
    expect([answers.atMs[slowest], answers.latencyMs[slowest], answers.outcome[slowest]]).toEqual([128, 30, 'again'])
    expect(answers.outcome.filter((outcome) => outcome === 'bad')).toHaveLength(1)
    expect(commands).toEqual({ againAtMs: [103], unansweredAtMs: [], omitted: [] })
  })

  it('of a hang: the address is silent from the hang on, though nobody closed it, until the other opens it', () => {
    const story = new Story()
    story.steady(0, 100)
    story.at(101, { place: 'host', kind: 'host.command', to: 'portal-a', request: 'io-9-1', data: { lun: 0 } })
    story.midplane(100, 'midplane.controller-hung', 'a')
    story.midplane(900, 'midplane.controller-exited', 'a')
    story.opens(930, 'b', 'a')
    story.steady(940, 1000)
    const experience = story.experience(1000)
    expect(unanswered(experience, 0)).toEqual([[101, 941]])
    expect(unanswered(experience, 'a')).toEqual([[100, 930]])
  })

  it('of a hang that ends by itself: the address answers again with the first word of the controller', () => {
    const story = new Story()
    story.midplane(100, 'midplane.controller-hung', 'a')
    story.at(99, { place: 'controller-a', kind: 'drive.write', to: 'drive-0' })
    story.at(180, { place: 'controller-a', kind: 'drive.write', to: 'drive-0' })
    expect(unanswered(story.experience(1000), 'a')).toEqual([[100, 180]])
  })

  it('of a management plug that is pulled, whatever is served there, and of an address that another device has', () => {
    const story = new Story()
    story.midplane(100, 'midplane.management-unplugged', 'b')
    story.midplane(200, 'midplane.management-plugged-in', 'b')
    story.midplane(250, 'midplane.portal-unplugged', 'b')
    const stolen = { place: 'midplane', data: { controller: 'a', address: 'management' } } as const
    story.at(300, { ...stolen, kind: 'midplane.address-stolen', to: 'management-a' })
    story.at(340, { ...stolen, kind: 'midplane.address-given-back', to: 'management-a' })
    const experience = story.experience(1000)
    expect(unanswered(experience, 'b')).toEqual([[100, 200]])
    expect(unanswered(experience, 'a')).toEqual([[300, 340]])
  })

  it('of an address that is given back: from its closing at one controller to its opening at the other', () => {
    const story = new Story()
    story.at(50, { place: 'controller-a', kind: 'portal.closed', to: 'portal-a' })
    story.opens(80, 'b', 'a')
    expect(unanswered(story.experience(200), 'a')).toEqual([[50, 80]])
  })

  it('of a takeover: what its host has measured around it, though no command in it was traced', () => {
    const story = new Story()
    story.steady(0, 1000)
    const hostOutage = { lun: 0, startedAtMs: 300, durationMs: 40, isOver: true }
    const frame = { ...picture, timeMs: 1000, takeovers: [{ hostOutage }] } as unknown as LabSnapshot
    expect(unanswered(story.experience(1000, frame), 0)).toEqual([[300, 340]])
  })

  it('of a cut: service goes on at both until the fence, and for the survivor also after it', () => {
    const story = new Story()
    story.steady(0, 770)
    story.steady(0, 1000, 1)
    story.at(100, { place: 'midplane', kind: 'midplane.interconnect-cut', to: 'interconnect' })
    story.at(769, { place: 'host', kind: 'host.command', to: 'portal-a', request: 'io-9-1', data: { lun: 0 } })
    story.midplane(770, 'midplane.controller-exited', 'a')
    story.opens(800, 'b', 'a')
    story.steady(805, 1000)
    const experience = story.experience(1000)
    expect(unanswered(experience, 0)).toEqual([[769, 806]])
    expect(unanswered(experience, 1)).toEqual([])
    expect(unanswered(experience, 'a')).toEqual([[770, 800]])
    expect(spansOf(experience, 'a')[0]).toEqual({ fromMs: 0, toMs: 770, state: 'answered', by: 'a' })
  })

  it('of both down: everything until one is back; the sum is the gap that the host knows', () => {
    const story = new Story()
    story.steady(0, 100)
    story.midplane(100, 'midplane.controller-killed', 'a')
    story.midplane(100, 'midplane.controller-killed', 'b')
    story.opens(5200, 'a', 'a')
    story.opens(5200, 'a', 'b')
    story.steady(5210, 5300)
    // Commands were held for want of a path, so none of them was traced.
    const longest = { lun: 0, startedAtMs: 101, durationMs: 5110, isOver: true }
    const lun = { lun: 0, measured: true, unansweredMs: 0, longest }
    const { host } = picture
    const frame = {
      ...picture,
      timeMs: 5300,
      host: host && { ...host, outages: { since: { atMs: 0, reason: 'fault' }, luns: [lun] } },
    } as const
    const experience = story.experience(5300, frame as LabSnapshot)
    expect(unanswered(experience, 0)).toEqual([[101, 5211]])
    for (const address of ['a', 'b'] as const) expect(unanswered(experience, address)).toEqual([[100, 5200]])
    const answeredMs = spansOf(experience, 0).reduce((sum, { fromMs, toMs, state }) => sum + (state === 'answered' ? toMs - fromMs : 0), 0)
    expect(answeredMs).toBe(101 + (5296 - 5211))
  })

  it('leaves out waits that are usual, and says from which length on they count', () => {
    const story = new Story()
    story.answered(0, 9.9)
    story.answered(20, 30)
    const experience = story.experience(100)
    expect(unanswered(experience, 0)).toEqual([[20, 30]])
    expect(experience.lanes[0]?.leastMs).toBe(10)
  })

  it.each([
    ['30 ms', 30, 90],
    ['half a second', 500, 200],
  ])('takes for usual what most waits of a run are like, here %s, but never one of 200 ms', (_, usualMs, leastMs) => {
    const story = new Story()
    for (let index = 0; index < 100; index++) story.answered(index * 1000, index * 1000 + usualMs)
    story.answered(200_000, 200_150)
    story.answered(300_000, 300_250)
    const experience = story.experience(400_000)
    expect(experience.lanes[0]?.leastMs).toBe(leastMs)
    expect(unanswered(experience, 0).filter(([fromMs]) => fromMs >= 200_000)).toEqual(
      usualMs === 30
        ? [
            [200_000, 200_150],
            [300_000, 300_250],
          ]
        : [[300_000, 300_250]],
    )
  })

  it('says nothing of a LUN that nobody asked', () => {
    const story = new Story()
    story.steady(0, 100)
    story.steady(5000, 5100)
    expect(spansOf(story.experience(6000), 0).map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 96],
      [5000, 5096],
    ])
  })

  it('counts a command that is given up until then, and those of others that were not traced', () => {
    const story = new Story()
    story.steady(0, 50)
    const cause = story.at(50, { place: 'host', kind: 'host.command', to: 'portal-a', request: 'io-9-1', data: { lun: 0 } })
    story.at(80, { place: 'host', kind: 'host.response', request: 'io-9-1', cause, data: { status: 'no-path', latencyMs: 30 } })
    story.at(90, { place: 'host', kind: 'trace.omitted', data: { commands: 12 } })
    story.at(90, { place: 'controller-a', kind: 'trace.omitted', data: { commands: 5 } })
    story.steady(2000, 2100)
    const experience = story.experience(2100)
    expect(unanswered(experience, 0)).toEqual([[50, 80]])
    expect(experience.commands).toEqual({ againAtMs: [], unansweredAtMs: [50], omitted: [{ atMs: 90, commands: 12 }] })
  })

  it('goes on to the end where nobody answers any more', () => {
    const story = new Story()
    story.steady(0, 50)
    story.at(60, { place: 'host', kind: 'host.command', to: 'portal-a', request: 'io-9-1', data: { lun: 0 } })
    const experience = story.experience(700)
    expect(unanswered(experience, 0)).toEqual([[60, 700]])
    expect(experience.commands.unansweredAtMs).toEqual([60])
  })

  it('takes a picture that is damaged for one without measurements', () => {
    const longest = { lun: 'zero', startedAtMs: Number.NaN, durationMs: 5 }
    const frame = { ...picture, timeMs: 5, host: { outages: { luns: [null, 7, { longest }] } }, takeovers: [{ hostOutage: 'long' }] }
    const experience = new Story().experience(100, frame as unknown as LabSnapshot)
    expect(experience.lanes.filter(({ of }) => of.kind === 'lun')).toEqual([])
  })

  it('stays fluent and bounded with 100,000 commands that all wait', () => {
    const story = new Story()
    for (let index = 0; index < 100_000; index++) story.answered(index * 20, index * 20 + 12, index % 4)
    const { answers, lanes } = story.experience(2_000_000)
    expect(answers.atMs).toHaveLength(100_000)
    for (const { spans } of lanes) expect(spans.length).toBeLessThanOrEqual(10_000)
  })

  it('notes what was done that is no failure', () => {
    const story = new Story()
    story.midplane(5, 'midplane.controller-started', 'a')
    story.at(9, { place: 'host', kind: 'host.workload-started' })
    story.at(12, { place: 'controller-b', kind: 'giveback.started', data: { to: 'a' } })
    story.at(15, { place: 'controller-b', kind: 'giveback.completed', data: { to: 'a' } })
    expect(story.experience(20).acts).toEqual([
      { name: 'controller-start', place: 'controller-a', event: 1, atMs: 5 },
      { name: 'workload-start', place: 'host', event: 2, atMs: 9 },
      { name: 'giveback', place: 'controller-b', event: 3, atMs: 12 },
      { name: 'given-back', place: 'controller-b', event: 4, atMs: 15 },
    ])
  })
})
