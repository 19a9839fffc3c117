/** The window's page comes from a scheme of its own, so that it has an origin and no access to files. */
export const PAGE_SCHEME = 'app'
export const PAGE_HOST = 'lab'
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`

/** Whether this address is the lab's page: the packed one, or in development that of the development server. */
export function isPageUrl(address: string, pageUrl: string): boolean {
  const asked = parse(address)
  const page = parse(pageUrl)
  if (asked === undefined || page === undefined) return false
  // `origin` of a scheme that is not the web's is "null": compare the parts.
  return asked.protocol === page.protocol && asked.host === page.host && asked.username === '' && asked.password === ''
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address)
  } catch {
    return undefined
  }
}
