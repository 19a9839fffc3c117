import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, nextTick, type Component } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { present } from '../../../src-main/base/assert'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import type { LinkState } from '../../../src-renderer/bridge/connection'
import { createMessages } from '../../../src-renderer/i18n'
import JsonTree from '../../../src-renderer/components/service/JsonTree.vue'
import LinkBanner from '../../../src-renderer/components/shell/LinkBanner.vue'
import TakeoverBar from '../../../src-renderer/components/takeover/TakeoverBar.vue'
import ControllerNode from '../../../src-renderer/components/topology/ControllerNode.vue'
import DriveDetails from '../../../src-renderer/components/topology/DriveDetails.vue'
import DriveShelf from '../../../src-renderer/components/topology/DriveShelf.vue'
import HostNode from '../../../src-renderer/components/topology/HostNode.vue'
import VolumeChips from '../../../src-renderer/components/topology/VolumeChips.vue'
import LedgerLine from '../../../src-renderer/components/workload/LedgerLine.vue'
import WorkloadForm from '../../../src-renderer/components/workload/WorkloadForm.vue'
import OutageMeter from '../../../src-renderer/components/workload/OutageMeter.vue'
import { SCENE } from '../../../src-renderer/composables/useScene'
import { useLabStore } from '../../../src-renderer/stores/lab'
import { useEventStore } from '../../../src-renderer/stores/events'
import { REAL_TIME } from '../../../src-renderer/model/stage-clock'
import { createFakeLab, type FakeLab } from '../../support/fake-lab'

let pinia: ReturnType<typeof createPinia>
let frames: (() => void)[]

beforeEach(() => {
  frames = []
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }))
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run))
  pinia = createPinia()
  setActivePinia(pinia)
})
afterEach(() => vi.unstubAllGlobals())

/** The lab's next snapshot, shown as by the next animation frame. */
async function show(lab: FakeLab, ms = 50): Promise<void> {
  lab.advance(ms)
  for (const run of frames.splice(0)) run()
  await nextTick()
}

function attach(lab: FakeLab, link: LinkState = 'open'): void {
  const saveFile = () => Promise.resolve(undefined)
  useLabStore().attach({ api: lab.api, kind: 'browser', linkState: () => link, onLinkState: () => () => undefined, saveFile })
}

/** What is shown, with a part of it changed. */
function change(part: (now: LabSnapshot) => Partial<LabSnapshot>): void {
  const store = useLabStore()
  const now = present(store.snapshot, 'what is shown')
  store.snapshot = { ...now, ...part(now) }
}

async function htmlOf(component: Component): Promise<string> {
  return renderToString(createSSRApp(component).use(pinia).use(createMessages()))
}

async function textOf(component: Component, props: Record<string, unknown> = {}): Promise<string> {
  const html = await renderToString(createSSRApp(component, props).use(pinia).use(createMessages()))
  return html
    .replaceAll(/<!--.*?-->|<style.*?<\/style>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

describe('a controller in the picture', () => {
  it('shows the uncaught error by which it died, and who serves in its place', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    lab.crash('b', 'InvariantError: block 1048576 is outside group 0')
    await show(lab, 1000)
    const text = await textOf(ControllerNode, { id: 'b' })
    expect(text).toContain('Down')
    expect(text).toContain('InvariantError: block 1048576 is outside group 0')
    expect(text).toContain('A serves its volumes and addresses')
  })

  it('says in words that it is hung, and for how long it has been silent', async () => {
    const lab = createFakeLab()
    attach(lab)
    await lab.api.command('hang', { controller: 'a' })
    await show(lab, 200)
    expect(await textOf(ControllerNode, { id: 'a' })).toMatch(/Hung .* silent for \d+ ms/)
  })

  it('says what is in its NVRAM and how its mirror stands; without a mirror, what writes wait for', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await textOf(ControllerNode, { id: 'b' })).toMatch(/mirror in step NVRAM 384 KiB 1 volume dirty/)
    await lab.api.command('kill', { controller: 'a' })
    await show(lab, 2000)
    expect(await textOf(ControllerNode, { id: 'b' })).toMatch(/mirror away NVRAM 384 KiB write-through/)
    expect(await textOf(ControllerNode, { id: 'a' })).not.toContain('NVRAM')
  })

  it('says that its NVRAM has no battery', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    change(({ controllers: { a, b } }) => ({ controllers: { a, b: { ...b, faults: { unplugged: [], stolen: [], battery: 'gone' } } } }))
    expect(await textOf(ControllerNode, { id: 'b' })).toMatch(/mirror in step NVRAM 384 KiB no battery/)
    expect(await textOf(ControllerNode, { id: 'a' })).not.toContain('no battery')
  })

  it('says why it waits, in the words of the controller', async () => {
    const lab = createFakeLab()
    attach(lab)
    lab.wait('b', 'the other controller is there but nothing is heard from it')
    await show(lab)
    expect(await textOf(ControllerNode, { id: 'b' })).toContain(
      'It is waiting: the other controller is there but nothing is heard from it.',
    )
  })

  it('says what it is for service requests under each dispatch scheme, and in which epoch', async () => {
    const lab = createFakeLab()
    attach(lab)
    const rolesUnder = async (scheme: string) => {
      await lab.api.requestService('a', { id: scheme, name: 'set-dispatch-scheme', params: { scheme } })
      await show(lab)
      return [await textOf(ControllerNode, { id: 'a' }), await textOf(ControllerNode, { id: 'b' })]
    }
    expect(await rolesUnder('serve-locally')).toEqual([
      expect.stringContaining('◆ service owner, epoch 3'),
      expect.not.stringMatching(/[◆◇]/),
    ])
    expect(await rolesUnder('transfer-ownership')).toEqual([
      expect.stringContaining('◆ arbiter · service owner'),
      expect.not.stringMatching(/[◆◇]/),
    ])
    expect(await rolesUnder('primary-only')).toEqual([
      expect.stringContaining('◆ primary, epoch 3'),
      expect.stringContaining('◇ secondary'),
    ])
  })

  it('shows the steps of a takeover while it happens', async () => {
    const lab = createFakeLab({ slowTakeover: true })
    attach(lab)
    await lab.api.command('kill', { controller: 'a' })
    await show(lab, 2600)
    const text = await textOf(ControllerNode, { id: 'b' })
    expect(text).toContain('Taking over')
    expect(text).toMatch(/detect 118 .*fence 6\.2 .* in ms, \d+ ms so far/)
  })
})

