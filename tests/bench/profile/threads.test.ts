/**
 * Where both controllers' threads spend their time under one load, by function: `npm run profile`, or for some of them
 * `npm run profile -- -t writes`. The volume belongs to controller A. `PROFILE_TOP` in the environment: how many
 * functions of each thread.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { countOf, load, machine } from '../../support/machine'
import { profileText } from '../../support/cpu-profile'
import { startProbedLab, type ProbedLab } from '../probed-lab'
import { fillVolume, readsBy, writesBy } from '../outside-loads'

const TOP = countOf('PROFILE_TOP', 25)
const ALPHA = 0
const WARM_UP_SECONDS = 2
const SECONDS = 4

let probed: ProbedLab

beforeAll(async () => {
  probed = await startProbedLab()
  await fillVolume(probed.url(ALPHA, 'a'))
})
afterAll(() => probed.stop())

it.each([
  { what: '4 KiB scattered writes, depth 32, by the owner', by: 'a', load: writesBy({ kib: 4, depth: 32, scattered: true }) },
  { what: '4 KiB writes, depth 1, by the owner', by: 'a', load: writesBy({ kib: 4, depth: 1 }) },
  { what: '256 KiB sequential writes, depth 32, by the owner', by: 'a', load: writesBy({ kib: 256, depth: 32 }) },
  { what: '4 KiB scattered writes, depth 32, by the other controller', by: 'b', load: writesBy({ kib: 4, depth: 32, scattered: true }) },
  { what: '4 KiB random reads, depth 32, by the owner', by: 'a', load: readsBy({ kib: 4, depth: 32, scattered: true }) },
  { what: '4 KiB random reads, depth 32, by the other controller', by: 'b', load: readsBy({ kib: 4, depth: 32, scattered: true }) },
] as const)('$what', async ({ what, by, load: put }) => {
  const url = probed.url(ALPHA, by)
  await put(url, WARM_UP_SECONDS)
  let perSecond = 0
  const profiles = await probed.profile(async () => (perSecond = (await put(url, SECONDS)).perSecond))
  const texts = (['a', 'b'] as const).map((id) =>
    profileText(`thread of controller ${id.toUpperCase()}${id === 'a' ? ', the owner' : ', its peer'}:`, profiles[id], TOP),
  )
  console.log([`${machine()}, ${load()}`, `${what}: ${perSecond.toFixed(0)} a second (while profiled)`, ...texts].join('\n'))
  expect(perSecond).toBeGreaterThan(0)
})
