import { describe, expect, it } from 'vitest'
import { redfishResource } from '../../../src-main/platform/redfish'
import { firstArrayState } from '../../support/fake-lab-data'
import { reportOf } from '../../support/service-handler'

type Resource = Readonly<Record<string, unknown>>
const array = firstArrayState(6)
const drives = array.configuration.drives.map(({ index }) => ({ index, state: 'online' as const, reads: 0, writes: 0 }))
const whole = reportOf('a', { array, drives, portals: ['a'] })

/** Every path that is linked to, by any property at any depth. */
function linksIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key === '@odata.id' && typeof inner === 'string' ? [inner] : linksIn(inner)))
}

function crawl(report = whole): Map<string, Resource> {
  const found = new Map<string, Resource>()
  const open = ['/redfish/v1']
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const [at = ''] = path.split('#')
    if (found.has(at)) continue
    const resource = redfishResource(at, report)
    if (resource === undefined) throw new Error(`${at} is linked to and is not there.`)
    found.set(at, resource)
    open.push(...linksIn(resource))
  }
  return found
}

describe('the array as Redfish', () => {
  it('leads by its links from the root to every drive, pool, volume and controller, and nowhere else', () => {
    const paths = [...crawl().keys()]
    const count = (prefix: string): number => paths.filter((path) => path.startsWith(`${prefix}/`)).length
    expect(count('/redfish/v1/Chassis/shelf/Drives')).toBe(array.configuration.drives.length)
    expect(count('/redfish/v1/Storage/array/StoragePools')).toBe(array.configuration.groups.length)
    expect(count('/redfish/v1/Storage/array/Volumes')).toBe(array.configuration.volumes.length)
    expect(count('/redfish/v1/Storage/array/Controllers')).toBe(2)
  })

  it('names each resource by its own path, type and name, and counts what a collection has', () => {
    for (const [path, resource] of crawl()) {
      expect(resource).toMatchObject({ '@odata.id': path, Name: expect.any(String) as string })
      const isCollection = String(resource['@odata.type']).endsWith('Collection')
      expect(resource['@odata.type']).toMatch(isCollection ? /^#(\w+)Collection\.\1Collection$/ : /^#(\w+)\.v\d+_\d+_\d+\.\1$/)
      if (isCollection) expect(resource['Members@odata.count']).toBe((resource['Members'] as unknown[]).length)
      else expect(resource['Id']).toEqual(expect.any(String))
    }
  })

  it('gives a volume its size, level, drives, owner and LUNs', () => {
    const [first] = array.configuration.volumes
    const owned = array.ownership.find(({ volumeId }) => volumeId === first?.id)
    expect(redfishResource(`/redfish/v1/Storage/array/Volumes/${first?.id}`, whole)).toMatchObject({
      Name: first?.name,
      CapacityBytes: (first?.blockCount ?? 0) * 512,
      Status: { State: 'Enabled', Health: 'OK' },
      Oem: { TakeoverLab: { Owner: { '@odata.id': `/redfish/v1/Storage/array/Controllers/${owned?.owner}` }, Epoch: owned?.epoch } },
    })
  })

  it('says what has failed: a drive with its pool and volumes, and the peer that is away', () => {
    const [group] = array.configuration.groups
    const drive = group?.sections[0]?.drive ?? 0
    const failed = {
      ...whole,
      portals: ['a', 'b'] as const,
      array: { ...array, failedMembers: [{ groupId: group?.id ?? 0, drive, afterGeneration: 1 }] },
      drives: drives.map((one) => (one.index === drive ? { ...one, state: 'failed' as const } : one)),
    }
    const statusAt = (path: string) => redfishResource(`/redfish/v1/${path}`, failed)?.['Status']
    expect(statusAt(`Chassis/shelf/Drives/${drive}`)).toEqual({ State: 'UnavailableOffline', Health: 'Critical' })
    expect(statusAt(`Storage/array/StoragePools/${group?.id}`)).toEqual({ State: 'Enabled', Health: 'Warning' })
    expect(statusAt('Storage/array')).toEqual({ State: 'Enabled', Health: 'Warning' })
    expect(statusAt('Storage/array/Controllers/a')).toEqual({ State: 'Enabled', Health: 'OK' })
    expect(statusAt('Storage/array/Controllers/b')).toEqual({ State: 'UnavailableOffline', Health: 'Critical' })
  })

  it('still has its root, chassis and controllers where nobody knows the array', () => {
    expect(crawl(reportOf('b', { phase: 'waiting' })).has('/redfish/v1/Storage/array/Controllers/a')).toBe(true)
  })

  it.each(['/redfish/v2', '/redfish/v1/Systems', '/redfish/v1/Storage/array/Volumes/99', '/redfish/v1/../v1'])(
    'has nothing at %s',
    (path) => {
      expect(redfishResource(path, whole)).toBeUndefined()
    },
  )

  it('tells which versions there are', () => {
    expect(redfishResource('/redfish', whole)).toEqual({ v1: '/redfish/v1/' })
  })
})
