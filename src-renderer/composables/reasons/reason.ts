import type { useI18n } from 'vue-i18n'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'

/** Why something is as it is now. `about`: which of several such things. Undefined: there is nothing to say of now. */
export type Reason = (snapshot: LabSnapshot, about: string) => string | undefined
export type Say = ReturnType<typeof useI18n>['t']

export const letterOf = (id: ControllerId | undefined): string => id?.toUpperCase() ?? ''
