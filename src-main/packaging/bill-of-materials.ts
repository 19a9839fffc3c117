/** What is in a package, for people and programs that look for known flaws: CycloneDX, from the lock file, with the runtime. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BuildInfo } from './build-info'

const MODULES = 'node_modules/'

/** As far as we touch it. */
export interface BillOfMaterials {
  readonly bomFormat: 'CycloneDX'
  readonly metadata: { readonly component: Component }
  readonly components: readonly Component[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

interface Component {
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
}

/** What is bundled: the dependencies, and not those of the workshop. */
export async function bundledComponents(projectDir: string): Promise<BillOfMaterials> {
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only']
  const { stdout } = await promisify(execFile)('npm', args, { cwd: projectDir, encoding: 'utf8', maxBuffer: 2 ** 26 })
  const bill = JSON.parse(stdout) as BillOfMaterials
  const lock = JSON.parse(await readFile(join(projectDir, 'package-lock.json'), 'utf8')) as LockFile
  const kept = shippedPackages(lock)
  return {
    ...bill,
    components: bill.components.filter((component) => kept.has(component['bom-ref'])),
    dependencies: bill.dependencies
      .filter(({ ref }) => kept.has(ref) || ref === bill.metadata.component['bom-ref'])
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) })),
  }
}

interface LockFile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly dev?: true; readonly optional?: true; readonly devOptional?: true }>
  >
}

/** By name and version. `npm sbom --omit=dev` leaves out what both a dependency and the workshop need, such as `ws`. */
function shippedPackages({ packages }: LockFile): ReadonlySet<string> {
  const shipped = Object.entries(packages).filter(([, { dev, optional, devOptional }]) => !(dev ?? optional ?? devOptional ?? false))
  return new Set(shipped.map(([path, { version }]) => `${path.slice(path.lastIndexOf(MODULES) + MODULES.length)}@${version}`))
}

/** The bill of a whole package. */
export function withRuntime(bill: BillOfMaterials, version: string, { runtime, electron }: BuildInfo): BillOfMaterials {
  const component = {
    'bom-ref': `electron@${electron}`,
    type: 'framework',
    name: 'electron',
    version: electron,
    purl: `pkg:github/electron/electron@v${electron}`,
    properties: [{ name: 'takeover-lab:source', value: runtime }],
  }
  return {
    ...bill,
    metadata: { ...bill.metadata, component: { ...bill.metadata.component, version } },
    components: [...bill.components, component],
  }
}
