import { beforeAll, describe, expect, it } from 'vitest'
import { BLOCK_BYTES, MIB } from '../../../../src-main/base/units'
import type { Json } from '../../../../src-main/contract/json'
import type { ServiceAnswer } from '../../../../src-main/contract/service-request'
import { SERVICE_REQUESTS, serviceTable } from '../../../../src-main/core/management/requests'
import type { World } from '../../../../src-main/simulator/world'
import { nested } from '../../../support/nested-json'
import { servingWorld } from '../../../support/simulation'

let world: World
let requestCount = 0

beforeAll(() => {
  world = servingWorld({ seed: 1 })
  // Until the claim is stored, which commits one more generation.
  world.run(50)
})

function ask(name: string, params: object = {}): ServiceAnswer {
  return world.answerTo(requestCount++ % 2 === 0 ? 'a' : 'b', { name, params })
}

function result(name: string, params: object = {}): Json {
  const answer = ask(name, params)
  if ('error' in answer) throw new Error(`${name}: ${answer.error.message}`)
  return answer.result
}

function generation(): number | undefined {
  return world.controller('a')?.report().array?.generation
}

describe('the table of service requests', () => {
  it('has every request once, with a sentence for it and for each of its parameters', () => {
    const { requests } = serviceTable()
    expect(new Set(requests.map(({ name }) => name)).size).toBe(requests.length)
    for (const { name, summary, parameters } of requests) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/)
      expect(summary).toMatch(/\.$/)
      for (const parameter of parameters) expect(parameter.summary.length).toBeGreaterThan(5)
    }
    expect(new Set(requests.map(({ kind }) => kind))).toEqual(new Set(['monitoring', 'configuration', 'management']))
  })
})

it('a request that is nested too deep is refused before anything walks through it', () => {
  const answer = ask('rename-array', { name: JSON.parse(nested(100_000)) as unknown })
  expect(answer).toMatchObject({ error: { code: 'bad-request', field: 'params' } })
})

