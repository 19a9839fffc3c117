import { useI18n } from 'vue-i18n'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import { answersAt, type AddressKind } from '../../src-main/contract/pair-faults'
import type { DriveSnapshot, LabSnapshot } from '../../src-main/contract/snapshot'
import { formatBlocks, formatCount, formatMs, formatShare } from '../i18n/format'
import { controllerCondition, isDark, isTakeoverDone, ownerOf, volumesWaitingFor } from '../model/condition'
import { driveWord } from '../model/faults-in-force'
import { unansweredLuns } from '../model/outage'
import { verdictOf } from '../model/verdict'

/** The element that holds the table, to be gone to from the picture. */
export const TABLE_ID = 'pair-table'

/** `key` names the thing in the row, and stays while its cells change. The first cell says what it is. */
export interface TableRow {
  readonly key: string
  readonly cells: readonly string[]
}

const COLUMNS = {
  underWay: ['name', 'state'],
  controllers: ['name', 'state', 'roles', 'owns', 'nvram'],
  links: ['name', 'at', 'state'],
  volumes: ['name', 'lun', 'size', 'level', 'owner', 'preferred', 'paths', 'state'],
  drives: ['name', 'state', 'size', 'accesses', 'note'],
} as const
/** Of ALUA, as hosts are told them. */
const ACCESS_STATES = ['active-optimized', 'active-non-optimized', 'standby', 'unavailable', 'transitioning'] as const
export type TableSection = keyof typeof COLUMNS
export const TABLE_SECTIONS = ['underWay', 'controllers', 'links', 'volumes', 'drives'] as const satisfies readonly TableSection[]

const letter = (id: ControllerId | undefined): string => id?.toUpperCase() ?? ''

