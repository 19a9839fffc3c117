import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { WholeStep } from '../../../src-main/contract/making-whole'
import type { ControllerSnapshot, DriveSnapshot, LabSnapshot } from '../../../src-main/contract/snapshot'
import { nextStep } from '../../../src-main/lab/whole-steps'
import { createFakeLab } from '../../support/fake-lab'

const whole = await createFakeLab().api.snapshot()
const array = present(whole.array, 'an array')
const host = present(whole.host, 'a host')

const withDrive = (index: number, part: Partial<DriveSnapshot>): LabSnapshot => ({
  ...whole,
  drives: whole.drives.map((drive) => (drive.index === index ? { ...drive, ...part } : drive)),
})
const withController = (id: 'a' | 'b', part: Partial<ControllerSnapshot>, of: LabSnapshot = whole): LabSnapshot => ({
  ...of,
  controllers: { ...of.controllers, [id]: { ...of.controllers[id], ...part } },
})
const faults = { presence: 'present', extraLatencyMs: 0, badSectors: [] } as const
const around = { unplugged: [], stolen: [], battery: 'present' } as const
const down = { state: 'down', phase: undefined, portalServedBy: 'a' } as const

const CASES: readonly (readonly [what: string, snapshot: LabSnapshot, step: WholeStep | undefined])[] = [
  ['nothing', whole, undefined],
  ['the interconnect', { ...whole, interconnect: { ...whole.interconnect, state: 'cut' } }, { name: 'mend-interconnect' }],
  [
    'the speed of the interconnect',
    { ...whole, interconnect: { ...whole.interconnect, extraLatencyMs: 40 } },
    { name: 'speed-interconnect-up' },
  ],
  ['a plug', withController('b', { faults: { ...around, unplugged: ['portal'] } }), { name: 'plug-in-portal', controller: 'b' }],
  [
    'the plug of a management port',
    withController('a', { faults: { ...around, unplugged: ['management'] } }),
    { name: 'plug-in-management', controller: 'a' },
  ],
  [
    'an address that another device has',
    withController('b', { faults: { ...around, stolen: ['management'] } }),
    { name: 'give-management-back', controller: 'b' },
  ],
  ['a stolen portal', withController('a', { faults: { ...around, stolen: ['portal'] } }), { name: 'give-portal-back', controller: 'a' }],
  ['a battery', withController('b', { faults: { ...around, battery: 'gone' } }), { name: 'put-battery-back', controller: 'b' }],
  ['a drive in its bay', withDrive(2, { faults: { ...faults, presence: 'pulled' } }), { name: 'put-drive-back', drive: 2 }],
  ['a drive that lives', withDrive(3, { faults: { ...faults, presence: 'dead' } }), { name: 'replace-drive', drive: 3 }],
  ['the speed of a drive', withDrive(1, { faults: { ...faults, extraLatencyMs: 50 } }), { name: 'speed-drive-up', drive: 1 }],
  ['a controller that is down', withController('b', down), { name: 'start-controller', controller: 'b' }],
  ['a controller that hangs', withController('a', { state: 'hung' }), { name: 'restart-controller', controller: 'a' }],
  ['a controller that joins', withController('b', { phase: 'joining' }), { name: 'await-controller', controller: 'b' }],
  ['an address', withController('b', { portalServedBy: 'a' }), { name: 'await-controller', controller: 'b' }],
  ['a drive that is in use', withDrive(4, { state: 'failed', outAfterGeneration: 6 }), { name: 'rebuild-drive', drive: 4 }],
  [
    'the rest of a rebuild',
    withDrive(4, { state: 'rebuilding', rebuild: { operation: 'x', state: 'running', done: 1, total: 9 } }),
    { name: 'rebuild-drive', drive: 4 },
  ],
  ['a sector', withDrive(0, { faults: { ...faults, badSectors: [77] } }), { name: 'rewrite-sectors', drive: 0 }],
  [
    'a volume where it belongs',
    { ...whole, array: { ...array, ownership: array.ownership.map((entry) => ({ ...entry, owner: 'a' })) } },
    { name: 'give-back', controller: 'b' },
  ],
  [
    'the end of a verification',
    { ...whole, array: { ...array, ownership: array.ownership.map((entry) => ({ ...entry, unverified: { from: 3, since: 1 } })) } },
    { name: 'await-verification' },
  ],
  [
    'a mirror',
    withController('a', { nvram: { ...present(whole.controllers.a.nvram, 'NVRAM'), mirror: 'resyncing' } }),
    { name: 'await-mirror', controller: 'a' },
  ],
  [
    'a path of the host',
    { ...whole, host: { ...host, paths: host.paths.map((path) => (path.controller === 'b' ? { ...path, state: 'down' } : path)) } },
    { name: 'await-host', controller: 'b' },
  ],
]

describe('what a lab lacks first', () => {
  it.each(CASES)('%s', (_what, snapshot, step) => {
    expect(nextStep(snapshot)).toEqual(step)
  })

  it('is a drive in its bay before the controllers that need it, and the one that is down before the one that waits for it', () => {
    const waiting = withController('a', { phase: 'waiting' }, withDrive(2, { faults: { ...faults, presence: 'pulled' } }))
    const both = withController('b', down, waiting)
    expect(nextStep(both)).toEqual({ name: 'put-drive-back', drive: 2 })
    expect(nextStep({ ...both, drives: whole.drives })).toEqual({ name: 'start-controller', controller: 'b' })
  })

  it('is the rebuild that nobody has begun, so that all run at the same time', () => {
    const one = withDrive(0, { state: 'rebuilding', rebuild: { operation: 'x', state: 'running', done: 1, total: 9 } })
    const two = { ...one, drives: one.drives.map((drive) => (drive.index === 3 ? { ...drive, state: 'failed' as const } : drive)) }
    expect(nextStep(two)).toEqual({ name: 'rebuild-drive', drive: 3 })
  })
})
