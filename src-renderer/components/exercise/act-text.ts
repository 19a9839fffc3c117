import type { ComposerTranslation } from 'vue-i18n'
import type { JsonObject } from '../../../src-main/contract/json'

/** "Kill A", "Send list-volumes (r1) to B": an act with the parameters that are given. */
export function actText(t: ComposerTranslation, { act, parameters }: { readonly act: string; readonly parameters: JsonObject }): string {
  const { controller, to, portal, drive, name, id, forMs } = parameters
  const of = [controller, to, portal].find((one) => typeof one === 'string')
  const parts = {
    what: t(`exercise.act.${act}`, act),
    name: typeof name === 'string' ? ` ${name}` : '',
    id: typeof id === 'string' ? ` (${id})` : '',
    drive: typeof drive === 'number' ? ` ${drive}` : '',
    of: typeof of === 'string' ? ` ${act === 'request' ? t('exercise.actTo', { id: of.toUpperCase() }) : of.toUpperCase()}` : '',
  }
  const time = typeof forMs === 'number' ? ` ${t('exercise.forMs', { ms: forMs })}` : ''
  return `${parts.what}${parts.name}${parts.id}${parts.drive}${parts.of}${time}`
}
