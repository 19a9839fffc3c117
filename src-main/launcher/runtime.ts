/**
 * The search for an Electron runtime: an override, the official binary, the registry runtime, in this order.
 * Each source either gives a runtime or says in a sentence why it cannot.
 */
import type { Result } from '../base/result'

export type RuntimeKind = 'override' | 'official' | 'registry'

export interface Runtime {
  readonly kind: RuntimeKind
  readonly executable: string
  /** Version of Electron, or `undefined` where the runtime does not say. */
  readonly version: string | undefined
}

export interface RuntimeSource {
  readonly kind: RuntimeKind
  /** `undefined`: this source was not asked for, or is not for this platform, and is passed over in silence. */
  readonly find: () => Promise<Result<Runtime, string> | undefined>
}

export interface RuntimeSearch {
  readonly runtime: Runtime | undefined
  /** Why the sources before the one taken (or all of them) did not serve. */
  readonly refusals: readonly string[]
}

export async function findRuntime(sources: readonly RuntimeSource[]): Promise<RuntimeSearch> {
  const refusals: string[] = []
  for (const source of sources) {
    const found = await source.find()
    if (found === undefined) continue
    if (found.ok) return { runtime: found.value, refusals }
    refusals.push(found.error)
    // A broken override is a mistake to fix, not a reason to use something else.
    if (source.kind === 'override') break
  }
  return { runtime: undefined, refusals }
}

const DESCRIPTIONS: Readonly<Record<RuntimeKind, string>> = {
  override: 'the override path',
  official: 'the official binary',
  registry: 'the package registry, for development only',
}

export function describeRuntime(runtime: Runtime): string {
  const version = runtime.version === undefined ? '' : ` ${runtime.version}`
  return `Electron${version} from ${DESCRIPTIONS[runtime.kind]}: ${runtime.executable}`
}
