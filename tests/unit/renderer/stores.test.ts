import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { arrayCondition, awayVolumes, controllerCondition, drivesThatAre, portalsServedBy } from '../../../src-renderer/model/condition'
import { newsBetween, newsHolds, type News } from '../../../src-renderer/model/news'
import { decodeSettings } from '../../../src-renderer/stores/settings'
import { storyOf } from '../../../src-renderer/model/story'
import { createFakeLab, type FakeLab } from '../../support/fake-lab'
import { createStoryteller, ioSteps } from '../../support/fake-lab-story'

async function seen(lab: FakeLab): Promise<LabSnapshot> {
  return lab.api.snapshot()
}

describe('what the pair is shown as', () => {
  it('is redundant while both serve', async () => {
    const lab = createFakeLab()
    expect(arrayCondition(await seen(lab))).toBe('redundant')
  })

  it('goes through takeover, single and giveback back to redundant', async () => {
    const lab = createFakeLab()
    const conditions: string[] = []
    const note = async () => {
      const condition = arrayCondition(await seen(lab))
      if (conditions.at(-1) !== condition) conditions.push(condition)
    }
    await lab.api.command('kill', { controller: 'a' })
    for (let n = 0; n < 20; n++, lab.advance(50)) await note()
    await lab.api.command('restart', { controller: 'a' })
    for (let n = 0; n < 60; n++, lab.advance(50)) await note()
    expect(conditions).toEqual(['unserved', 'taking-over', 'single', 'giving-back', 'redundant'])
  })

  it('is degraded while a drive is out, until that is rebuilt', async () => {
    const snapshot = await seen(createFakeLab())
    const withDrives = (...states: readonly ('failed' | 'rebuilding')[]): LabSnapshot => ({
      ...snapshot,
      drives: snapshot.drives.map((drive, index) => ({ ...drive, state: states[index] ?? 'online' })),
    })
    expect(arrayCondition(withDrives('rebuilding'))).toBe('rebuilding')
    const both = withDrives('rebuilding', 'failed', 'failed')
    expect(arrayCondition(both)).toBe('degraded')
    expect([drivesThatAre('failed', both), drivesThatAre('rebuilding', both)]).toEqual([[1, 2], [0]])
    const { a } = snapshot.controllers
    expect(arrayCondition({ ...both, controllers: { ...snapshot.controllers, a: { ...a, state: 'down' } } })).toBe('unserved')
  })

  it('says of a hung controller that it is hung, and of its address that nobody serves it', async () => {
    const lab = createFakeLab()
    await lab.api.command('hang', { controller: 'b' })
    const snapshot = await seen(lab)
    expect(controllerCondition(snapshot, 'b')).toBe('hung')
    expect(portalsServedBy(snapshot, 'a')).toEqual(['a'])
  })

  it('says of a controller that was never started that it starts, not that it is down', async () => {
    const lab = createFakeLab()
    for (const controller of ['a', 'b'] as const) await lab.api.command('kill', { controller })
    const snapshot = await seen(lab)
    expect(controllerCondition(snapshot, 'a')).toBe('down')
    const { a, b } = snapshot.controllers
    const before = { ...snapshot, controllers: { a: { ...a, incarnation: 0 }, b: { ...b, incarnation: 0 } } }
    expect(controllerCondition(before, 'a')).toBe('starting')
    expect(arrayCondition(before)).toBe('starting')
  })

  it('knows which volumes are away from home and who serves both portals', async () => {
    const lab = createFakeLab()
    await lab.api.command('kill', { controller: 'a' })
    lab.advance(2000)
    const snapshot = await seen(lab)
    expect(awayVolumes(snapshot)).toEqual([0])
    expect(portalsServedBy(snapshot, 'b')).toEqual(['a', 'b'])
  })

  it('is short of room while data of some volume waits for it', async () => {
    const snapshot = await seen(createFakeLab())
    const { a } = snapshot.controllers
    const nvram = { ...a.nvram!, volumesShortOfRoom: [0] }
    expect(arrayCondition({ ...snapshot, controllers: { ...snapshot.controllers, a: { ...a, nvram } } })).toBe('short-of-room')
  })

  it('is nobody when both are down, and cut when only the link is', async () => {
    const cut = createFakeLab()
    await cut.api.command('cut-interconnect', {})
    expect(arrayCondition(await seen(cut))).toBe('interconnect-cut')
    const none = createFakeLab()
    for (const controller of ['a', 'b'] as const) await none.api.command('kill', { controller })
    expect(arrayCondition(await seen(none))).toBe('none')
  })
})