/** What the picture of the pair shows, as rows of words. */
export function usePairTable() {
  const { t } = useI18n()
  const none = (): string => t('table.none')
  const listed = (parts: readonly string[]): string => (parts.length === 0 ? none() : parts.join('; '))

  function columnsOf(section: TableSection): readonly string[] {
    return COLUMNS[section].map((column) => t(`table.${section}.${column}`))
  }

  function rowsOf(section: TableSection, snapshot: LabSnapshot): readonly TableRow[] {
    return ROWS[section](snapshot)
  }

  const ROWS: Readonly<Record<TableSection, (snapshot: LabSnapshot) => readonly TableRow[]>> = {
    underWay: (snapshot) => [...takeoverRow(snapshot), ...operationRows(snapshot), ...workloadRows(snapshot)],
    controllers: (snapshot) => CONTROLLER_IDS.map((id) => controllerRow(snapshot, id)),
    links: (snapshot) => [...addressRows(snapshot), ...pathRows(snapshot), interconnectRow(snapshot)],
    volumes: volumeRows,
    drives: (snapshot) => snapshot.drives.map(driveRow),
  }

  function controllerRow(snapshot: LabSnapshot, id: ControllerId): TableRow {
    const condition = controllerCondition(snapshot, id)
    const { array } = snapshot
    const { nvram } = snapshot.controllers[id]
    const owned = array?.configuration.volumes.filter((volume) => ownerOf(snapshot, volume.id) === id) ?? []
    const cache =
      nvram === undefined || isDark(condition)
        ? none()
        : t('table.nvramText', {
            used: t('nvram.used', { share: formatShare(nvram.bytes / Math.max(1, nvram.capacityBytes)) }),
            mirror: t(`nvram.mirror.${nvram.mirror}`),
            dirty: t('nvram.dirty', { count: formatCount(nvram.dirtyVolumes.length) }, nvram.dirtyVolumes.length),
          })
    const cells = [
      t('table.controller', { id: letter(id) }),
      t(`condition.${condition}`),
      listed(isDark(condition) ? [] : rolesOf(snapshot, id)),
      listed(owned.map(({ name }) => name)),
      cache,
    ]
    return { key: id, cells }
  }

  function rolesOf({ array }: LabSnapshot, id: ControllerId): readonly string[] {
    if (array === undefined) return []
    const isOwner = array.serviceOwner === id
    if (array.dispatchScheme === 'primary-only') return [t(isOwner ? 'topology.primary' : 'topology.secondary')]
    const isArbiter = array.dispatchScheme === 'transfer-ownership' && (array.arbiter ?? array.serviceOwner) === id
    return [...(isArbiter ? [t('topology.arbiter')] : []), ...(isOwner ? [t('topology.serviceOwner')] : [])]
  }

  function addressRows({ controllers }: LabSnapshot): readonly TableRow[] {
    return CONTROLLER_IDS.flatMap((id) => {
      const { portalAddress, managementUrl, faults } = controllers[id]
      const stateOf = (kind: AddressKind): string => {
        if (faults?.stolen.includes(kind) === true) return t('table.stolen')
        const server = answersAt(controllers, id, kind)
        return server === undefined ? t('topology.unserved') : t('table.servedBy', { id: letter(server) })
      }
      return [
        { key: `portal-${id}`, cells: [t('topology.portalName', { id: letter(id) }), portalAddress, stateOf('portal')] },
        { key: `management-${id}`, cells: [t('table.managementName', { id: letter(id) }), managementUrl, stateOf('management')] },
      ]
    })
  }

  function pathRows({ host }: LabSnapshot): readonly TableRow[] {
    return (host?.paths ?? []).map(({ controller, address, state }) => ({
      key: `path-${controller}`,
      cells: [t('table.pathName', { id: letter(controller) }), address, t(`topology.pathState.${state}`)],
    }))
  }

  function interconnectRow({ interconnect: { state, messages } }: LabSnapshot): TableRow {
    const text =
      state === 'cut'
        ? t('topology.interconnectCut')
        : t('table.up', { messages: t('topology.messages', { count: formatCount(messages) }, messages) })
    return { key: 'interconnect', cells: [t('topology.interconnect'), none(), text] }
  }

  function volumeRows(snapshot: LabSnapshot): readonly TableRow[] {
    const { array } = snapshot
    return (array?.configuration.volumes ?? []).map(({ id, name, blockCount, groupId, preferredOwner }) => {
      const lun = array?.configuration.luns.find(({ volumeId }) => volumeId === id)?.lun
      const level = array?.configuration.groups.find((group) => group.id === groupId)?.level ?? 'linear'
      const owner = array?.ownership.find(({ volumeId }) => volumeId === id)
      const cells = [
        name,
        lun === undefined ? t('topology.unmapped') : String(lun),
        formatBlocks(blockCount),
        t(`level.${level}`),
        owner === undefined ? none() : t('table.ownerInEpoch', { id: letter(owner.owner), epoch: formatCount(owner.epoch) }),
        letter(preferredOwner),
        listed(lun === undefined ? [] : pathsOf(snapshot, lun)),
        volumeState(snapshot, id, lun),
      ]
      return { key: String(id), cells }
    })
  }

  function pathsOf({ host }: LabSnapshot, lun: number): readonly string[] {
    return (host?.paths ?? []).map(({ controller, state, luns }) => {
      const id = letter(controller)
      const entry = luns.find((one) => one.lun === lun)
      if (state !== 'up' || entry === undefined) return t('table.pathDown', { id })
      const known = ACCESS_STATES.find((one) => one === entry.accessState)
      const access = known === undefined ? entry.accessState : t(`table.access.${known}`)
      return t(entry.inUse ? 'table.pathInUse' : 'table.pathTo', { id, state: access })
    })
  }

  function volumeState(snapshot: LabSnapshot, id: number, lun: number | undefined): string {
    const holder = CONTROLLER_IDS.find((one) => volumesWaitingFor(snapshot, one).some((volume) => volume.id === id))
    if (holder !== undefined) return t('table.volumeState.waits', { id: letter(holder) })
    const waiting = unansweredLuns(snapshot.host).find((one) => one.lun === lun)
    if (waiting !== undefined) return t('table.volumeState.unanswered', { ms: formatMs(waiting.unansweredMs) })
    const isDirty = CONTROLLER_IDS.some((one) => snapshot.controllers[one].nvram?.dirtyVolumes.includes(id) === true)
    return t(isDirty ? 'table.volumeState.dirty' : 'table.volumeState.clean')
  }

  function driveRow(drive: DriveSnapshot): TableRow {
    const { index, blockCount, reads, writes, rebuild, message } = drive
    const share = rebuild?.state === 'running' ? formatShare(rebuild.done / Math.max(1, rebuild.total)) : undefined
    const accesses = [
      t('topology.driveReads', { count: formatCount(reads) }, reads),
      t('topology.driveWrites', { count: formatCount(writes) }, writes),
    ]
    const cells = [
      t('topology.drive', { index }),
      share === undefined ? t(`drive.state.${driveWord(drive)}`) : t('drive.rebuilding', { share }),
      formatBlocks(blockCount),
      accesses.join(', '),
      message ?? none(),
    ]
    return { key: String(index), cells }
  }

  function takeoverRow({ takeovers }: LabSnapshot): readonly TableRow[] {
    const last = takeovers.at(-1)
    if (last === undefined || isTakeoverDone(last)) return []
    const title = t('takeover.title', { survivor: letter(last.survivor), dead: letter(last.dead) })
    const phase = t(`takeover.phase.${last.phases.at(-1)?.phase ?? 'detect'}`)
    return [{ key: 'takeover', cells: [title, t('table.takeoverSteps', { phase, ms: formatMs(last.totalMs) })] }]
  }

  function operationRows({ array, makingWhole }: LabSnapshot): readonly TableRow[] {
    const operations = (array?.operations ?? []).filter(({ state }) => state === 'running')
    const whole = makingWhole?.state === 'running' ? makingWhole : undefined
    return [
      ...operations.map(({ id, name, server, progress }) => {
        const by = t('table.operationBy', { id: letter(server) })
        const share = progress === undefined ? by : `${formatShare(progress.done / Math.max(1, progress.total))}, ${by}`
        return { key: `operation-${id}`, cells: [t('table.operation', { name }), share] }
      }),
      ...(whole === undefined
        ? []
        : [{ key: 'whole', cells: [t('table.makingWhole'), whole.step === undefined ? none() : wholeStep(whole.step)] }]),
    ]
  }

  function wholeStep({ name, controller, drive }: NonNullable<NonNullable<LabSnapshot['makingWhole']>['step']>): string {
    return t(`whole.step.${name}`, { controller: letter(controller), drive: drive ?? '' })
  }

  function workloadRows({ host }: LabSnapshot): readonly TableRow[] {
    if (host === undefined) return []
    const { readsPerSecond, writesPerSecond } = host.rates
    const verdict = verdictOf(host.ledger, true)
    const count = readsPerSecond + writesPerSecond
    const rate = t('table.workloadRate', { count: formatCount(count) }, count)
    return [
      ...(verdict.kind === 'checking' ? [{ key: 'verify', cells: [t('table.readingBack'), formatShare(verdict.share)] }] : []),
      { key: 'workload', cells: [t('table.workload'), host.workload.running ? rate : t('topology.workloadStopped')] },
    ]
  }

  return { columnsOf, rowsOf }
}
