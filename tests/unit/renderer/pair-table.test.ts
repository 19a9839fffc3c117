import { createPinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { present } from '../../../src-main/base/assert'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { usePairTable, type TableSection } from '../../../src-renderer/composables/usePairTable'
import { createMessages } from '../../../src-renderer/i18n'
import { createFakeLab } from '../../support/fake-lab'

async function tableOf(): Promise<ReturnType<typeof usePairTable>> {
  let table: ReturnType<typeof usePairTable> | undefined
  const app = createSSRApp({
    setup() {
      table = usePairTable()
      return () => ''
    },
  })
  await renderToString(app.use(createPinia()).use(createMessages()))
  return present(table, 'the table')
}

const table = await tableOf()
const lab = createFakeLab()
lab.advance(100)
const whole = await lab.api.snapshot()

/** What a row says under the names of its columns. */
function said(section: TableSection, key: string, snapshot: LabSnapshot): Readonly<Record<string, string | undefined>> {
  const { cells } = present(
    table.rowsOf(section, snapshot).find((row) => row.key === key),
    `row ${key}`,
  )
  return Object.fromEntries(table.columnsOf(section).map((column, index) => [column, cells[index]]))
}

describe('the rows of the pair', () => {
  const host = present(whole.host, 'the host')

  it('say how far a rebuild is', () => {
    const rebuild = { ...present(whole.drives[2], 'drive 2'), rebuild: { state: 'running', done: 1, total: 4 } as never }
    const snapshot = { ...whole, drives: whole.drives.with(2, rebuild) }
    expect(said('drives', '2', snapshot)).toMatchObject({ Drive: 'Drive 2', State: 'rebuilding 25%' })
  })

  it('add reads and writes up', () => {
    const rates = { ...host.rates, readsPerSecond: 30, writesPerSecond: 12 }
    const running = { ...host, rates, workload: { ...host.workload, running: true } }
    expect(said('underWay', 'workload', { ...whole, host: running })).toMatchObject({ 'How far': '42 requests per second' })
    expect(
      said('underWay', 'workload', { ...whole, host: { ...running, workload: { ...host.workload, running: false } } }),
    ).not.toMatchObject({
      'How far': '42 requests per second',
    })
  })

  it('tell who owns a volume from who should', () => {
    const array = present(whole.array, 'the array')
    const volume = present(
      array.configuration.volumes.find(({ preferredOwner }) => preferredOwner === 'a'),
      'a volume of A',
    )
    const ownership = array.ownership.map((one) => (one.volumeId === volume.id ? { ...one, owner: 'b' as const, epoch: 1234 } : one))
    expect(said('volumes', String(volume.id), { ...whole, array: { ...array, ownership } })).toMatchObject({
      Volume: volume.name,
      Owner: 'B, epoch 1,234',
      'Preferred owner': 'A',
    })
  })

  it('say which path of a volume is in use, and which is down', () => {
    const { lun, volumeId } = present(whole.array?.configuration.luns[0], 'a LUN')
    const through = (down: boolean) => {
      const paths = host.paths.map((path) => ({
        ...path,
        state: down && path.controller === 'a' ? ('down' as const) : ('up' as const),
        luns: [{ lun, accessState: path.controller === 'a' ? 'active-optimized' : 'standby', inUse: path.controller === 'a' }],
      }))
      return said('volumes', String(volumeId), { ...whole, host: { ...host, paths: paths as never } })['Paths of the host']
    }
    expect(through(false)).toBe('A: optimized, in use; B: standby')
    expect(through(true)).toBe('A: down; B: standby')
  })
})