describe('the picture around it', () => {
  it('says of a volume that is away whose it is', async () => {
    const lab = createFakeLab()
    attach(lab)
    await lab.api.command('kill', { controller: 'a' })
    await show(lab, 2000)
    expect(await textOf(VolumeChips)).toMatch(/alpha .* from A/)
  })

  it('marks volumes whose acknowledged data is not on the drives yet', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await textOf(VolumeChips)).toContain('alpha LUN 0 · epoch 3 dirty')
  })

  it('counts in the takeover what was replayed', async () => {
    const lab = createFakeLab()
    attach(lab)
    await lab.api.command('kill', { controller: 'a' })
    await show(lab, 2000)
    expect(await textOf(TakeoverBar, { takeover: useLabStore().snapshot?.takeovers.at(-1) })).toContain(
      '44 records of its mirrored log are written to the drives.',
    )
  })

  it('shows how far an operation is', async () => {
    expect(await textOf(JsonTree, { value: { operations: [{ operation: 'x', progress: { done: 2, total: 3 } }] } })).toContain('2 of 3')
  })

  it('says by which path the host uses each LUN', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await textOf(HostNode)).toMatch(/Path A up .* LUN 0 alpha path A LUN 1 bravo path B/)
    await lab.api.command('start-workload', {})
    lab.leaveUnanswered(1, 900)
    await show(lab)
    expect(await textOf(HostNode)).toMatch(/LUN 0 alpha path A 1 bravo no answer/)
  })

  it('makes lost blocks a matter of words too', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await textOf(LedgerLine)).toContain('Not checked yet')
    await lab.api.command('start-workload', {})
    await show(lab, 1000)
    await lab.api.command('verify-ledger', {})
    await show(lab)
    expect(await textOf(LedgerLine)).toMatch(/\d blocks read back, 0 lost/)
    lab.lose(2)
    await show(lab)
    expect(await textOf(LedgerLine)).toContain('2 blocks lost')
  })

  it('measures no outage where nothing is sent, and names the cause of one', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await textOf(OutageMeter)).toMatch(/– .*Not measured: no workload runs\./)
    await lab.api.command('start-workload', {})
    lab.leaveUnanswered(1, 1300)
    await show(lab)
    expect(await textOf(OutageMeter)).toContain('LUN 1 unanswered: 1,300 ms')
    lab.leaveUnanswered(0, 900)
    await show(lab)
    expect(await textOf(OutageMeter)).toContain('LUNs 0, 1 unanswered: 1,300 ms')
    lab.leaveUnanswered(0, 0)
    lab.leaveUnanswered(1, 0)
    await lab.api.command('kill', { controller: 'a' })
    await show(lab, 2000)
    expect(await textOf(OutageMeter)).toMatch(/211 ms A crashed, LUN 0/)
    await lab.api.command('reset-outages', {})
    await show(lab)
    expect(await textOf(OutageMeter)).not.toContain('211')
  })

  it('gives no verdict on the ledger without a connection', async () => {
    const lab = createFakeLab()
    attach(lab, 'lost')
    await show(lab)
    expect(await textOf(LedgerLine)).toContain('Not known: no connection to the host')
    expect(await textOf(OutageMeter)).toContain('Last known: there is no connection.')
  })

  it('lets nobody choose a workload without a connection', async () => {
    const lab = createFakeLab()
    attach(lab, 'lost')
    await show(lab)
    const lost = await htmlOf(WorkloadForm)
    expect(lost.match(/<select[^>]*>/g)).toEqual([expect.stringContaining(' disabled'), expect.stringContaining(' disabled')])
    expect(lost.match(/class="slider"[^>]*data-disabled|data-disabled[^>]*class="slider"/g)).toHaveLength(2)
    useLabStore().link = 'open'
    expect(await htmlOf(WorkloadForm)).not.toMatch(/ disabled|data-disabled/)
  })

  it('says that the connection is lost, and that what is shown is old', async () => {
    attach(createFakeLab(), 'lost')
    expect(await textOf(LinkBanner)).toContain('You see the last known state.')
  })
})

