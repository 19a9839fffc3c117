/** Whether a runtime may go to users: only an Electron that its makers built, and still mend. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { BuildInfo } from './build-info'

/** Electron's makers mend the three newest major versions. */
const MENDED_MAJORS = 3
const STABLE = /^(\d+)\.(\d+)\.(\d+)$/

/** All versions that there are, as the package registry has them. */
export async function publishedElectrons(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('npm', ['view', 'electron', 'versions', '--json'], { encoding: 'utf8', maxBuffer: 2 ** 24 })
  return JSON.parse(stdout) as string[]
}

/** Why no package for users can be made of it, as a sentence; undefined if one can. */
export function whyNoRelease(
  { kind, version }: { readonly kind: BuildInfo['runtime']; readonly version: string | undefined },
  published: readonly string[],
): string | undefined {
  if (kind !== 'official') return `A release needs the official Electron, and this one is from ${SOURCES[kind]}.`
  const own = parse(version)
  if (own === undefined) return `A release needs a stable Electron, and this one is ${version ?? 'of no known version'}.`
  const stable = published
    .map(parse)
    .filter((one) => one !== undefined)
    .sort(newestFirst)
  const majors = [...new Set(stable.map(([major]) => major))].slice(0, MENDED_MAJORS)
  const newest = stable.find(([major]) => major === own[0])
  if (newest === undefined) return `A release needs an Electron that was published, and ${version} was not.`
  if (!majors.includes(own[0]))
    return `A release needs an Electron of a version that is still mended (${majors.join(', ')}), not ${version}.`
  if (newestFirst(newest, own) < 0) return `A release needs the newest Electron of its major version, ${newest.join('.')}, not ${version}.`
  return undefined
}

const SOURCES = { registry: 'the package registry, for development only', override: 'an override path' } as const

type Version = readonly [major: number, minor: number, patch: number]

function parse(version: string | undefined): Version | undefined {
  const [, major, minor, patch] = STABLE.exec(version ?? '') ?? []
  return major === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

function newestFirst(one: Version, other: Version): number {
  return other[0] - one[0] || other[1] - one[1] || other[2] - one[2]
}
