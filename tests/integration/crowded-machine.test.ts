/** A machine on which something is taken already: the usual ports, or nearly all shared memory. The lab starts, and says so. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isWhole, labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

const USUAL_PORTS = [3260, 3261, 8080, 8081, 8082]

let folder: string
let lab: LabProcess | undefined
const taken: Server[] = []

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'crowded-machine-'))
})
afterEach(async () => {
  await lab?.stop()
  lab = undefined
  for (const server of taken.splice(0)) server.close()
  fs.rmSync(folder, { recursive: true })
})

/** Unless another program has it already. */
function occupy(port: number): Promise<void> {
  const server = createServer()
  taken.push(server)
  return new Promise((resolve) => {
    server.once('error', () => resolve())
    server.listen(port, '127.0.0.1', resolve)
  })
}

const saidFile = (): string => path.join(folder, 'said')
const serve = (...options: readonly string[]): readonly string[] => [
  ...[process.execPath, 'out/main/serve.js', '--lab', path.join(folder, 'lab')],
  ...['--drives', '4', '--drive-mib', '16', '--no-workload', ...options],
]
/** Runs the command of its arguments, with its sentences in a file. */
const NOTED = `exec "$@" 2>'%'`

it('all usual ports are in use: it takes others, and says which', async () => {
  for (const port of USUAL_PORTS) await occupy(port)
  lab = await startLabProcess({ command: ['sh', '-c', NOTED.replace('%', saidFile()), 'sh', ...serve()] })
  const { portals, management, http } = lab.ready
  const ports = [portals.a, portals.b, management.a, management.b, http].map((address) => Number(address.split(':').at(-1)))
  expect(ports.filter((port) => USUAL_PORTS.includes(port))).toEqual([])
  const said = fs.readFileSync(saidFile(), 'utf8')
  const [portalA, portalB, managementA, managementB] = ports
  expect(said).toContain(`Port 3260 is in use by another program. The portal of controller A is ${portalA}.`)
  expect(said).toContain(`Port 3261 is in use by another program. The portal of controller B is ${portalB}.`)
  expect(said).toContain(`Port 8081 is in use by another program. The management port of controller A is ${managementA}.`)
  expect(said).toContain(`Port 8082 is in use by another program. The management port of controller B is ${managementB}.`)
  expect(said).toContain('Port 8080 is in use by another program. The page uses another port.')
  await labClient(lab.ready).until('the pair is whole', isWhole)
})

it('64 KiB of shared memory: it is ready all the same', async ({ skip }) => {
  const small = 'mount -t tmpfs -o size=64k tmpfs /dev/shm'
  if (spawnSync('unshare', ['-m', 'sh', '-c', small]).status !== 0) skip('only root may mount a small /dev/shm')
  lab = await startLabProcess({ command: ['unshare', '-m', 'sh', '-c', `${small} && exec "$@"`, 'sh', ...serve(...ANY_PORTS)] })
  await labClient(lab.ready).until('the pair is whole', isWhole)
})
