import type { Json, JsonObject } from '../contract/json'

/** Rows as columns that line up: a heading line, then a line for each row. Numbers stand at the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)))
  const isNumber = headings.map((_, column) => rows.length > 0 && rows.every((row) => /^-?[\d,.]*$/.test(row[column] ?? '')))
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => (isNumber[column] === true ? (cells[column] ?? '').padStart(width) : (cells[column] ?? '').padEnd(width)))
      .join('  ')
      .trimEnd()
  return [line(headings), ...rows.map(line)].join('\n')
}

/** What a service request gave, for people: lists of objects as tables, everything else as names and values. */
export function resultText(result: Json): string {
  if (!isObject(result)) return cell(result)
  const lists = Object.entries(result).filter(([, value]) => isRows(value))
  const others = Object.entries(result).filter(([, value]) => !isRows(value))
  const pairs = others.length === 0 ? [] : [pairsText(others)]
  return [
    ...pairs,
    ...lists.map(([name, value]) => listText(lists.length + pairs.length > 1 ? name : undefined, value as readonly JsonObject[])),
  ].join('\n\n')
}

function pairsText(entries: readonly (readonly [string, Json])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${cell(value)}`).join('\n')
}

function listText(name: string | undefined, rows: readonly JsonObject[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const text =
    rows.length === 0
      ? 'none'
      : table(
          columns,
          rows.map((row) => columns.map((column) => cell(row[column] ?? null))),
        )
  return name === undefined ? text : `${name}:\n${text}`
}

function cell(value: Json): string {
  if (value === null) return '-'
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null))
    return value.length === 0 ? '-' : value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function isRows(value: Json): boolean {
  return Array.isArray(value) && value.every(isObject)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