/** A parameter table of every request, all wrong. */
const WRONG: readonly (readonly [string, object, string, string])[] = [
  ['create-volume', { group: 'r5', megabytes: 1 }, 'bad-parameter', 'name'],
  ['create-volume', { name: '/', group: 'r5', megabytes: 1 }, 'bad-parameter', 'name'],
  ['create-volume', { name: 5, group: 'r5', megabytes: 1 }, 'bad-parameter', 'name'],
  ['create-volume', { name: 'x', group: 'r9', megabytes: 1 }, 'not-found', 'group'],
  ['create-volume', { name: 'x', group: {}, megabytes: 1 }, 'bad-parameter', 'group'],
  ['create-volume', { name: 'x', group: 'r5' }, 'bad-parameter', 'megabytes'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: 1, blocks: 1 }, 'bad-parameter', 'blocks'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: 1.5 }, 'bad-parameter', 'megabytes'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: -1 }, 'bad-parameter', 'megabytes'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: '1' }, 'bad-parameter', 'megabytes'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: 100_000 }, 'no-space', 'megabytes'],
  ['create-volume', { name: 'x', group: 'r5', blocks: 1e9 }, 'no-space', 'blocks'],
  ['create-volume', { name: 'alpha', group: 'r5', megabytes: 1 }, 'already-exists', 'name'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: 1, preferredOwner: 'c' }, 'bad-parameter', 'preferredOwner'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: 1, size: 3 }, 'bad-parameter', 'size'],
  ['create-volume', { name: 'x', group: 'r5', megabytes: 1, __proto__x: 3 }, 'bad-parameter', '__proto__x'],
  ['discard-held-writes', { volume: 'alpha' }, 'bad-parameter', 'losingUpToMegabytes'],
  ['discard-held-writes', { volume: 'alpha', losingUpToMegabytes: 0 }, 'bad-parameter', 'losingUpToMegabytes'],
  ['discard-held-writes', { volume: 'zulu', losingUpToMegabytes: 16 }, 'not-found', 'volume'],
  ['discard-held-writes', { volume: 'alpha', losingUpToMegabytes: 16 }, 'not-possible-now', 'volume'],
  ['rebuild-drive', {}, 'bad-parameter', 'drive'],
  ['rebuild-drive', { drive: -1 }, 'bad-parameter', 'drive'],
  ['rebuild-drive', { drive: 17 }, 'not-found', 'drive'],
  ['rebuild-drive', { drive: 0 }, 'not-possible-now', 'drive'],
  ['delete-volume', {}, 'bad-parameter', 'volume'],
  ['delete-volume', { volume: 'nobody' }, 'not-found', 'volume'],
  ['delete-volume', { volume: 'alpha' }, 'in-use', 'volume'],
  ['rename-volume', { volume: 'alpha', name: 'bravo' }, 'already-exists', 'name'],
  ['rename-volume', { volume: 63, name: 'x' }, 'not-found', 'volume'],
  ['map-lun', { volume: 'alpha' }, 'already-exists', 'volume'],
  ['map-lun', { volume: 'alpha', lun: 64 }, 'bad-parameter', 'lun'],
  ['unmap-lun', { lun: 9 }, 'not-found', 'lun'],
  ['unmap-lun', { lun: 'zero' }, 'bad-parameter', 'lun'],
  ['rename-array', { name: '' }, 'bad-parameter', 'name'],
  ['set-dispatch-scheme', { scheme: 'first-come' }, 'bad-parameter', 'scheme'],
  ['set-cache-policy', { policy: 'write-maybe' }, 'bad-parameter', 'policy'],
  ['set-automatic-giveback', { enabled: 'yes' }, 'bad-parameter', 'enabled'],
  ['set-automatic-giveback', { enabled: true, volume: 'none' }, 'not-found', 'volume'],
  ['set-ownership-by-load', { enabled: 1 }, 'bad-parameter', 'enabled'],
  ['get-operation', { operation: '' }, 'bad-parameter', 'operation'],
  ['get-operation', { operation: 'none' }, 'not-found', 'operation'],
  ['get-event-log', { count: 0 }, 'bad-parameter', 'count'],
  ['get-security-log', { count: 0 }, 'bad-parameter', 'count'],
  ['get-array-status', { verbose: true }, 'bad-parameter', 'verbose'],
  ['locate-block', { volume: 'alpha', block: 1e12 }, 'bad-parameter', 'block'],
  ['locate-block', { volume: 'none', block: 0 }, 'not-found', 'volume'],
  ['locate-drive-block', { drive: 99, block: 0 }, 'not-found', 'drive'],
  ['rebuild-drive', { drive: 99 }, 'not-found', 'drive'],
  ['locate-drive-block', { drive: 0, block: 1e12 }, 'bad-parameter', 'block'],
  ['move-volume', { volume: 'alpha', to: 'c' }, 'bad-parameter', 'to'],
  ['move-volume', { volume: 'none', to: 'a' }, 'not-found', 'volume'],
  ['take-over', {}, 'bad-parameter', 'of'],
  ['give-back', { to: 'a', volume: 'none' }, 'not-found', 'volume'],
  ['give-back', { to: 'a', volume: 'bravo' }, 'not-possible-now', 'volume'],
  ['give-back', { to: 1 }, 'bad-parameter', 'to'],
  ['restart-controller', { controller: 'both' }, 'bad-parameter', 'controller'],
]

describe('bad input', () => {
  it.each(WRONG)('%s %j is refused with %s for %s, and changes nothing', (name, params, code, field) => {
    const before = generation()
    const answer = ask(name, params)
    expect(answer).toMatchObject({ error: { code, field } })
    expect('error' in answer ? answer.error.message : '').toMatch(/\.$/)
    expect(generation()).toBe(before)
  })

  it('covers every request that takes parameters', () => {
    const covered = new Set(WRONG.map(([name]) => name))
    expect(SERVICE_REQUESTS.filter(({ name, parameters }) => parameters.length > 0 && !covered.has(name))).toEqual([])
  })

  it.each<[string, unknown, string, string | undefined]>([
    ['no object', 'get-array-status', 'bad-request', undefined],
    ['a list', [], 'bad-request', 'id'],
    ['no id', { name: 'list-volumes' }, 'bad-request', 'id'],
    ['an empty id', { id: '', name: 'list-volumes' }, 'bad-request', 'id'],
    ['an id with spaces', { id: 'a b', name: 'list-volumes' }, 'bad-request', 'id'],
    ['a long id', { id: 'x'.repeat(65), name: 'list-volumes' }, 'bad-request', 'id'],
    ['no name', { id: 'x1' }, 'bad-request', 'name'],
    ['params that are a list', { id: 'x2', name: 'list-volumes', params: [] }, 'bad-request', 'params'],
    ['another field', { id: 'x3', name: 'list-volumes', extra: 1 }, 'bad-request', 'extra'],
    ['an unknown name', { id: 'x4', name: 'format-everything' }, 'unknown-request', 'name'],
  ])('an envelope with %s is refused', (_what, envelope, code, field) => {
    let answer: ServiceAnswer | undefined
    world.controller('a')?.submitService(envelope, 'a', (given) => (answer = given))
    expect(answer).toMatchObject({ receivedBy: 'a', error: field === undefined ? { code } : { code, field } })
  })
})

