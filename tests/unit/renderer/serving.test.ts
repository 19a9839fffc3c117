import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { HostPath } from '../../../src-main/contract/host'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { arrayCondition } from '../../../src-renderer/model/condition'
import { servingOf } from '../../../src-renderer/model/serving'
import { createFakeLab } from '../../support/fake-lab'

async function start(): Promise<LabSnapshot> {
  const lab = createFakeLab()
  lab.advance(50)
  return lab.api.snapshot()
}

function withHost(snapshot: LabSnapshot, part: Partial<NonNullable<LabSnapshot['host']>>): LabSnapshot {
  return { ...snapshot, host: { ...present(snapshot.host, 'host'), ...part } }
}

/** A hangs: the midplane knows, its peer does not yet, and its connections are still there. */
function withHang(snapshot: LabSnapshot): LabSnapshot {
  const { a, b } = snapshot.controllers
  return { ...snapshot, controllers: { a: { ...a, state: 'hung', portalServedBy: undefined }, b } }
}

describe('who serves', () => {
  it('is the owner of each LUN, and each controller at its addresses', async () => {
    expect(servingOf(await start())).toEqual({
      a: { luns: [0], addresses: ['a'], single: [] },
      b: { luns: [1], addresses: ['b'], single: [] },
      nobody: { luns: [], addresses: [], single: [] },
    })
  })

  it('is nobody, of what a controller that hangs had, so the other does not serve alone', async () => {
    const snapshot = withHang(await start())
    expect(servingOf(snapshot)).toEqual({
      a: { luns: [], addresses: [], single: [] },
      b: { luns: [1], addresses: ['b'], single: [] },
      nobody: { luns: [0], addresses: ['a'], single: [] },
    })
    expect(arrayCondition(snapshot)).toBe('unserved')
  })

  it('is the owner, also while the host has not heard yet that it has the LUN back', async () => {
    const snapshot = await start()
    const paths = present(snapshot.host, 'host').paths.map((path): HostPath => {
      const isB = path.controller === 'b'
      const accessState = isB ? 'active-optimized' : 'active-non-optimized'
      return { ...path, luns: path.luns.map((entry) => ({ ...entry, inUse: isB, accessState })) }
    })
    const late = withHost(snapshot, { paths })
    expect(servingOf(late)).toEqual(servingOf(snapshot))
    expect(servingOf(withHang(late)).b.luns).toEqual([0, 1])
  })

  it('is nobody of the one address whose plug is out, and whoever has it of the other one', async () => {
    const snapshot = await start()
    const { a } = snapshot.controllers
    const faults = { unplugged: ['management'], stolen: [], battery: 'present' } as const
    const unplugged = { ...snapshot, controllers: { ...snapshot.controllers, a: { ...a, faults } } }
    expect(servingOf(unplugged).a).toMatchObject({ addresses: [], single: [{ of: 'a', kind: 'portal' }] })
    expect(servingOf(unplugged).nobody).toMatchObject({ addresses: [], single: [{ of: 'a', kind: 'management' }] })
    expect(arrayCondition(unplugged)).toBe('unserved')
    const both = { ...faults, unplugged: ['portal', 'management'] } as const
    const out = { ...snapshot, controllers: { ...snapshot.controllers, a: { ...a, faults: both } } }
    expect(servingOf(out).nobody).toMatchObject({ addresses: ['a'], single: [] })
  })

  it('is nobody at an address that goes back, and that is a giveback only after a takeover', async () => {
    const lab = createFakeLab()
    await lab.api.command('kill', { controller: 'a' })
    lab.advance(2000)
    const [takeover] = (await lab.api.snapshot()).takeovers
    const snapshot = await start()
    const { a, b } = snapshot.controllers
    const [pathA, pathB] = present(snapshot.host, 'host').paths as [HostPath, HostPath]
    const without = withHost(snapshot, { paths: [{ ...pathA, state: 'down', luns: [] }, pathB] })
    expect(servingOf(without).nobody).toEqual({ luns: [], addresses: ['a'], single: [] })
    expect(arrayCondition(without)).toBe('unserved')
    const after = (givenBackAtMs?: number): LabSnapshot => ({
      ...without,
      timeMs: 9000,
      takeovers: [{ ...present(takeover, 'takeover'), ...(givenBackAtMs === undefined ? {} : { givenBackAtMs }) }],
    })
    expect([after(), after(8500), after(2000)].map(arrayCondition)).toEqual(['giving-back', 'giving-back', 'unserved'])
    const joining = { ...a, phase: 'joining' } as const
    const array = present(snapshot.array, 'array state')
    const ofB = { ...array, ownership: array.ownership.map((entry) => ({ ...entry, owner: 'b' as const })) }
    expect(arrayCondition({ ...without, array: ofB, controllers: { a: joining, b } })).toBe('giving-back')
  })

  it('is nobody, of a LUN that leaves the host waiting, whatever the pair claims', async () => {
    const snapshot = await start()
    const luns = [{ lun: 1, measured: true, unansweredMs: 900 }]
    const waiting = withHost(snapshot, { outages: { since: { atMs: 0, reason: 'start' }, luns } })
    expect(servingOf(waiting).nobody).toEqual({ luns: [1], addresses: [], single: [] })
    expect(arrayCondition(waiting)).toBe('unserved')
    const usual = withHost(snapshot, {
      outages: { since: { atMs: 0, reason: 'start' }, luns: [{ lun: 1, measured: true, unansweredMs: 20 }] },
    })
    expect(arrayCondition(usual)).toBe('redundant')
  })

  it('is the owner behind the path that is left, and nobody without a path', async () => {
    const snapshot = await start()
    const [pathA, pathB] = present(snapshot.host, 'host').paths as [HostPath, HostPath]
    const byB = withHost(snapshot, { paths: [{ ...pathA, state: 'down', luns: [] }, pathB] })
    expect(servingOf(byB).a).toEqual({ luns: [0], addresses: [], single: [] })
    expect(servingOf(byB).nobody).toEqual({ luns: [], addresses: ['a'], single: [] })
    const without = withHost(snapshot, { paths: [pathA, pathB].map((path) => ({ ...path, state: 'down', luns: [] })) })
    expect(servingOf(without).nobody.luns).toEqual([0, 1])
  })

  it('is the owner, of a LUN that an idle host with a path has not heard of', async () => {
    const snapshot = await start()
    const paths = present(snapshot.host, 'host').paths.map((path) => ({ ...path, luns: path.luns.filter(({ lun }) => lun !== 1) }))
    const unaware = withHost(snapshot, { paths })
    expect(servingOf(unaware)).toEqual(servingOf(snapshot))
    expect(arrayCondition(unaware)).toBe('redundant')
    expect(servingOf(withHang(unaware)).nobody.luns).toEqual([0])
    const pathsDown = withHost(unaware, { paths: paths.map((path) => ({ ...path, state: 'down' })) })
    expect(servingOf(pathsDown).nobody.luns).toEqual([0, 1])
  })

  it('is taken from the pair where no host tells', async () => {
    const snapshot = await start()
    expect(servingOf({ ...snapshot, host: undefined }).a.luns).toEqual([0])
    const host = present(snapshot.host, 'host')
    const connecting = withHost(snapshot, { paths: host.paths.map((path) => ({ ...path, state: 'connecting', luns: [] })) })
    expect(servingOf(connecting).b.luns).toEqual([1])
    expect(servingOf({ ...withHang(snapshot), host: undefined }).nobody.luns).toEqual([0])
  })
})
