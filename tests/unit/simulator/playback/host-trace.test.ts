import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import type { TraceEvent } from '../../../../src-main/contract/trace'
import { Scene } from '../../../../src-main/simulator/playback/scene'
import { seedStage } from '../../../../src-main/simulator/playback/seed-stage'
import { runWorld, WorldRun } from '../../../../src-main/simulator/run/run-world'

const OPERATIONS = 300
/** Not far behind it a command is refused and sent again, as the worlds are now: only to save time. */
const NEAR_REFUSALS = 20

/** The first of which this is so. */
function seedOf(wanted: (swarm: WorldRun['swarm']) => boolean): number {
  for (let seed = 1; ; seed++) if (wanted(new WorldRun({ seed, operations: OPERATIONS }).swarm)) return seed
}

const goesByBoth = ({ otherPathShare }: WorldRun['swarm']['hosts'][number]): boolean => otherPathShare === 1
const OF_BOTH_PATHS = seedOf(
  ({ hosts, hasLedgerHost, smallArray }) =>
    !hasLedgerHost && smallArray === undefined && hosts.every((host) => goesByBoth(host) && host.longestBlocks <= 32),
)
const WITH_LEDGER_HOST = seedOf(({ hosts, hasLedgerHost }) => hasLedgerHost && hosts.some(goesByBoth))

/** The whole run, looked on at from its first event to its last. */
function watched(seed: number): { readonly hash: string; readonly events: readonly TraceEvent[] } {
  const scene = new Scene(seedStage({ seed, operations: OPERATIONS }))
  const events: TraceEvent[] = []
  scene.follow((event) => events.push(event))
  while (scene.step());
  return { hash: scene.hash, events }
}

/** All that came of an event, itself first. */
function consequencesOf(first: TraceEvent, events: readonly TraceEvent[]): readonly TraceEvent[] {
  const ids = new Set([first.id])
  const found = [first]
  for (const event of events) {
    if (event.cause === undefined || !ids.has(event.cause)) continue
    ids.add(event.id)
    found.push(event)
  }
  return found
}

const hopOf = ({ place, kind, to }: TraceEvent): string => `${place} ${kind}${to === undefined ? '' : ` ${to}`}`

describe('commands of simulated hosts', () => {
  it.each([OF_BOTH_PATHS, WITH_LEDGER_HOST])('leave the run of seed %i as it is, however much is told of them', (seed) => {
    const { hash, events } = watched(seed)
    const told = new Set(events.map(({ kind }) => kind))
    for (const kind of ['host.command', 'io.forwarded', 'nvram.mirrored', 'nvram.destaged', 'drive.write', 'drive.read'] as const)
      expect(told, `seed ${seed}`).toContain(kind)
    expect(hash, `seed ${seed}`).toBe(runWorld({ seed, operations: OPERATIONS }).hash)
  })

  it("are told of where they are those of the lab's own host, too, which go by iSCSI", () => {
    const { events } = watched(WITH_LEDGER_HOST)
    const answered = events.filter(
      ({ kind, request, data }) => kind === 'host.response' && data?.['status'] === 0 && request?.startsWith('io-1-') === true,
    )
    expect(answered.length).toBeGreaterThan(10)
    const kinds = events.filter(({ request }) => request === answered[0]?.request).map(({ kind }) => kind)
    expect(kinds.slice(0, 2)).toEqual(['host.command', 'portal.command'])
    expect(kinds).toContain('portal.response')
  })

  it('are told of on their whole way, of which a forwarded write goes the longest', () => {
    const { events } = watched(OF_BOTH_PATHS)
    const stories = events
      .filter(({ kind, data }) => kind === 'host.command' && data?.['operation'] === 'write')
      .map((command) => consequencesOf(command, events))
    const story = present(
      stories.find((each) => {
        const at = (kind: string): number => each.findIndex((event) => event.kind === kind)
        const isDestagedLast = at('host.response') > 0 && at('nvram.destaged') > at('host.response')
        return at('io.forwarded') > 0 && at('nvram.mirrored') > 0 && isDestagedLast && at('host.retry') === -1
      }),
      'a write that was forwarded, mirrored, answered at the first try and then destaged',
    )
    const [, portal = ''] = /^host host\.command (portal-[ab])$/.exec(hopOf(present(story[0], 'command'))) ?? []
    const [, receiver = ''] = /^portal-[ab] portal\.command (controller-[ab])$/.exec(hopOf(present(story[1], 'arrival'))) ?? []
    const owner = receiver === 'controller-a' ? 'controller-b' : 'controller-a'
    const withoutDrives = story.filter(({ kind }) => !kind.startsWith('drive.')).map(hopOf)
    expect(withoutDrives).toEqual([
      `host host.command ${portal}`,
      `${portal} portal.command ${receiver}`,
      `${receiver} io.forwarded ${owner}`,
      `${owner} nvram.mirrored ${receiver}`,
      `${owner} io.returned ${receiver}`,
      `${portal} portal.response host`,
      'host host.response',
      `${owner} nvram.destaged`,
    ])
    const destaged = present(
      story.find(({ kind }) => kind === 'nvram.destaged'),
      'destage',
    )
    const onDrives = story.filter(({ kind }) => kind.startsWith('drive.'))
    expect(onDrives.every(({ cause, place }) => cause === destaged.id && place === owner)).toBe(true)
    expect(onDrives.filter(({ kind }) => kind === 'drive.write').length).toBeGreaterThanOrEqual(2)
    expect(onDrives.every(({ to }) => /^drive-\d$/.test(to ?? ''))).toBe(true)
    const times = story.map(({ timeMs }) => timeMs)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(new Set(story.filter(({ request }) => request !== undefined).map(({ request }) => request)).size).toBe(1)
  })

  it('say with which status a try failed, and go on from there', { timeout: 60_000 }, () => {
    const isRefusal = ({ kind, data }: TraceEvent): boolean => kind === 'portal.response' && data?.['status'] !== 0
    const retriesOf = (events: readonly TraceEvent[]): readonly TraceEvent[] => events.filter(({ kind }) => kind === 'host.retry')
    const afterRefusals = (events: readonly TraceEvent[]): readonly TraceEvent[] => {
      const refused = new Set(events.filter(isRefusal).map(({ id }) => id))
      return retriesOf(events).filter(({ cause }) => cause !== undefined && refused.has(cause))
    }
    let events = watched(NEAR_REFUSALS).events
    for (let seed = NEAR_REFUSALS + 1; afterRefusals(events).length === 0; seed++) events = watched(seed).events
    const known = new Set(events.map(({ id }) => id))
    for (const { cause } of retriesOf(events)) expect(cause !== undefined && known.has(cause)).toBe(true)
    const retry = present(afterRefusals(events)[0], 'retry')
    expect(events.filter(({ cause }) => cause === retry.id)).toMatchObject([{ kind: 'host.command', request: retry.request }])
  })
})
