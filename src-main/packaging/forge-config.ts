/** What Electron Forge is told: how to pack, and the installers to make. Plain data, kept in the staged manifest. */
import { join } from 'node:path'

const ICON_SIZES = [16, 32, 48, 64, 128, 256, 512]
/** Not among those that the Debian maker adds by itself. */
const DEBIAN_DEPENDENCIES = ['libasound2 | libasound2t64', 'libatk-bridge2.0-0 | libatk-bridge2.0-0t64']

export interface ForgeConfigOptions {
  readonly projectDir: string
  readonly stageDir: string
  readonly version: string
  readonly compression: 'xz' | 'gzip'
  readonly manifest: { readonly name: string; readonly productName: string; readonly description: string; readonly author: string }
}

export function forgeConfig({ projectDir, stageDir, version, compression, manifest }: ForgeConfigOptions) {
  const iconsDir = join(projectDir, 'assets/icons')
  return {
    packagerConfig: {
      name: manifest.name,
      executableName: manifest.name,
      asar: true,
      // The staged folder holds what is shipped and nothing else; Forge would leave out `out`.
      ignore: [],
      prune: false,
      electronZipDir: join(stageDir, 'zips'),
    },
    makers: [
      { name: '@electron-forge/maker-zip', platforms: ['linux'] },
      {
        name: '@electron-forge/maker-deb',
        platforms: ['linux'],
        config: {
          options: {
            name: manifest.name,
            bin: manifest.name,
            version: debianVersion(version),
            compression,
            productName: manifest.productName,
            genericName: 'Storage controller laboratory',
            description: 'Break and watch a redundant pair of storage controllers',
            productDescription: manifest.description,
            maintainer: manifest.author,
            section: 'education',
            categories: ['Education', 'Development'],
            depends: DEBIAN_DEPENDENCIES,
            icon: debianIcons(iconsDir, manifest.name),
          },
        },
      },
    ],
  }
}

/** In Debian's order `~` comes before the release, where `-` would begin a revision after it. */
export function debianVersion(version: string): string {
  return version.replace('-', '~')
}

function debianIcons(iconsDir: string, name: string): Record<string, string> {
  const bitmaps = ICON_SIZES.map((size) => [`${size}x${size}`, join(iconsDir, `${size}.png`)])
  return Object.fromEntries([...bitmaps, ['scalable', join(iconsDir, `${name}.svg`)]]) as Record<string, string>
}
