/** Names the Debian packages of shared libraries that a runtime needs and the machine lacks. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const PACKAGES: readonly (readonly [soname: RegExp, debianPackage: string])[] = [
  [/^lib(nss3|nssutil3|smime3|ssl3|nspr4|plc4|plds4)\.so/, 'libnss3'],
  [/^lib(gtk-3|gdk-3)\.so/, 'libgtk-3-0'],
  [/^libasound\.so/, 'libasound2'],
  [/^libgbm\.so/, 'libgbm1'],
  [/^libXss\.so/, 'libxss1'],
  [/^libatk-bridge/, 'libatk-bridge2.0-0'],
  [/^libatspi\.so/, 'libatspi2.0-0'],
  [/^libatk-1/, 'libatk1.0-0'],
  [/^libdrm\.so/, 'libdrm2'],
  [/^libxkbcommon\.so/, 'libxkbcommon0'],
  [/^libcups\.so/, 'libcups2'],
  [/^libXtst\.so/, 'libxtst6'],
]

/** Empty where everything is there, or where there is no `ldd` to ask. */
export async function missingLibraries(executable: string): Promise<readonly string[]> {
  if (process.platform !== 'linux') return []
  try {
    const { stdout } = await promisify(execFile)('ldd', [executable])
    return parseMissing(stdout)
  } catch {
    return []
  }
}

export function parseMissing(lddOutput: string): readonly string[] {
  return lddOutput.split('\n').flatMap((line) => /^\s*(\S+) => not found/.exec(line)?.[1] ?? [])
}

export function explainMissing(libraries: readonly string[]): string {
  const packages = libraries.flatMap((library) => PACKAGES.find(([soname]) => soname.test(library))?.[1] ?? [])
  const advice = packages.length === 0 ? '' : `\nOn Debian: apt-get install ${[...new Set(packages)].join(' ')}`
  return `Electron needs shared libraries that are not installed: ${libraries.join(', ')}.${advice}`
}
