import { expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { Volume } from '../../../../src-main/contract/configuration'
import { traceState } from '../../../../src-main/core/assembly/state-trace'
import { TraceLog } from '../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../support/fake-lab-data'

const first = firstArrayState(4)
const [one, other] = first.configuration.volumes as [Volume, Volume]

function withVolumes(...volumes: readonly Volume[]): ArrayState {
  return { ...first, configuration: { ...first.configuration, volumes: [...volumes] } }
}

function traced(self: 'a' | 'b', state: ArrayState, previous: ArrayState | undefined): readonly string[] {
  const log = new TraceLog(new VirtualClock())
  traceState({ self, trace: log.port() }, state, previous)
  const events = log.events.filter(({ kind }) => kind === 'volume.created' || kind === 'volume.deleted')
  return events.map(({ kind, data }) => `${kind} ${String(data?.['volumeId'])} ${String(data?.['name'])}`)
}

it('a new volume and one that is gone are traced at the service owner alone', () => {
  expect(first.serviceOwner).toBe('a')
  expect(traced('a', withVolumes(one, other), withVolumes(one))).toEqual([`volume.created ${other.id} ${other.name}`])
  expect(traced('a', withVolumes(other), withVolumes(one, other))).toEqual([`volume.deleted ${one.id} ${one.name}`])
  expect(traced('b', withVolumes(other), withVolumes(one))).toEqual([])
})

it('a volume in the place of one that was deleted is a new one, a renamed one is not', () => {
  const successor = { ...one, serial: '00000000000000ff', name: 'successor' }
  const told = [`volume.deleted ${one.id} ${one.name}`, `volume.created ${one.id} successor`]
  expect(traced('a', withVolumes(successor), withVolumes(one))).toEqual(told)
  expect(traced('a', withVolumes({ ...one, name: 'renamed' }), withVolumes(one))).toEqual([])
})

it('what stood before this controller knew of any state is not new', () => {
  expect(traced('a', withVolumes(one, other), undefined)).toEqual([])
})
