import type { LinkState } from '../../../../src-renderer/bridge/connection'
import type { LabConnection } from '../../../../src-renderer/bridge/connection'
import { createLabWindow } from '../../../../src-renderer/window'
import { createFakeLab } from '../../../support/fake-lab'
import { createFakeSimulation } from '../../../support/fake-simulation'

/** The window over a pretended lab in a state that the address names: to look at it without a lab. */
const query = new URLSearchParams(location.search)
const scene = query.get('scene') ?? 'running'
const kept = {
  view: scene.startsWith('sim') ? 'simulation' : 'live',
  panel: query.get('panel') ?? 'workload',
  theme: query.get('theme') ?? 'dark',
  hintSeen: query.get('hint') === null,
}
localStorage.setItem('takeover-lab.settings', JSON.stringify(kept))

const lab = createFakeLab({ driveCount: Number(query.get('drives') ?? 6), slowTakeover: scene === 'taking-over' })
const simulation = createFakeSimulation({
  violations:
    scene === 'sim-violated'
      ? [
          {
            checker: 'blocks',
            sentence:
              'host 1 read block 8192 of volume 0: it holds what was written at 1411.3 ms, ' +
              'though a later write was acknowledged at 1893.9 ms',
            event: 900,
            atMs: 7950,
            place: 'controller-b',
          },
          {
            checker: 'writers',
            sentence: 'controller a wrote for volume 1 in epoch 4, which b had claimed',
            event: 905,
            atMs: 8001,
            place: 'drive-2',
          },
        ]
      : [],
})
let link: LinkState = scene === 'connecting' ? 'connecting' : 'open'
const linkListeners = new Set<(state: LinkState) => void>()

const connection: LabConnection = {
  api: { ...lab.api, ...simulation.api },
  kind: 'browser',
  linkState: () => link,
  onLinkState: (listener) => {
    linkListeners.add(listener)
    return () => linkListeners.delete(listener)
  },
  saveFile: ({ name }) => Promise.resolve({ where: `/home/user/Downloads/${name}` }),
}
createLabWindow(connection, { isTrainer: false, presenters: undefined }).mount('#app')

async function play(): Promise<void> {
  const { api } = lab
  if (scene === 'empty') lab.forgetArray()
  if (scene !== 'idle' && scene !== 'empty') await api.command('start-workload', {})
  lab.advance(20_000)
  await api.requestService('a', { id: 'first', name: 'array-status', params: {} })
  if (scene === 'lost') link = 'lost'
  if (['taken-over', 'taking-over', 'giveback', 'down', 'history', 'lost-block', 'starting'].includes(scene))
    await api.command('kill', { controller: 'a' })
  if (scene === 'crashed') lab.crash('b', 'InvariantError: block 1048576 is outside group 0')
  if (scene === 'hung') await api.command('hang', { controller: 'b' })
  if (scene === 'cut') await api.command('cut-interconnect', {})
  if (scene === 'drive' || scene === 'rebuilding') lab.failDrive(2)
  if (scene === 'rebuilding') await api.requestService('a', { id: 'window-1', name: 'rebuild-drive', params: { drive: 2 } })
  if (scene === 'none') for (const controller of ['a', 'b'] as const) await api.command('kill', { controller })
  lab.advance(scene === 'taking-over' ? 2500 : scene === 'hung' ? 250 : 3000)
  if (scene === 'giveback' || scene === 'history' || scene === 'starting') await api.command('restart', { controller: 'a' })
  lab.advance(scene === 'giveback' ? 1100 : scene === 'starting' ? 100 : 200)
  if (scene === 'history') {
    lab.advance(6000)
    await api.command('hang', { controller: 'b' })
    lab.advance(4000)
    await api.command('restart', { controller: 'b' })
    lab.advance(6000)
  }
  if (scene === 'lost-block') lab.lose(2)
  for (const listener of linkListeners) listener(link)
  if (!['lost', 'connecting', 'taking-over', 'giveback', 'hung', 'starting'].includes(scene)) setInterval(() => lab.advance(100), 100)
}

async function playSimulation(): Promise<void> {
  await simulation.api.simulate({ order: 'open', seed: 7, operations: 1000 })
  simulation.advance(0)
  if (scene === 'sim-scanning') return
  if (scene === 'sim-failed') return simulation.die('RangeError: Array buffer allocation failed')
  for (let n = 0; n < 20; n++) simulation.advance(0)
  await simulation.api.simulate({ order: 'seek', event: scene === 'sim-violated' ? 905 : 620 })
  await simulation.api.simulate({ order: 'step', events: 1 })
  if (scene === 'sim-violated') await simulation.api.simulate({ order: 'seek', event: 905 })
  setInterval(() => simulation.advance(33), 33)
}

void play()
if (scene.startsWith('sim') && scene !== 'sim-none') void playSimulation()
