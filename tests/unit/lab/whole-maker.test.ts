import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ok } from '../../../src-main/base/result'
import type { VolumeOwnership } from '../../../src-main/contract/array-state'
import { peerOf } from '../../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { WholeMaker } from '../../../src-main/lab/whole-maker'
import { createFakeLab } from '../../support/fake-lab'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A maker over a lab that is changed by what the maker does, a little later, or not at all. */
async function bench(first: (whole: LabSnapshot) => LabSnapshot, options: { readonly refuses?: string; readonly inVain?: boolean } = {}) {
  const whole = await createFakeLab().api.snapshot()
  let shown = first(whole)
  const acts: string[] = []
  const heal = (act: string): void => {
    acts.push(act)
    if (options.inVain !== true) setTimeout(() => (shown = { ...whole }), 300)
  }
  const maker = new WholeMaker({
    snapshot: () => shown,
    midplane: {
      restart: (id) => heal(`restart ${id}`),
      mendInterconnect: () => heal('mend'),
      slowInterconnect: (ms) => heal(`link ${ms}`),
    },
    surprise: { end: () => (heal('end surprise'), ok(null)) },
    surroundings: {
      plugIn: (id, kind) => (heal(`plug in ${kind} ${id}`), ok(null)),
      giveBack: (id, kind) => (heal(`give back ${kind} ${id}`), ok(null)),
      putBatteryBack: (id) => (heal(`battery ${id}`), ok(null)),
    },
    bays: {
      putBack: (drive) => (heal(`put back ${drive}`), ok(null)),
      replace: (drive) => (heal(`replace ${drive}`), ok(null)),
      slow: (drive, ms) => (heal(`slow ${drive} ${ms}`), ok(null)),
      reassign: (drive, block) => (heal(`reassign ${drive} ${block}`), ok(null)),
    },
    requestService: (to, { id, name, params }) => {
      const error = { code: 'not-possible-now', message: options.refuses ?? '' } as const
      if (options.refuses === undefined) heal(`${name} ${JSON.stringify(params)} to ${to}`)
      else acts.push(`${name} refused`)
      const answer = options.refuses === undefined ? { servedBy: to, route: [], result: null } : { error }
      return Promise.resolve(ok({ id, receivedBy: to, ...answer }))
    },
    nowMs: () => performance.now(),
    changed: () => undefined,
  })
  return { maker, acts, show: (next: (whole: LabSnapshot) => LabSnapshot) => (shown = next(whole)) }
}

const swapped = (ownership: readonly VolumeOwnership[]): VolumeOwnership[] => ownership.map((one) => ({ ...one, owner: peerOf(one.owner) }))
const cut = (whole: LabSnapshot): LabSnapshot => ({ ...whole, interconnect: { ...whole.interconnect, state: 'cut' } })
const withDead =
  (drive: number) =>
  (whole: LabSnapshot): LabSnapshot => ({
    ...whole,
    drives: whole.drives.map((one) =>
      one.index === drive ? { ...one, state: 'failed', faults: { presence: 'dead', extraLatencyMs: 0, badSectors: [] } } : one,
    ),
  })
const withFailed =
  (drive: number) =>
  (whole: LabSnapshot): LabSnapshot => ({
    ...whole,
    drives: whole.drives.map((one) => (one.index === drive ? { ...one, state: 'failed', outAfterGeneration: 5 } : one)),
  })

const around = { unplugged: [], stolen: [], battery: 'present' } as const
const AROUND_B: readonly (readonly [faults: Partial<NonNullable<LabSnapshot['controllers']['b']['faults']>>, act: string])[] = [
  [{ unplugged: ['portal'] }, 'plug in portal b'],
  [{ unplugged: ['management'] }, 'plug in management b'],
  [{ stolen: ['portal'] }, 'give back portal b'],
  [{ stolen: ['management'] }, 'give back management b'],
  [{ battery: 'gone' }, 'battery b'],
]

const withBad =
  (...badSectors: readonly number[]) =>
  (whole: LabSnapshot): LabSnapshot => ({
    ...whole,
    drives: whole.drives.map((one) => (one.index === 0 ? { ...one, faults: { presence: 'present', extraLatencyMs: 0, badSectors } } : one)),
  })

