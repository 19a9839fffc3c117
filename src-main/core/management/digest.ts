import { crc32c } from '../../base/crc32c'
import type { Json, JsonObject } from '../../contract/json'

/** A digest of the name and the parameters, whatever their order. It distinguishes two requests with the same id. */
export function requestDigest(name: string, params: JsonObject): string {
  const text = `${name} ${canonical(params)}`
  return `${crc32c(new TextEncoder().encode(text)).toString(16).padStart(8, '0')}-${text.length}`
}

function canonical(value: Json): string {
  if (isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
