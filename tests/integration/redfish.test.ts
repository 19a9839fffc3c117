/** DMTF's redfishtool, as somebody types it, reads the array at both management ports, and at both from the survivor. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTakenOver, labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { runProgram } from '../support/outside-clients'

const VOLUMES = 'Storage/array/Volumes'
let folder: string
let lab: LabProcess

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'redfish-'))
  lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drive-mib', '16', '--no-workload', ...ANY_PORTS],
  })
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

type Resource = Readonly<Record<string, unknown>>

async function redfishtool(of: 'a' | 'b', ...what: readonly string[]): Promise<Resource> {
  const { host } = new URL(lab.ready.management[of])
  const { code, output } = await runProgram('redfishtool', ['-r', host, '-S', 'Never', '-A', 'Session', '-t', lab.ready.token, ...what])
  if (code !== 0) throw new Error(output)
  return JSON.parse(output.slice(output.indexOf('{'))) as Resource
}

const read = (of: 'a' | 'b', where: string): Promise<Resource> => redfishtool(of, 'raw', 'GET', `/redfish/v1/${where}`)

describe('redfishtool', () => {
  it('finds the chassis and its drives', async () => {
    expect(await redfishtool('a', 'Chassis', '-1')).toMatchObject({ ChassisType: 'StorageEnclosure', Status: { Health: 'OK' } })
    expect(await read('b', 'Chassis/shelf/Drives')).toHaveProperty(['Members@odata.count'], 6)
  })

  it('reads the same volumes at both', async () => {
    const [atA, atB] = await Promise.all([read('a', VOLUMES), read('b', VOLUMES)])
    expect(atA['Members@odata.count']).toBe(lab.ready.luns.length)
    expect(atB).toEqual(atA)
  })

  it('reads at A’s port, from B, that A is out', async () => {
    expect(await read('a', 'Storage/array/Controllers/a')).toMatchObject({ Status: { Health: 'OK' } })
    const client = labClient(lab.ready)
    await client.command('kill', { controller: 'a' })
    await client.until('B has taken over', isTakenOver('b'))
    expect(await read('a', 'Storage/array/Controllers/a')).toMatchObject({ Status: { Health: 'Critical' } })
    expect(await read('a', 'Storage/array')).toMatchObject({ Status: { Health: 'Warning' } })
    const [first] = (await read('a', VOLUMES))['Members'] as readonly { readonly '@odata.id': string }[]
    const volume = await redfishtool('a', 'raw', 'GET', first?.['@odata.id'] ?? '')
    expect(volume).toMatchObject({ Oem: { TakeoverLab: { Owner: { '@odata.id': '/redfish/v1/Storage/array/Controllers/b' } } } })
  })
})
