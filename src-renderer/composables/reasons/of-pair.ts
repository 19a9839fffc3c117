import type { ControllerId } from '../../../src-main/contract/controller-id'
import { answersAt } from '../../../src-main/contract/pair-faults'
import type { DispatchScheme } from '../../../src-main/contract/service-request'
import { formatBlocks, formatBytes, formatCount } from '../../i18n/format'
import { controllerCondition, ownerOf, volumesWaitingFor } from '../../model/condition'
import { driveWord } from '../../model/faults-in-force'
import { unansweredLuns } from '../../model/outage'
import { faultsWords, pairSentence } from './fault-words'
import { letterOf, type Reason, type Say } from './reason'

const idOf = (about: string): ControllerId => (about === 'b' ? 'b' : 'a')

/** Of the controllers, their links, volumes and drives. */
export function reasonsOfPair(t: Say) {
  const pairState: Reason = (snapshot) => pairSentence(t, snapshot)

  const inForce: Reason = (snapshot) => {
    const words = faultsWords(t, snapshot)
    if (words !== undefined) return t('explain.now.faults', { faults: words })
    return t(snapshot.surprise?.state === 'struck' ? 'faults.noneKnown' : 'faults.none')
  }

  const whole: Reason = ({ missing }) => {
    if (missing === undefined) return t('whole.nothingMissing')
    const { name, controller: id, drive: index } = missing
    return t('whole.first', { step: t(`whole.step.${name}`, { controller: letterOf(id), drive: index ?? '' }) })
  }

  const scheme =
    (name: DispatchScheme): Reason =>
    ({ array }) => {
      if (array === undefined) return undefined
      const chosen = t(`scheme.${array.dispatchScheme}.name`)
      const now = array.dispatchScheme === name ? t('explain.now.scheme') : t('explain.now.otherScheme', { scheme: chosen })
      return `${t(`scheme.${name}.detail`)} ${now}`
    }

  const controller: Reason = (snapshot, about) => {
    const id = idOf(about)
    const { lastFailure } = snapshot.controllers[id]
    const count = snapshot.array?.ownership.filter(({ owner }) => owner === id).length ?? 0
    const summary = t('topology.controllerSummary', {
      id: letterOf(id),
      condition: t(`condition.${controllerCondition(snapshot, id)}`),
      volumes: t('topology.ownedVolumes', { count }, count),
    })
    return lastFailure === undefined ? summary : `${summary} ${t('explain.now.died', { message: lastFailure })}`
  }

  const incarnation: Reason = ({ controllers }, about) => {
    const count = controllers[idOf(about)].incarnation
    return `${t('topology.incarnation', { count }, count)}.`
  }

  const serviceRole: Reason = ({ array }) =>
    array === undefined
      ? undefined
      : t('explain.now.roleOwner', {
          id: letterOf(array.serviceOwner),
          epoch: formatCount(array.serviceEpoch),
          scheme: t(`scheme.${array.dispatchScheme}.name`),
        })

  const path: Reason = ({ host }, about) => {
    const found = host?.paths.find((one) => one.controller === idOf(about))
    if (found === undefined) return undefined
    const luns = found.luns.filter(({ inUse }) => inUse).map(({ lun }) => lun)
    if (found.state !== 'up' || luns.length === 0) return found.message ?? t(`explain.now.path.${found.state}`)
    return t('explain.now.pathUse', { luns: luns.join(', ') }, luns.length)
  }

  const lun: Reason = (snapshot, about) => {
    const { array, host } = snapshot
    const mapping = array?.configuration.luns.find((one) => String(one.lun) === about)
    const volume = array?.configuration.volumes.find(({ id }) => id === mapping?.volumeId)
    if (mapping === undefined || volume === undefined) return undefined
    const holder = (['a', 'b'] as const).find((id) => volumesWaitingFor(snapshot, id).some((waits) => waits.id === volume.id))
    if (holder !== undefined) return `${t('topology.lunWaits', { lun: mapping.lun, name: volume.name, id: letterOf(holder) })}.`
    const used = host?.paths.find(({ luns }) => luns.some((entry) => entry.lun === mapping.lun && entry.inUse))
    const names = { lun: mapping.lun, name: volume.name, id: letterOf(used?.controller) }
    if (unansweredLuns(host).some((one) => one.lun === mapping.lun)) return `${t('topology.lunNoAnswer', names)}.`
    const way = used === undefined ? t('topology.lunNoPath', names) : t('topology.lunByPath', names)
    return t('explain.now.lunOwner', { path: `${way}.`, owner: letterOf(ownerOf(snapshot, volume.id)) })
  }

  const volume: Reason = ({ array, controllers }, about) => {
    const found = array?.configuration.volumes.find(({ id }) => String(id) === about)
    const owned = array?.ownership.find(({ volumeId }) => volumeId === found?.id)
    if (found === undefined || owned === undefined) return undefined
    const level = array?.configuration.groups.find(({ id }) => id === found.groupId)?.level ?? 'linear'
    const title = t('topology.volumeTitle', {
      name: found.name,
      size: formatBlocks(found.blockCount),
      level: t(`level.${level}`),
      owner: letterOf(owned.owner),
      preferred: letterOf(found.preferredOwner),
      epoch: formatCount(owned.epoch),
    })
    const placed = owned.owner === found.preferredOwner ? title : t('explain.now.volumeAway', { title })
    const isDirty = (['a', 'b'] as const).some((id) => controllers[id].nvram?.dirtyVolumes.includes(found.id) === true)
    return isDirty ? `${placed} ${t('topology.dirtyTitle')}` : placed
  }

  const address =
    (part: 'portalAddress' | 'managementUrl'): Reason =>
    ({ controllers }, about) => {
      const of = idOf(about)
      const kind = part === 'portalAddress' ? 'portal' : 'management'
      const { portalServedBy, faults } = controllers[of]
      const id = answersAt(controllers, of, kind)
      const names = { address: controllers[of][part], id: letterOf(id ?? portalServedBy), of: letterOf(of) }
      if (faults?.stolen.includes(kind) === true) return t('explain.now.portalStolen', names)
      if (id === undefined && portalServedBy !== undefined) return t('explain.now.portalUnplugged', names)
      if (id === undefined) return t('explain.now.portalDead', names)
      return id === of ? t('explain.now.portalHome', names) : t('explain.now.portalAway', names)
    }

  const interconnect: Reason = ({ interconnect: { state, messages, extraLatencyMs = 0 } }) => {
    if (state === 'cut') return t('explain.now.cut')
    const crossed = t('explain.now.messages', { count: formatCount(messages) }, messages)
    return extraLatencyMs === 0 ? crossed : `${crossed} ${t('explain.now.linkSlow', { ms: formatCount(extraLatencyMs) })}`
  }

  const nvram: Reason = ({ controllers }, about) => {
    const report = controllers[idOf(about)].nvram
    if (report === undefined) return undefined
    return t('nvram.summary', {
      used: formatBytes(report.bytes),
      capacity: formatBytes(report.capacityBytes),
      records: t('nvram.records', { count: formatCount(report.records) }, report.records),
      dirty: t('nvram.dirty', { count: formatCount(report.dirtyVolumes.length) }, report.dirtyVolumes.length),
      mirror: t(`nvram.mirror.${report.mirror}`),
      policy: t(`nvram.policy.${report.policy}`),
    })
  }

  const drive: Reason = ({ drives }, about) => {
    const found = drives.find(({ index }) => String(index) === about)
    if (found === undefined) return undefined
    const { index, state, reads, writes, outAfterGeneration } = found
    if (outAfterGeneration !== undefined)
      return t('explain.now.driveOut', {
        index,
        generation: formatCount(outAfterGeneration),
        note: t(state === 'rebuilding' ? 'drive.comesBack' : 'drive.staysOut'),
      })
    const accesses = [
      t('topology.driveReads', { count: formatCount(reads) }, reads),
      t('topology.driveWrites', { count: formatCount(writes) }, writes),
    ].join(', ')
    return t('explain.now.drive', { index, state: t(`drive.state.${driveWord(found)}`), accesses })
  }

  const counter =
    (key: 'reads' | 'writes' | 'forwarded' | 'served', counted: 'reads' | 'writes' | 'forwarded' | 'serviceServed'): Reason =>
    ({ controllers }, about) => {
      const count = controllers[idOf(about)].counters[counted]
      return `${t(`topology.counterDetail.${key}`, { count: formatCount(count) }, count)}.`
    }

  return {
    pairState,
    inForce,
    whole,
    scheme,
    controller,
    incarnation,
    serviceRole,
    path,
    lun,
    volume,
    address,
    interconnect,
    nvram,
    drive,
    counter,
  }
}
