import * as fs from 'node:fs'
import * as v from 'valibot'
import { parseJson } from '../../contract/json'

/** What packaging writes beside `out/` (packaging/build-info). */
const buildInfoSchema = v.object({
  runtime: v.picklist(['official', 'registry', 'override']),
  electron: v.string(),
  isRelease: v.boolean(),
})

const SOURCES = {
  registry: 'from the package registry',
  override: 'from an override path',
  official: 'in a build that is not a release',
} as const

/**
 * Why this build is not for users; undefined where it is. A tree that was never packaged has no build-info.json: there
 * the launcher says where the runtime came from.
 */
export function developmentBuildOf(options: {
  readonly file: string
  readonly launchedWith: string | undefined
  readonly electron: string
}): string | undefined {
  const packaged = readBuildInfo(options.file)
  if (packaged !== undefined) return packaged.isRelease ? undefined : `Electron ${options.electron} ${SOURCES[packaged.runtime]}`
  const runtime = options.launchedWith
  if (runtime === 'registry' || runtime === 'override') return `Electron ${options.electron} ${SOURCES[runtime]}`
  return undefined
}

function readBuildInfo(file: string): v.InferOutput<typeof buildInfoSchema> | undefined {
  try {
    const json = parseJson(fs.readFileSync(file, 'utf8'))
    return json.ok ? v.parse(buildInfoSchema, json.value) : undefined
  } catch {
    return undefined
  }
}
