import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { failure, ok, type Result } from '../../../src-main/base/result'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { LabCommandName } from '../../../src-main/contract/lab-api'
import type { LabError } from '../../../src-main/contract/lab-error'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { useActions } from '../../../src-renderer/composables/useActions'
import { useLiveNarration } from '../../../src-renderer/composables/useLiveNarration'
import { useTrainer } from '../../../src-renderer/composables/useTrainer'
import { useWhole } from '../../../src-renderer/composables/useWhole'
import { TRAINER_ACTS } from '../../../src-renderer/model/trainer-acts'
import { useEventStore } from '../../../src-renderer/stores/events'
import { useLabStore } from '../../../src-renderer/stores/lab'
import { usePresenterStore } from '../../../src-renderer/stores/presenter'
import { createFakeLab } from '../../support/fake-lab'
import { composed } from './composed'

let pinia: ReturnType<typeof createPinia>
let commands: LabCommandName[]
let asked: ControllerId[]
let refusal: LabError | undefined
let picture: LabSnapshot

beforeEach(async () => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  pinia = createPinia()
  setActivePinia(pinia)
  ;[commands, asked, refusal] = [[], [], undefined]
  const { api } = createFakeLab()
  picture = await api.snapshot()
  const command = (name: LabCommandName): Promise<Result<null, LabError>> => {
    commands.push(name)
    return Promise.resolve(refusal === undefined ? ok(null) : failure(refusal))
  }
  const requestService: typeof api.requestService = (to, { id }) => {
    asked.push(to)
    return Promise.resolve(ok({ id, receivedBy: to, servedBy: to, route: [], result: null }))
  }
  useLabStore().attach({
    api: { ...api, command, requestService },
    kind: 'browser',
    linkState: () => 'open',
    onLinkState: () => () => undefined,
    saveFile: () => Promise.resolve(undefined),
  })
  show({})
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function show(part: Partial<LabSnapshot>): void {
  useLabStore().snapshot = { ...picture, ...part }
}

describe('the acts of a demonstration', () => {
  it('come one after the other; one that was refused is still to be done', async () => {
    const { forward, next } = await composed(pinia, useTrainer)
    await forward()
    await forward()
    expect([commands, next.value]).toEqual([['start-workload', 'kill'], 'restart-a'])
    refusal = { code: 'not-possible-now', message: 'It is starting.' }
    await forward()
    expect([commands.at(-1), next.value]).toEqual(['restart', 'restart-a'])
    refusal = undefined
    await forward()
    expect([commands.at(-1), next.value]).toEqual(['restart', 'hang-b'])
  })

  it('do each what they say', async () => {
    const { forward, next } = await composed(pinia, useTrainer)
    const done: [string, string | undefined][] = []
    for (let act = next.value, count = 0; count < TRAINER_ACTS.length; act = next.value, count++) {
      await forward()
      done.push([act, commands.at(-1)])
    }
    expect(Object.fromEntries(done)).toEqual({
      'start-workload': 'start-workload',
      'kill-a': 'kill',
      'restart-a': 'restart',
      'hang-b': 'hang',
      'make-whole': 'make-whole',
      'cut-interconnect': 'cut-interconnect',
      'pull-drive': 'pull-drive',
      'slow-interconnect': 'slow-interconnect',
      'unplug-portal-a': 'unplug-portal',
      'unplug-management-b': 'unplug-management',
      'steal-address-a': 'steal-address',
      'remove-battery-b': 'remove-battery',
    })
  })

  it('go back to the one before, and mend only what is broken', async () => {
    const { back, next } = await composed(pinia, useTrainer)
    usePresenterStore().next = 3
    await back()
    expect([commands, next.value]).toEqual([[], 'kill-a'])
    show({ missing: { name: 'start-controller', controller: 'a' } })
    await back()
    expect([commands, next.value]).toEqual([['make-whole'], 'start-workload'])
  })

  it('wait while the lab is made whole', async () => {
    const { forward, back, mayAct } = await composed(pinia, useTrainer)
    show({ makingWhole: { state: 'running', startedAtMs: 0, done: [] } })
    expect(mayAct.value).toBe(false)
    await forward()
    await back()
    expect([commands, usePresenterStore().next]).toEqual([[], 0])
  })
})

describe('making the lab whole', () => {
  it('is told a while after it has ended, and not for ever', async () => {
    const { text } = await composed(pinia, useWhole)
    const makingWhole = { state: 'done', startedAtMs: 30_000, endedAtMs: 37_000, done: [] } as const
    show({ makingWhole, timeMs: 51_999 })
    expect(text.value).toBe('Whole again, after 7 s.')
    show({ makingWhole, timeMs: 52_000 })
    expect(text.value).toBeUndefined()
    show({ makingWhole, timeMs: 38_000, missing: { name: 'mend-interconnect' } })
    expect(text.value).toBeUndefined()
  })

  it('has failed as long as something is missing, and says at what and why', async () => {
    const { text, failed } = await composed(pinia, useWhole)
    const makingWhole = { state: 'failed', startedAtMs: 0, done: [], step: { name: 'await-mirror' }, message: 'It stands still.' } as const
    show({ makingWhole, missing: { name: 'await-mirror', controller: 'a' } })
    expect([failed.value, text.value]).toEqual([true, 'Not whole: bringing the mirrors into step. It stands still.'])
    show({ makingWhole })
    expect([failed.value, text.value]).toEqual([false, undefined])
  })
})

describe('a request of the window', () => {
  const array = (part: object) => ({ array: { ...present(picture.array, 'an array'), ...part } })

  it('goes where it is served: to the service owner if only that takes it, or else where somebody answers', async () => {
    const { giveBack } = await composed(pinia, useActions)
    show(array({ dispatchScheme: 'primary-only', serviceOwner: 'b' }))
    await giveBack('b')
    show(array({ dispatchScheme: 'forward-to-owner', serviceOwner: 'b' }))
    await giveBack('b')
    const { a, b } = picture.controllers
    show({ controllers: { a: { ...a, portalServedBy: undefined }, b } })
    await giveBack('b')
    expect(asked).toEqual(['b', 'a', 'b'])
  })
})

describe('the line that tells what happens', () => {
  it('tells of nothing that was before the page knew of it', async () => {
    const line = await composed(pinia, useLiveNarration)
    const killed = { id: 1, timeMs: 5, place: 'midplane', kind: 'midplane.controller-killed', data: { controller: 'a' } } as const
    useEventStore().restart([killed])
    expect(line.value).toBeUndefined()
    useEventStore().add([{ ...killed, id: 2, timeMs: 9000 }])
    expect(line.value).toContain('A')
    useEventStore().restart([killed])
    expect(line.value).toBeUndefined()
  })
})
