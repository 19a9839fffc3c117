import { describe, expect, it } from 'vitest'
import { createFlights } from '../../../src-renderer/components/topology/flights'
import { createStoryteller, ioSteps, serviceSteps } from '../../support/fake-lab-story'

const LATE_MS = 100_000

/** Every flight of these events, in order of their start, however long they take. */
function allFlights(flights: ReturnType<typeof createFlights>, fromMs: number) {
  const seen = new Set<object>()
  for (let nowMs = fromMs; nowMs < fromMs + 10_000; nowMs += 50) for (const flight of flights.at(nowMs)) seen.add(flight)
  return [...seen] as ReturnType<ReturnType<typeof createFlights>['at']>[number][]
}

describe('moving requests', () => {
  it('starts each hop where and when its cause arrived', () => {
    const flights = createFlights()
    const steps = ioSteps({ operation: 'write', portal: 'a', servedBy: 'a', owner: 'b', lun: 1, block: 0, drives: [4, 5] })
    flights.add(createStoryteller()(0, steps, 'io-a-1'), LATE_MS)
    const hops = allFlights(flights, LATE_MS)
    expect(hops.map((hop) => `${hop.from}>${hop.to}`)).toEqual([
      'host>portal-a',
      'portal-a>controller-a',
      'controller-a>controller-b',
      'controller-b>drive-4',
      'controller-b>drive-5',
      'controller-b>controller-a',
      'portal-a>host',
    ])
    const [first, second, across, drive4, drive5] = hops
    expect(second?.startMs).toBe((first?.startMs ?? 0) + (first?.durationMs ?? 0))
    expect(drive4?.startMs).toBe((across?.startMs ?? 0) + (across?.durationMs ?? 0))
    expect(drive5?.startMs).toBe(drive4?.startMs)
  })

  it('lets an answer go back when all that was done for its command has been drawn, whose cause it names', () => {
    const flights = createFlights()
    const request = 'io-1-1'
    flights.add(
      [
        { id: 1, timeMs: 0, place: 'host', kind: 'host.command', to: 'portal-b', request, data: { operation: 'write' } },
        { id: 2, timeMs: 1, place: 'portal-b', kind: 'portal.command', to: 'controller-b', request, cause: 1 },
        { id: 3, timeMs: 2, place: 'controller-b', kind: 'io.forwarded', to: 'controller-a', request, cause: 2 },
        { id: 4, timeMs: 3, place: 'controller-a', kind: 'nvram.mirrored', to: 'controller-b', request, cause: 3 },
        { id: 5, timeMs: 4, place: 'controller-a', kind: 'io.returned', to: 'controller-b', request, cause: 3 },
        { id: 6, timeMs: 5, place: 'portal-b', kind: 'portal.response', to: 'host', request, cause: 2 },
      ],
      LATE_MS,
    )
    const hops = allFlights(flights, LATE_MS)
    expect(hops.map((hop) => hop.shape)).toEqual(['write', 'write', 'forwarded', 'mirrored', 'forwarded', 'answer'])
    for (const [index, hop] of hops.slice(1).entries())
      expect(hop.startMs).toBe((hops[index]?.startMs ?? 0) + (hops[index]?.durationMs ?? 0))
  })

  it('tells kinds apart by shape and keeps the hue of the port the request came in by', () => {
    const flights = createFlights()
    const tell = createStoryteller()
    const drives = ioSteps({ operation: 'write', portal: 'b', servedBy: 'a', owner: 'a', lun: 0, block: 0, drives: [0] })
    // Below the portals an event does not name its request: its cause does.
    const events = tell(0, drives, 'io-b-1').map(({ request, ...event }) =>
      event.kind.startsWith('drive.') ? event : { ...event, ...(request === undefined ? {} : { request }) },
    )
    flights.add([...events, ...tell(0, serviceSteps({ to: 'a', receivedBy: 'a', servedBy: 'b', name: 'x' }), 'sr-1')], LATE_MS)
    const hops = allFlights(flights, LATE_MS)
    expect(hops.find((hop) => hop.to === 'drive-0')).toMatchObject({ shape: 'write', hue: 'b' })
    expect(hops.find((hop) => hop.to === 'management-a')).toMatchObject({ shape: 'service', hue: 'a' })
    expect(hops.find((hop) => hop.from === 'controller-a' && hop.to === 'controller-b')).toMatchObject({ shape: 'forwarded', hue: 'a' })
  })

  it('gives the mirror and service ownership shapes of their own', () => {
    const flights = createFlights()
    const tell = createStoryteller()
    const write = tell(0, ioSteps({ operation: 'write', portal: 'a', servedBy: 'a', owner: 'a', lun: 0, block: 0, drives: [] }), 'io-a-1')
    const cause = write.find((event) => event.place === 'portal-a')?.id ?? 0
    const between = { timeMs: 1, place: 'controller-a', to: 'controller-b' } as const
    flights.add(
      [
        ...write,
        { ...between, id: 9001, kind: 'nvram.mirrored', cause },
        { ...between, id: 9002, kind: 'nvram.mirrored' },
        { ...between, id: 9003, kind: 'arbiter.asked', request: 'sr-1' },
      ],
      LATE_MS,
    )
    const across = allFlights(flights, LATE_MS).filter((hop) => hop.from === 'controller-a' && hop.to === 'controller-b')
    expect(across.map(({ shape, hue }) => [shape, hue])).toEqual(
      expect.arrayContaining([
        ['mirrored', 'a'],
        ['ownership', undefined],
      ]),
    )
    expect(across).toHaveLength(2)
  })

  it('labels what is said about service ownership, and leaves time to read it', () => {
    const flights = createFlights()
    const kinds = ['arbiter.asked', 'owner.relinquish-asked', 'owner.relinquished', 'arbiter.granted'] as const
    const events = kinds.map((kind, index) => {
      const place = index % 2 === 0 ? ('controller-b' as const) : ('controller-a' as const)
      const to = index % 2 === 0 ? ('controller-a' as const) : ('controller-b' as const)
      return { id: 9100 + index, timeMs: index, kind, place, to, request: 'sr-1', ...(index === 0 ? {} : { cause: 9099 + index }) }
    })
    flights.add(events, LATE_MS)
    const hops = allFlights(flights, LATE_MS)
    expect(hops.map((hop) => hop.word)).toEqual(['request', 'relinquish', 'acknowledge', 'grant'])
    for (const [index, hop] of hops.slice(1).entries()) {
      expect(hop.durationMs).toBeGreaterThan(600)
      expect(hop.startMs).toBe((hops[index]?.startMs ?? 0) + (hops[index]?.durationMs ?? 0))
    }
  })

  it('shows also what arbiter and owner say to each other in one controller', () => {
    const flights = createFlights()
    flights.add([{ id: 9200, timeMs: 0, kind: 'owner.relinquish-asked', place: 'controller-a', request: 'sr-1' }], LATE_MS)
    expect(allFlights(flights, LATE_MS)).toMatchObject([{ from: 'controller-a', to: 'controller-a', word: 'relinquish' }])
  })

  it('draws some of many I/O requests, those from beginning to end, and counts all', () => {
    const flights = createFlights()
    const tell = createStoryteller()
    for (let n = 0; n < 500; n++)
      flights.add(
        tell(n, ioSteps({ operation: 'read', portal: 'a', servedBy: 'a', owner: 'a', lun: 0, block: n, drives: [0] }), `io-a-${n}`),
        LATE_MS,
      )
    const { seen, shown } = flights.counts()
    expect(seen).toBe(500)
    expect(shown).toBeLessThan(20)
    expect(allFlights(flights, LATE_MS)).toHaveLength(shown * 4)
  })

  it('does not draw what drives do for themselves, nor a request whose beginning it missed', () => {
    const flights = createFlights()
    const events = createStoryteller()(
      0,
      ioSteps({ operation: 'read', portal: 'a', servedBy: 'a', owner: 'a', lun: 0, block: 0, drives: [0] }),
      'io-a-1',
    )
    flights.add(events.slice(2), LATE_MS)
    flights.add([{ id: 999, timeMs: 0, place: 'controller-a', kind: 'drive.write', to: 'drive-1' }], LATE_MS)
    expect(allFlights(flights, LATE_MS)).toEqual([])
  })

  it('draws what comes of what it was told of before, and every request where all can be followed', () => {
    const flights = createFlights()
    const tell = createStoryteller()
    const begun = tell(0, ioSteps({ operation: 'read', portal: 'a', servedBy: 'a', owner: 'a', lun: 0, block: 0, drives: [0] }), 'io-a-1')
    flights.learn(begun.slice(0, 2))
    flights.add(begun.slice(2, 3), LATE_MS, true)
    expect(allFlights(flights, LATE_MS).map((hop) => `${hop.from}>${hop.to}`)).toEqual(['controller-a>drive-0'])

    flights.clear()
    for (let n = 0; n < 60; n++)
      flights.add(
        tell(n, ioSteps({ operation: 'read', portal: 'b', servedBy: 'b', owner: 'b', lun: 1, block: n, drives: [4] }), `io-b-${n}`).slice(
          0,
          1,
        ),
        LATE_MS,
        true,
      )
    expect(allFlights(flights, LATE_MS)).toHaveLength(60)
  })

  it('lets a command of a host that is not traced begin at the host', () => {
    const flights = createFlights()
    const [, atPortal] = createStoryteller()(
      0,
      ioSteps({ operation: 'write', portal: 'b', servedBy: 'b', owner: 'b', lun: 1, block: 0, drives: [4] }),
      'io-b-1',
    )
    if (atPortal === undefined) throw new Error('no event at the portal')
    const { cause: _cause, ...first } = atPortal
    flights.add([first], LATE_MS)
    const hops = allFlights(flights, LATE_MS)
    expect(hops.map((hop) => `${hop.from}>${hop.to}`)).toEqual(['host>portal-b', 'portal-b>controller-b'])
    expect(flights.restMs(LATE_MS)).toBeLessThan(LATE_MS + 10_000)
    expect(hops[1]?.startMs).toBe((hops[0]?.startMs ?? 0) + (hops[0]?.durationMs ?? 0))
  })
})
