import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failure, ok } from '../../../src-main/base/result'
import { LAB_COMMANDS } from '../../../src-main/contract/lab-api'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { Surprise } from '../../../src-main/lab/surprise'
import { drawSurprise, type DrawnFault } from '../../../src-main/lab/surprise-draw'
import { withoutFault } from '../../../src-main/lab/surprise-mask'
import * as v from 'valibot'
import { createFakeLab } from '../../support/fake-lab'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const DRIVES = 6
const LONGEST_MS = 8000

function bench(refuses: (fault: DrawnFault) => boolean = () => false) {
  const struck: DrawnFault[] = []
  const events: string[] = []
  const surprise = new Surprise({
    driveCount: DRIVES,
    run(command, parameters) {
      if (refuses({ command, parameters })) return failure({ code: 'not-possible-now', message: 'no' })
      struck.push({ command, parameters })
      return ok(null)
    },
    trace: { record: ({ kind, data }: { kind: string; data?: object }) => events.push(`${kind} ${JSON.stringify(data)}`) } as never,
    nowMs: () => performance.now(),
    changed: () => undefined,
  })
  return { surprise, struck, events }
}

describe('a drawn surprise', () => {
  it('is the same for the same seed, and a command that the lab takes, whatever the seed', () => {
    expect(drawSurprise(77, DRIVES)).toEqual(drawSurprise(77, DRIVES))
    const kinds = new Set<string>()
    for (let seed = 0; seed < 400; seed++) {
      const { delayMs, faults } = drawSurprise(seed, DRIVES)
      expect(delayMs).toBeGreaterThanOrEqual(2000)
      expect(delayMs).toBeLessThan(LONGEST_MS)
      for (const { command, parameters } of faults) {
        expect(v.is(LAB_COMMANDS[command], parameters)).toBe(true)
        kinds.add(command)
      }
    }
    expect(kinds.size).toBe(12)
  })

  it('strikes after its time, once, and says what it was when it is revealed and not before', () => {
    const { surprise, struck, events } = bench()
    const { delayMs, faults } = drawSurprise(5, DRIVES)
    expect(surprise.report).toBeUndefined()
    expect(surprise.arm(5).ok).toBe(true)
    expect(surprise.arm(6)).toMatchObject({ ok: false })
    expect(surprise.reveal()).toMatchObject({ ok: false, error: { message: expect.stringMatching(/not struck yet/) as string } })
    vi.advanceTimersByTime(delayMs - 1)
    expect(struck).toEqual([])
    expect(surprise.report).toEqual({ seed: 5, state: 'armed' })
    vi.advanceTimersByTime(1)
    expect(struck).toEqual([faults[0]])
    expect(surprise.report).toEqual({ seed: 5, state: 'struck' })
    expect(events).toEqual(['lab.surprise-armed {"seed":5}'])
    expect(surprise.reveal().ok).toBe(true)
    expect(surprise.report).toEqual({ seed: 5, state: 'revealed', what: faults[0] })
    expect(surprise.reveal()).toMatchObject({ ok: false })
    expect(surprise.arm(undefined).ok).toBe(true)
    surprise.close()
  })

  it('strikes with the next that is possible', () => {
    const { faults } = drawSurprise(9, DRIVES)
    const { surprise, struck } = bench((fault) => JSON.stringify(fault) === JSON.stringify(faults[0]))
    surprise.arm(9)
    vi.advanceTimersByTime(LONGEST_MS)
    expect(struck).toEqual([faults.find((fault) => JSON.stringify(fault) !== JSON.stringify(faults[0]))])
  })

  it('is taken back before it strikes, and revealed after, when the lab is made whole', () => {
    const { surprise, struck } = bench()
    surprise.arm(5)
    expect(surprise.end().ok).toBe(true)
    vi.advanceTimersByTime(LONGEST_MS)
    expect(struck).toEqual([])
    expect(surprise.report).toBeUndefined()
    surprise.arm(5)
    vi.advanceTimersByTime(LONGEST_MS)
    surprise.end()
    expect(surprise.report?.state).toBe('revealed')
  })

  it('hides the event of the act, and no other one, until it is revealed', () => {
    const { surprise } = bench()
    surprise.arm(5)
    vi.advanceTimersByTime(drawSurprise(5, DRIVES).delayMs)
    const timeMs = performance.now()
    const act: TraceEvent = { id: 7, timeMs, place: 'midplane', kind: 'drive.pulled', to: 'drive-1', data: { drive: 1 } }
    expect(surprise.maskEvent(act)).toEqual({ id: 7, timeMs, place: 'midplane', kind: 'lab.surprise-struck' })
    const consequence: TraceEvent = { ...act, place: 'controller-a', kind: 'drive.failed' }
    expect(surprise.maskEvent(consequence)).toBe(consequence)
    const later = { ...act, timeMs: timeMs + 1 }
    expect(surprise.maskEvent(later)).toBe(later)
    surprise.reveal()
    expect(surprise.maskEvent(act)).toBe(act)
  })
})