describe('a drive', () => {
  const rebuild = { id: 'window-1', name: 'rebuild-drive', params: { drive: 2 } }
  const detailsOf = (index: number) => textOf(DriveDetails, { drive: useLabStore().snapshot?.drives[index] })

  it('in use can be rebuilt by one who means it; that failed says since when it is out, why, and offers to be rebuilt', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await detailsOf(2)).toMatch(/Drive 2 in use .* Rebuild anyway…/)
    lab.failDrive(2)
    await show(lab)
    expect(await textOf(DriveShelf)).toContain('Drive 2 failed')
    const details = await detailsOf(2)
    expect(details).toMatch(/Drive 2 failed .* since generation 8\. It may have missed writes\. .* it stays out/)
    expect(details).toMatch(/it stays out.* The drive cannot be read: the file is shorter.* Rebuild/)
  })

  it('shows in the picture and in its details how far it is rebuilt', async () => {
    const lab = createFakeLab()
    attach(lab)
    lab.failDrive(2)
    await lab.api.requestService('a', rebuild)
    await show(lab, 1000)
    expect(await textOf(DriveShelf)).toMatch(/Drive 2 rebuilding \d+%/)
    const details = await detailsOf(2)
    expect(details).toMatch(/Drive 2 being rebuilt .* \d+%, [\d,]+ of [\d,]+ stripes/)
    expect(details).not.toContain('Rebuild ')
    await show(lab, 120_000)
    expect(await detailsOf(2)).toContain('Drive 2 in use')
  })

  it('says why it could not be rebuilt, and can be asked for again', async () => {
    const lab = createFakeLab()
    attach(lab)
    lab.failDrive(2)
    await lab.api.requestService('a', rebuild)
    await show(lab)
    lab.endRebuild(2, 'Drive 2 did not answer during its rebuild.')
    await show(lab)
    expect(await detailsOf(2)).toMatch(/It could not be rebuilt: Drive 2 did not answer during its rebuild\. .* Rebuild/)
  })

  it('that is slow, or has a bad sector, is marked in the picture and says so, though it is in use', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    expect(await htmlOf(DriveShelf)).not.toContain('trouble')
    const faults = { presence: 'present', extraLatencyMs: 400, badSectors: [8] } as const
    change(({ drives }) => ({ drives: drives.map((drive) => (drive.index === 2 ? { ...drive, faults } : drive)) }))
    expect(await textOf(DriveShelf)).toMatch(/Drive 2 256 MiB 400 ms slower, 1 bad sector /)
    expect((await htmlOf(DriveShelf)).match(/trouble-mark/g)).toHaveLength(1)
  })

  it('has the color of nobody while its owner serves nothing', async () => {
    const lab = createFakeLab()
    attach(lab)
    await show(lab)
    const colors = async () =>
      new Set([...(await htmlOf(DriveShelf)).matchAll(/class="(of-[ab])? ?used/g)].map(([, color = 'none']) => color))
    expect(await colors()).toEqual(new Set(['of-a', 'of-b']))
    change(({ controllers: { a, b } }) => ({ controllers: { a: { ...a, state: 'down' }, b: { ...b, state: 'down' } } }))
    expect(await colors()).toEqual(new Set(['none']))
  })

  it('of a simulation cannot be rebuilt by hand', async () => {
    const lab = createFakeLab()
    attach(lab)
    lab.failDrive(2)
    await show(lab)
    const app = createSSRApp(DriveDetails, { drive: useLabStore().snapshot?.drives[2] }).use(pinia).use(createMessages())
    app.provide(SCENE, { lab: useLabStore(), events: useEventStore(), clock: REAL_TIME, mayAct: false, openTable: () => undefined })
    const html = await renderToString(app)
    expect(html).toContain('since generation 8')
    expect(html).not.toContain('<button')
  })
})
