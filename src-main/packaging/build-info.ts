/**
 * What a package says about itself, in `build-info.json` beside `out/` in its archive. The application
 * reads it at start; a tree that was never packaged has none.
 */
export interface BuildInfo {
  /** Where the Electron of this package came from. */
  readonly runtime: 'official' | 'registry' | 'override'
  readonly electron: string
  /** It was asked for, and nothing spoke against it (`release-check`). */
  readonly isRelease: boolean
}

/** Everything but a release is a development build, and sorts before the release of its version. */
export function packageVersion(version: string, { runtime, isRelease }: BuildInfo): string {
  return isRelease ? version : `${version}-dev.${runtime}`
}
