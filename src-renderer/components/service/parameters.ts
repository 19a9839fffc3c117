import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { JsonObject } from '../../../src-main/contract/json'
import type { LabAccess } from '../../../src-main/contract/lab-api'
import type { ServiceParameter, ServiceRequest, ServiceRequestDescription } from '../../../src-main/contract/service-request'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'

/** Requests that destroy data: the only ones that are asked about before they are sent. */
export const DESTROYING_REQUESTS = ['delete-volume', 'discard-held-writes'] as const
export type DestroyingRequest = (typeof DESTROYING_REQUESTS)[number]

/**
 * The typed values as the request's parameters. Empty fields are left out, so that the lab says what is missing and the
 * console behaves like any other client. For the same reason, a bad integer is sent as it was typed.
 */
export function parametersFrom(description: ServiceRequestDescription, typed: Readonly<Record<string, string>>): JsonObject {
  const entries = description.parameters.flatMap((parameter) => {
    const text = typed[parameter.name]?.trim() ?? ''
    return text === '' ? [] : [[parameter.name, valueOf(parameter, text)] as const]
  })
  return Object.fromEntries(entries)
}

function valueOf(parameter: ServiceParameter, text: string): string | number | boolean {
  if (parameter.type === 'boolean') return text === 'true'
  if (parameter.type === 'integer' && /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  return text
}

/** Names worth offering for a parameter, from what the array has now. */
export function suggestionsFor(parameter: ServiceParameter, snapshot: LabSnapshot | undefined): readonly string[] {
  const configuration = snapshot?.array?.configuration
  if (configuration === undefined) return []
  if (parameter.name.startsWith('volume')) return configuration.volumes.map((volume) => volume.name)
  if (parameter.name.startsWith('group')) return configuration.groups.map((group) => group.name)
  if (parameter.name === 'drive') return configuration.drives.map(({ index }) => String(index))
  if (parameter.name === 'lun') return configuration.luns.map((mapping) => String(mapping.lun))
  return []
}

export function curlFor(access: LabAccess, to: ControllerId, request: ServiceRequest): string {
  const url = `${access.management[to].replace(/\/$/, '')}/v1/service-requests`
  return [
    `curl -sS -X POST ${quoted(url)}`,
    `-H ${quoted(`Authorization: Bearer ${access.token}`)}`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(request))}`,
  ].join(' \\\n  ')
}

/** One word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