describe('a snapshot without what was done', () => {
  const faults = { unplugged: ['portal', 'management'], stolen: ['portal'], battery: 'gone' } as const
  const broken = async (): Promise<LabSnapshot> => {
    const whole = await createFakeLab().api.snapshot()
    return {
      ...whole,
      controllers: { ...whole.controllers, b: { ...whole.controllers.b, faults } },
      interconnect: { ...whole.interconnect, extraLatencyMs: 20 },
      drives: whole.drives.map((drive) => ({ ...drive, faults: { presence: 'pulled', extraLatencyMs: 0, badSectors: [] } })),
    }
  }

  it.each([
    ['unplug-portal', { controller: 'b' }, { ...faults, unplugged: ['management'] }],
    ['unplug-management', { controller: 'b' }, { ...faults, unplugged: ['portal'] }],
    ['steal-address', { controller: 'b', address: 'portal' }, { ...faults, stolen: [] }],
    ['steal-address', { controller: 'b', address: 'management' }, faults],
    ['remove-battery', { controller: 'b' }, { ...faults, battery: 'present' }],
    ['unplug-portal', { controller: 'a' }, faults],
  ] as const)('does not say so of %s %j', async (command, parameters, left) => {
    expect(withoutFault(await broken(), { command, parameters }, 0).controllers.b.faults).toEqual(left)
  })

  it('says nothing of the drive or the link, and everything of the others', async () => {
    const snapshot = await broken()
    const drive = withoutFault(snapshot, { command: 'pull-drive', parameters: { drive: 2 } }, 0)
    expect(drive.drives.map(({ faults: shown }) => shown !== undefined)).toEqual([true, true, false, true, true, true])
    expect(drive.interconnect.extraLatencyMs).toBe(20)
    const link = withoutFault(snapshot, { command: 'slow-interconnect', parameters: { extraLatencyMs: 20 } }, 0)
    expect(link.interconnect).not.toHaveProperty('extraLatencyMs')
    expect(link.drives).toEqual(snapshot.drives)
  })

  it('says of outages since then only that they have a cause, where they have one', async () => {
    const snapshot = await broken()
    const outage = (startedAtMs: number) => ({ lun: 0, startedAtMs, durationMs: 5, isOver: true, cause: { kind: 'cut' } as const })
    const host = snapshot.host && { ...snapshot.host, outages: { ...snapshot.host.outages, longest: outage(9000) } }
    const masked = (atMs: number) => withoutFault({ ...snapshot, host }, { command: 'cut-interconnect', parameters: {} }, atMs)
    expect(masked(9200).host?.outages.longest?.cause).toEqual({ kind: 'hidden' })
    expect(masked(9600).host?.outages.longest?.cause).toEqual({ kind: 'cut' })
    const { cause: _none, ...usual } = outage(9000)
    const quiet = snapshot.host && { ...snapshot.host, outages: { ...snapshot.host.outages, longest: usual } }
    const calm = withoutFault({ ...snapshot, host: quiet }, { command: 'cut-interconnect', parameters: {} }, 9200)
    expect(calm.host?.outages.longest).not.toHaveProperty('cause')
  })
})