describe('requests', () => {
  it('make, show, map, find, rename and delete a volume', () => {
    expect(result('create-volume', { name: 'charlie', group: 'r5', megabytes: 2, preferredOwner: 'b' })).toMatchObject({
      name: 'charlie',
      bytes: 2 * MIB,
      blockCount: (2 * MIB) / BLOCK_BYTES,
      preferredOwner: 'b',
      owner: 'b',
      luns: [],
    })
    expect(result('map-lun', { volume: 'charlie' })).toMatchObject({ lun: 2, volume: 'charlie' })
    expect(result('list-luns')).toMatchObject({ luns: [{ lun: 0 }, { lun: 1 }, { lun: 2, volume: 'charlie', owner: 'b' }] })
    expect(ask('delete-volume', { volume: 'charlie' })).toMatchObject({ error: { code: 'in-use' } })
    expect(ask('map-lun', { volume: 'charlie', lun: 5 })).toMatchObject({ error: { code: 'already-exists' } })
    expect(result('rename-volume', { volume: 'charlie', name: 'delta' })).toMatchObject({ name: 'delta', luns: [2] })
    expect(result('unmap-lun', { lun: 2 })).toMatchObject({ unmapped: 2, volume: 'delta' })
    expect(result('delete-volume', { volume: 'delta' })).toMatchObject({ deleted: 'delta' })
    expect(result('list-volumes')).toMatchObject({ volumes: [{ name: 'alpha' }, { name: 'bravo' }] })
  })

  it('find a block of a volume on the drives, and back', () => {
    for (const [volume, block] of [
      ['alpha', 0],
      ['alpha', 1000],
      ['bravo', 77],
    ] as const) {
      const there = result('locate-block', { volume, block }) as {
        readonly data: { readonly drive: number; readonly block: number }
        readonly copies: readonly { drive: number; block: number }[]
      }
      const { drive, block: driveBlock } = there.data
      expect(result('locate-drive-block', { drive, block: driveBlock })).toMatchObject({ kind: 'data', volume, volumeBlock: block })
      for (const copy of there.copies)
        expect(result('locate-drive-block', { drive: copy.drive, block: copy.block })).toMatchObject({
          kind: 'mirror',
          volume,
          volumeBlock: block,
        })
    }
    expect(result('locate-block', { volume: 'alpha', block: 0 })).toMatchObject({ level: 'raid5', copies: [] })
    expect(result('locate-block', { volume: 0, block: 0 })).toHaveProperty('parity.drive')
    expect(result('locate-drive-block', { drive: 0, block: 0 })).toEqual({ drive: 0, block: 0, kind: 'superblock' })
  })

  it('show drives and groups with what is free', () => {
    expect(result('list-drives')).toMatchObject({
      drives: [{ index: 0, state: 'online', groups: expect.arrayContaining(['r5']) as unknown }, {}, {}, {}, {}, {}],
    })
    expect(result('list-groups')).toMatchObject({
      groups: [{ name: 'r5', level: 'raid5', state: 'good', volumes: ['alpha'] }, { name: 'r1' }, { name: 'r0' }, { name: 'linear' }],
    })
  })

  it('never give a serial number twice', () => {
    const serials = new Set<unknown>()
    for (let i = 0; i < 10; i++) {
      const { serial, id } = result('create-volume', { name: `v${i}`, group: 'r0', blocks: 8 }) as {
        readonly serial: string
        readonly id: number
      }
      serials.add(serial)
      result('delete-volume', { volume: id })
    }
    expect(serials.size).toBe(10)
  })
})
