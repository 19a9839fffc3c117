/** The window's page comes from a scheme of its own, so that it has an origin and no access to files. */
export const PAGE_SCHEME = 'app'
export const PAGE_HOST = 'lab'
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/index.html`

/** What is known of the frame that sends: Electron's `event.senderFrame`, null once it is gone. */
export interface CallingFrame {
  readonly url: string
  readonly parent: unknown
}

/** Whether it is the lab's own page in a top-level frame. */
export function isLabPage(frame: CallingFrame | null, pageUrl: string): boolean {
  return frame !== null && frame.parent === null && isPageUrl(frame.url, pageUrl)
}

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
