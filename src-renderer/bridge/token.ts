export interface TokenSources {
  readonly location: Pick<Location, 'hash' | 'search' | 'pathname'>
  readonly history: Pick<History, 'replaceState'>
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
}

const KEPT_AS = 'takeover-lab.token'

/**
 * The token from the page's address (`#token=...`), which is then taken out of the address bar and of the history.
 * Kept for this tab only, so that a reload still works. Another fragment stays.
 */
export function takeToken({ location, history, storage }: TokenSources): string {
  const given = new URLSearchParams(location.hash.slice(1)).get('token') ?? new URLSearchParams(location.search).get('token')
  if (given === null) return storage.getItem(KEPT_AS) ?? ''
  storage.setItem(KEPT_AS, given)
  history.replaceState(null, '', `${location.pathname}${location.hash.includes('token=') ? '' : location.hash}`)
  return given
}
