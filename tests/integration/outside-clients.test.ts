/** Programs that people use, against a lab of its own process: libiscsi and QEMU. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTakenOver, isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { lunUrl, qemuIo, runProgram, verifyPattern } from '../support/outside-clients'

let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'outside-clients-'))
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--no-workload', ...ANY_PORTS] })
  client = labClient(lab.ready)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

const url = (side: 'a' | 'b', lun: number) => lunUrl(lab.ready.portals[side], lab.ready.target, lun)

describe('libiscsi', () => {
  it.each(['a', 'b'] as const)('discovers both portals and the LUNs through %s', async (side) => {
    const { code, output } = await runProgram('iscsi-ls', ['-s', `iscsi://${lab.ready.portals[side]}`])
    expect(code).toBe(0)
    expect(output).toContain(`Target:${lab.ready.target} Portal:${lab.ready.portals.a},1`)
    expect(output).toContain(`Target:${lab.ready.target} Portal:${lab.ready.portals.b},2`)
    for (const { lun } of lab.ready.luns) expect(output).toMatch(new RegExp(`Lun:${lun}\\s+Type:DIRECT_ACCESS`))
  })

  it('reads every page that it knows of those the device has, and the same identity on both paths', async () => {
    const { output: pages } = await runProgram('iscsi-inq', ['-e', '1', '-c', '0', url('a', 0)])
    const codes = [...pages.matchAll(/0x([0-9a-f]{2}) (?!unknown)/gi)].map(([, code]) => Number.parseInt(code ?? '', 16))
    expect(codes).toEqual(expect.arrayContaining([0x00, 0x80, 0x83, 0xb0]))
    for (const code of codes) {
      const { code: status, output } = await runProgram('iscsi-inq', ['-e', '1', '-c', String(code), url('b', 0)])
      expect(status, output).toBe(0)
    }
    const serial = (side: 'a' | 'b') => runProgram('iscsi-inq', ['-e', '1', '-c', '128', url(side, 0)])
    expect((await serial('a')).output).toBe((await serial('b')).output)
  })

  it('reads the capacity', async () => {
    const [first] = lab.ready.luns
    const { code, output } = await runProgram('iscsi-readcapacity16', [url('a', 0)])
    expect(code).toBe(0)
    expect(output).toContain(`Total size:${first?.bytes}`)
  })
})

describe('QEMU', () => {
  it('sees the size of each volume through each portal', async () => {
    for (const { lun, bytes } of lab.ready.luns) {
      for (const side of ['a', 'b'] as const) {
        const { output } = await runProgram('qemu-img', ['info', '--output=json', url(side, lun)])
        expect(JSON.parse(output)).toMatchObject({ format: 'raw', 'virtual-size': bytes })
      }
    }
  })

  it("finds what it wrote: through the survivor, through the dead one's old portal, and after the restart", async () => {
    const range = '1M 4M'
    const unaligned = '6M 73K'
    for (const lun of [0, 1]) {
      const { code, output } = await qemuIo(url('a', lun), `write -P ${0xa0 + lun} ${range}`, `write -P 0x5c ${unaligned}`, 'flush')
      expect(code, output).toBe(0)
    }
    const verifyAll = async (side: 'a' | 'b') => {
      for (const lun of [0, 1]) {
        expect(await verifyPattern(url(side, lun), 0xa0 + lun, range)).toBe('the same')
        expect(await verifyPattern(url(side, lun), 0x5c, unaligned)).toBe('the same')
      }
    }
    await client.command('kill', { controller: 'a' })
    await client.until('B has taken over', isTakenOver('b'))
    await verifyAll('b')
    await verifyAll('a')
    expect((await qemuIo(url('a', 0), 'write -P 0x77 12M 1M')).code).toBe(0)

    await client.command('restart', { controller: 'a' })
    await client.until('A is back with its volume', isWhole)
    await verifyAll('a')
    await verifyAll('b')
    expect(await verifyPattern(url('b', 0), 0x77, '12M 1M')).toBe('the same')
  })

  it('copies an image in and out', async () => {
    const image = path.join(folder, 'image.raw')
    const copy = path.join(folder, 'copy.raw')
    const bytes = Buffer.alloc(8 * 1024 * 1024)
    for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE((i * 2_654_435_761) >>> 0, i)
    fs.writeFileSync(image, bytes)
    const input = await runProgram('qemu-img', ['convert', '-n', '-f', 'raw', '-O', 'raw', image, url('b', 0)])
    expect(input.code, input.output).toBe(0)
    const output = await runProgram('qemu-img', ['convert', '-f', 'raw', '-O', 'raw', url('a', 0), copy])
    expect(output.code, output.output).toBe(0)
    expect(fs.readFileSync(copy).subarray(0, bytes.length).equals(bytes)).toBe(true)
  })
})
