/**
 * What a package says about itself, in `build-info.json` beside `out/` in its archive. The application
 * reads it at start; a tree that was never packaged has none.
 */
export interface BuildInfo {
  /** Where the Electron of this package came from: only an official one is meant for users. */
  readonly runtime: 'official' | 'registry' | 'override'
  readonly electron: string
}

/** A package with another runtime is a development build, and sorts before the release of its version. */
export function packageVersion(version: string, { runtime }: BuildInfo): string {
  return runtime === 'official' ? version : `${version}-dev.${runtime}`
}
