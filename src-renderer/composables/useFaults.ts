import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { faultsInForce, type FaultInForce } from '../model/faults-in-force'
import { useLabStore } from '../stores/lab'
import { faultWords } from './reasons/fault-words'
import { useActions } from './useActions'

/** A fault in force: what it is, what ends it, and how that is called. */
export interface EndableFault {
  readonly key: string
  readonly words: string
  readonly endWords: string
  readonly end: () => unknown
}

/** What is broken now, in words, each with what ends it. */
export function useFaults() {
  const { t } = useI18n()
  const lab = useLabStore()
  const actions = useActions()

  const inForce = computed<readonly EndableFault[]>(() =>
    (lab.snapshot === undefined ? [] : faultsInForce(lab.snapshot)).map((fault) => ({
      key: `${fault.kind} ${'controller' in fault ? fault.controller : 'drive' in fault ? fault.drive : ''}`,
      words: faultWords(t, fault),
      endWords: t(`faults.end.${fault.kind}`),
      end: () => end(fault),
    })),
  )

  function end(fault: FaultInForce): unknown {
    switch (fault.kind) {
      case 'down':
      case 'hung':
        return actions.restart(fault.controller)
      case 'portal-unplugged':
        return actions.setPlug(fault.controller, 'portal', true)
      case 'management-unplugged':
        return actions.setPlug(fault.controller, 'management', true)
      case 'portal-stolen':
        return actions.giveAddressBack(fault.controller, 'portal')
      case 'management-stolen':
        return actions.giveAddressBack(fault.controller, 'management')
      case 'battery-gone':
        return actions.putBatteryBack(fault.controller)
      case 'cut':
        return actions.setInterconnect(true)
      case 'slow-link':
        return actions.slowInterconnect(0)
      case 'drive-pulled':
        return actions.putDriveBack(fault.drive)
      case 'drive-dead':
        return actions.replaceDrive(fault.drive)
      case 'drive-out':
        return actions.rebuildDrive(fault.drive, false)
      case 'drive-slow':
        return actions.slowDrive(fault.drive, 0)
      case 'drive-sectors':
        return actions.rebuildDrive(fault.drive, true)
    }
  }

  return { inForce }
}