describe('news', () => {
  async function told(lab: FakeLab, ms: number): Promise<News['kind'][]> {
    const kinds: News['kind'][] = []
    for (let left = ms, before = await seen(lab); left > 0; left -= 50) {
      lab.advance(50)
      const now = await seen(lab)
      kinds.push(...newsBetween(before, now).map((news) => news.kind))
      before = now
    }
    return kinds
  }

  it('tell of a takeover once, and of the giveback once', async () => {
    const lab = createFakeLab()
    expect(await told(lab, 500)).toEqual([])
    await lab.api.command('kill', { controller: 'a' })
    expect(await told(lab, 2000)).toEqual(['takeover'])
    await lab.api.command('restart', { controller: 'a' })
    expect(await told(lab, 4000)).toEqual(['giveback'])
  })

  it('tell of an uncaught error with its message, and of a death that nobody covers', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    lab.crash('b', 'InvariantError: no')
    expect(newsBetween(before, await seen(lab))).toContainEqual({ kind: 'failed', id: 'b', message: 'InvariantError: no' })
    const earlier = await seen(lab)
    await lab.api.command('kill', { controller: 'a' })
    expect(newsBetween(earlier, await seen(lab))).toEqual([{ kind: 'down', id: 'a' }])
  })

  it('hold until something else happens to those that they name', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    await lab.api.command('kill', { controller: 'a' })
    lab.advance(2000)
    const takenOver = await seen(lab)
    const [takeover] = newsBetween(before, takenOver)
    expect(takeover).toMatchObject({ kind: 'takeover' })
    const holds = async (news: News | undefined): Promise<boolean> => news !== undefined && newsHolds(news, await seen(lab))
    expect(await holds(takeover)).toBe(true)
    await lab.api.command('restart', { controller: 'a' })
    lab.advance(4000)
    const [giveback] = newsBetween(takenOver, await seen(lab))
    expect(giveback).toMatchObject({ kind: 'giveback' })
    expect([await holds(takeover), await holds(giveback)]).toEqual([true, true])
    await lab.api.command('hang', { controller: 'b' })
    expect([await holds(takeover), await holds(giveback)]).toEqual([false, false])
  })

  it('of a drive that was pulled say so, and hold until it is rebuilt', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    await lab.api.command('pull-drive', { drive: 2 })
    lab.failDrive(2)
    const pulled = await seen(lab)
    const [news] = newsBetween(before, pulled)
    expect(news).toEqual({ kind: 'drive-pulled', index: 2 })
    expect(news && newsHolds(news, pulled)).toBe(true)
    await lab.api.requestService('a', { id: 'first', name: 'rebuild-drive', params: { drive: 2 } })
    expect(news && newsHolds(news, await seen(lab))).toBe(false)
  })

  it('tell of a drive that fails, and how its rebuild went', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    lab.failDrive(2)
    expect(newsBetween(before, await seen(lab))).toEqual([{ kind: 'drive-failed', index: 2 }])
    await lab.api.requestService('a', { id: 'first', name: 'rebuild-drive', params: { drive: 2 } })
    const begun = await seen(lab)
    lab.endRebuild(2, 'It did not answer.')
    const ended = await seen(lab)
    expect(newsBetween(begun, ended)).toEqual([{ kind: 'rebuild-ended', index: 2, message: 'It did not answer.' }])
    await lab.api.requestService('b', { id: 'second', name: 'rebuild-drive', params: { drive: 2 } })
    expect(newsBetween(ended, await seen(lab))).toEqual([])
    expect(await told(lab, 60_000)).toEqual(['drive-rebuilt'])
  })

  it('tell of the rebuild of a drive in use that it has begun, not that the drive has failed', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    lab.failDrive(3)
    await lab.api.requestService('a', { id: 'forced', name: 'rebuild-drive', params: { drive: 3 } })
    expect(newsBetween(before, await seen(lab))).toEqual([{ kind: 'rebuild-begun', index: 3 }])
  })

  it('tell of lost blocks', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    lab.lose(1)
    expect(newsBetween(before, await seen(lab))).toEqual([{ kind: 'lost' }])
  })

  it('say nothing when another lab answers', async () => {
    const lab = createFakeLab()
    const before = await seen(lab)
    await lab.api.command('kill', { controller: 'a' })
    const now = await seen(lab)
    expect(newsBetween(before, { ...now, lab: { ...now.lab, id: 'another' } })).toEqual([])
  })
})