describe('making a lab whole', () => {
  it('has bad sectors of volumes rewritten by a rebuild, and reassigns those that no volume uses', async () => {
    const [ofVolume, unused] = [2048, ((await createFakeLab().api.snapshot()).array?.configuration.drives[0]?.blockCount ?? 0) - 1]
    for (const [sectors, expected] of [
      [[ofVolume], ['rebuild-drive {"drive":0,"force":true} to a']],
      [[unused], [`reassign 0 ${unused}`]],
      [
        [ofVolume, unused],
        [`reassign 0 ${unused}`, 'rebuild-drive {"drive":0,"force":true} to a'],
      ],
    ] as const) {
      const { maker, acts } = await bench(withBad(...sectors))
      maker.start({})
      await vi.advanceTimersByTimeAsync(2500)
      expect(maker.report?.state).toBe('done')
      expect(acts).toEqual(expected)
    }
  })

  it('says after one rebuild that a sector is one that no other drive has the data of', async () => {
    const { maker, acts } = await bench(withBad(2048), { inVain: true })
    maker.start({})
    await vi.advanceTimersByTimeAsync(2500)
    expect(maker.report).toMatchObject({ state: 'failed', message: expect.stringContaining('no other drive') as string })
    expect(acts).toHaveLength(1)
  })

  it('tries a refused rebuild of bad sectors again', async () => {
    const { maker, acts } = await bench(withBad(2048), { refuses: 'A takeover is under way.' })
    maker.start({})
    await vi.advanceTimersByTimeAsync(6500)
    expect(maker.report?.state).toBe('running')
    expect(acts).toHaveLength(4)
    await vi.advanceTimersByTimeAsync(6500)
    expect(maker.report).toMatchObject({ state: 'failed', message: 'A takeover is under way.' })
  })

  it.each(AROUND_B)('ends what is around a controller: %j by “%s”', async (faults, act) => {
    const { maker, acts } = await bench((whole) => ({
      ...whole,
      controllers: { ...whole.controllers, b: { ...whole.controllers.b, faults: { ...around, ...faults } } },
    }))
    maker.start({})
    await vi.advanceTimersByTimeAsync(2500)
    expect(maker.report?.state).toBe('done')
    expect(acts).toEqual([act])
  })

  it('makes a slow interconnect fast', async () => {
    const { maker, acts } = await bench((whole) => ({ ...whole, interconnect: { ...whole.interconnect, extraLatencyMs: 9 } }))
    maker.start({})
    await vi.advanceTimersByTimeAsync(2500)
    expect(acts).toEqual(['link 0'])
  })

  it('does what is missing, waits for it to help, and says when nothing is missing any more', async () => {
    const { maker, acts } = await bench(cut)
    expect(maker.start({}).ok).toBe(true)
    expect(maker.report).toMatchObject({ state: 'running', step: { name: 'mend-interconnect' }, done: [] })
    await vi.advanceTimersByTimeAsync(1000)
    expect(maker.report?.state).toBe('running')
    await vi.advanceTimersByTimeAsync(1500)
    expect(maker.report).toMatchObject({ state: 'done', done: [{ name: 'mend-interconnect' }] })
    expect(maker.report?.endedAtMs).toBeGreaterThan(maker.report?.startedAtMs ?? Number.POSITIVE_INFINITY)
    expect(acts).toEqual(['mend'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is done at once where nothing is missing', async () => {
    const { maker, acts } = await bench((whole) => whole)
    maker.start({})
    await vi.advanceTimersByTimeAsync(2000)
    expect(maker.report).toMatchObject({ state: 'done', done: [] })
    expect(acts).toEqual([])
  })

  it('replaces a dead drive only if it may', async () => {
    const { maker, acts } = await bench(withDead(2))
    expect(maker.start({})).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/Drive 2 is dead.*replaceDrives/) as string },
    })
    expect(maker.report).toBeUndefined()
    expect(maker.start({ replaceDrives: true }).ok).toBe(true)
    await vi.advanceTimersByTimeAsync(3000)
    expect(acts).toEqual(['replace 2'])
    expect(maker.report?.state).toBe('done')
  })

  it('ends at a drive that dies on the way, if it may not be replaced', async () => {
    const { maker, acts, show } = await bench(cut, { inVain: true })
    maker.start({})
    show(withDead(1))
    await vi.advanceTimersByTimeAsync(3000)
    expect(maker.report).toMatchObject({ state: 'failed', step: { name: 'replace-drive', drive: 1 } })
    expect(acts).toEqual(['mend'])
  })

  it('can be cancelled, does nothing more then, and can be started again', async () => {
    const { maker, acts } = await bench(cut, { inVain: true })
    expect(maker.cancel().ok).toBe(false)
    maker.start({})
    expect(maker.start({}).ok).toBe(false)
    expect(maker.cancel().ok).toBe(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(maker.report).toMatchObject({ state: 'cancelled', step: { name: 'mend-interconnect' } })
    expect(acts).toEqual(['mend'])
    expect(maker.start({}).ok).toBe(true)
    maker.close()
  })

  it('gives up with a sentence when what it does does not help', async () => {
    const { maker, acts } = await bench(cut, { inVain: true })
    maker.start({})
    await vi.advanceTimersByTimeAsync(60_000)
    expect(maker.report).toMatchObject({ state: 'failed', message: 'What was done for it has not helped.' })
    expect(acts).toHaveLength(5)
  })

  it('restarts both controllers, one after the other, for a drive that cannot be rebuilt', async () => {
    const { maker, acts } = await bench(withFailed(4), { refuses: 'No group can do without drive 4.', inVain: true })
    maker.start({})
    await vi.advanceTimersByTimeAsync(60_000)
    expect(acts.filter((act) => act.startsWith('restart'))).toEqual(['restart b', 'restart a'])
    expect(maker.report).toMatchObject({ state: 'failed', message: 'No group can do without drive 4.' })
  })

  it('says of a step that does not end what is wrong with it, not with one before', async () => {
    const away = (whole: LabSnapshot): LabSnapshot => ({
      ...whole,
      array: whole.array && { ...whole.array, ownership: swapped(whole.array.ownership) },
    })
    const { maker, show } = await bench(away, { refuses: 'Volume 0 is moving.' })
    maker.start({})
    await vi.advanceTimersByTimeAsync(5000)
    expect(maker.report).toMatchObject({ state: 'running', step: { name: 'give-back' } })
    const { nvram } = (await createFakeLab().api.snapshot()).controllers.a
    show((whole) => ({
      ...whole,
      controllers: {
        ...whole.controllers,
        a: { ...whole.controllers.a, ...(nvram === undefined ? {} : { nvram: { ...nvram, mirror: 'away' as const } }) },
      },
    }))
    await vi.advanceTimersByTimeAsync(70_000)
    expect(maker.report).toMatchObject({ state: 'failed', step: { name: 'await-mirror' }, message: 'It has got no further for a minute.' })
  })

  it('starts both controllers at the same time where both are down', async () => {
    const { maker, acts } = await bench(({ controllers: { a, b }, ...others }) => ({
      ...others,
      controllers: { a: { ...a, state: 'down' }, b: { ...b, state: 'down' } },
    }))
    maker.start({})
    expect(acts).toEqual(['restart a', 'restart b'])
    maker.close()
  })

  it('has a drive rebuilt that no group misses, though its controllers do not use it, and asks whoever is service owner then', async () => {
    const { maker, acts } = await bench((whole) => ({
      ...whole,
      drives: whole.drives.map((one) => (one.index === 4 ? { ...one, state: 'failed' } : one)),
      array: whole.array && { ...whole.array, serviceOwner: 'b' },
    }))
    maker.start({})
    await vi.advanceTimersByTimeAsync(3000)
    expect(acts).toEqual(['rebuild-drive {"drive":4,"force":true} to b'])
  })

  it('has a failed drive rebuilt by the service owner', async () => {
    const { maker, acts } = await bench(withFailed(4))
    maker.start({})
    await vi.advanceTimersByTimeAsync(3000)
    expect(acts).toEqual(['rebuild-drive {"drive":4} to a'])
    expect(maker.report).toMatchObject({ state: 'done', done: [{ name: 'rebuild-drive', drive: 4 }] })
  })
})
