import { useI18n } from 'vue-i18n'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { LabCommandName, LabCommandParameters } from '../../src-main/contract/lab-api'
import type { AddressKind } from '../../src-main/contract/pair-faults'
import type { Workload } from '../../src-main/contract/workload'
import { useAnnouncementStore } from '../stores/announcements'
import { newRequest, useConsoleStore, type ConsoleEntry } from '../stores/console'
import { useLabStore } from '../stores/lab'

/** What the buttons and shortcuts do. Failures are announced; successes can be seen. */
export function useActions() {
  const { t } = useI18n()
  const lab = useLabStore()
  const announcements = useAnnouncementStore()

  async function run<N extends LabCommandName>(name: N, parameters: LabCommandParameters<N>): Promise<boolean> {
    const outcome = await lab.command(name, parameters)
    if (!outcome.ok) announcements.say({ tone: 'bad', title: t('actions.failed'), detail: outcome.error.message })
    return outcome.ok
  }

  function setInterconnect(up: boolean) {
    return up ? run('mend-interconnect', {}) : run('cut-interconnect', {})
  }

  function setWorkload(running: boolean, workload?: Workload) {
    if (!running) return run('stop-workload', {})
    return run('start-workload', workload === undefined ? {} : { workload })
  }

  /** A change of the array itself is an ordinary service request. */
  async function requestService(name: string, params: Readonly<Record<string, string | number | boolean>>): Promise<ConsoleEntry> {
    const entry = await useConsoleStore().send(servingController(), newRequest({ name, params }))
    const problem = entry.unreachable ?? (entry.answer !== undefined && 'error' in entry.answer ? entry.answer.error : undefined)
    if (problem !== undefined) announcements.say({ tone: 'bad', title: t('actions.failed'), detail: problem.message })
    return entry
  }

  /** Under primary-only the secondary would refuse. */
  function servingController(): ControllerId {
    const array = lab.snapshot?.array
    if (array?.dispatchScheme === 'primary-only') return array.serviceOwner
    return lab.snapshot?.controllers.a.portalServedBy === undefined ? 'b' : 'a'
  }

  return {
    kill: (controller: ControllerId) => run('kill', { controller }),
    panic: (controller: ControllerId) => run('panic', { controller }),
    hang: (controller: ControllerId) => run('hang', { controller }),
    restart: (controller: ControllerId) => run('restart', { controller }),
    pinRecording: (name: string, pinned: boolean) => run(pinned ? 'pin-recording' : 'unpin-recording', { name }),
    boundRecordings: (mib: number) => run('bound-recordings', { mib }),
    giveBack: (controller: ControllerId) => requestService('give-back', { to: controller }),
    rebuildDrive: (drive: number, force: boolean) => requestService('rebuild-drive', force ? { drive, force } : { drive }),
    pullDrive: (drive: number) => run('pull-drive', { drive }),
    putDriveBack: (drive: number) => run('put-drive-back', { drive }),
    failDrive: (drive: number) => run('fail-drive', { drive }),
    replaceDrive: (drive: number) => run('replace-drive', { drive }),
    slowDrive: (drive: number, extraLatencyMs: number) => run('slow-drive', { drive, extraLatencyMs }),
    spoilSector: (drive: number) => run('spoil-sector', { drive }),
    flipBit: (drive: number) => run('flip-bit', { drive }),
    slowInterconnect: (extraLatencyMs: number) => run('slow-interconnect', { extraLatencyMs }),
    setPlug: (controller: ControllerId, kind: AddressKind, isIn: boolean) =>
      run(isIn ? `plug-in-${kind}` : `unplug-${kind}`, { controller }),
    stealAddress: (controller: ControllerId, address: AddressKind) => run('steal-address', { controller, address }),
    giveAddressBack: (controller: ControllerId, address: AddressKind) => run('give-address-back', { controller, address }),
    removeBattery: (controller: ControllerId) => run('remove-battery', { controller }),
    putBatteryBack: (controller: ControllerId) => run('put-battery-back', { controller }),
    surprise: (seed: number | undefined) => run('surprise', seed === undefined ? {} : { seed }),
    revealSurprise: () => run('reveal-surprise', {}),
    verifyLedger: () => run('verify-ledger', {}),
    makeWhole: (replaceDrives: boolean) => run('make-whole', replaceDrives ? { replaceDrives } : {}),
    cancelMakeWhole: () => run('cancel-make-whole', {}),
    resetOutages: () => run('reset-outages', {}),
    setInterconnect,
    setWorkload,
    requestService,
  }
}