describe('remembered settings', () => {
  it.each([null, '', 'not json', '[]', '"text"', '{"panel":"no such panel","theme":7,"dockShare":1e9}'])(
    'are the usual ones where %j is remembered',
    (text) => {
      expect(decodeSettings(text)).toEqual(decodeSettings('{}'))
    },
  )

  it('keep what is understood beside what is not', () => {
    expect(decodeSettings('{"panel":"events","theme":"sepia"}')).toMatchObject({ panel: 'events', theme: 'dark' })
  })
})

describe('the story of a request', () => {
  it('is every step that led to an event or came of it, in order, and nothing else', () => {
    const tell = createStoryteller()
    const mine = tell(
      10,
      ioSteps({ operation: 'write', portal: 'a', servedBy: 'a', owner: 'b', lun: 1, block: 0, drives: [4, 5] }),
      'io-a-1',
    ).map(({ request, ...event }) =>
      event.kind.startsWith('drive.') ? event : { ...event, ...(request === undefined ? {} : { request }) },
    )
    const other = tell(10, ioSteps({ operation: 'read', portal: 'b', servedBy: 'b', owner: 'b', lun: 1, block: 8, drives: [4] }), 'io-b-1')
    const drive = mine.find((event) => event.kind === 'drive.write')
    if (drive === undefined) throw new Error('no drive event')
    const story = storyOf(drive, [...mine, ...other])
    expect(story.map((step) => step.event.id)).toEqual(mine.map((event) => event.id))
    expect(story[0]?.depth).toBe(0)
    expect(story.find((step) => step.event === drive)?.depth).toBe(3)
  })

  it('is not that of an earlier or a later one of the same name, as after a new login', () => {
    const event = (id: number, kind: TraceEvent['kind'], part: Partial<TraceEvent>): TraceEvent => ({
      id,
      timeMs: id,
      place: 'host',
      kind,
      ...part,
    })
    const request = 'io-1-1'
    const events = [
      event(1, 'host.command', { request }),
      event(2, 'portal.command', { request, place: 'portal-a', cause: 1 }),
      event(3, 'host.response', { request, cause: 1 }),
      // Another command, whose first try was on the other path.
      event(9, 'host.command', { request: 'io-2-7' }),
      event(10, 'host.retry', { cause: 9 }),
      event(11, 'host.command', { request, cause: 10 }),
      event(12, 'portal.command', { request, place: 'portal-a', cause: 11 }),
      event(13, 'host.response', { request, cause: 11 }),
    ]
    const idsOf = (id: number) =>
      storyOf(
        present(
          events.find((one) => one.id === id),
          'an event',
        ),
        events,
      ).map((step) => step.event.id)
    for (const id of [1, 2, 3]) expect(idsOf(id)).toEqual([1, 2, 3])
    for (const id of [12, 13]) expect(idsOf(id)).toEqual([9, 10, 11, 12, 13])
  })

  it('is one of all tries where a host names them alike', () => {
    const request = 'io-1'
    const events: readonly TraceEvent[] = [
      { id: 1, timeMs: 1, place: 'host', kind: 'host.command', request },
      { id: 2, timeMs: 2, place: 'portal-a', kind: 'portal.response', request, cause: 1 },
      { id: 3, timeMs: 3, place: 'host', kind: 'host.retry', request, cause: 2 },
      { id: 4, timeMs: 4, place: 'host', kind: 'host.command', request, cause: 3 },
      { id: 5, timeMs: 5, place: 'host', kind: 'host.response', request },
    ]
    for (const event of events) expect(storyOf(event, events)).toHaveLength(5)
  })
})
