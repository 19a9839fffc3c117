import type { App, Session, WebContents, WebPreferences } from 'electron'
import { isPageUrl } from './page-origin'

/** The page runs as an ordinary, sandboxed web page, with the preload script's functions and nothing else. */
export function windowPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    safeDialogs: true,
    spellcheck: false,
    enableWebSQL: false,
  }
}

/** Copy buttons write text to the clipboard; the page asks for nothing else. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

/** All web contents stay on the lab's page and open nothing. */
export function lockDownContents(app: Pick<App, 'on'>, pageUrl: string): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents, pageUrl))
}

function lockDown(contents: WebContents, pageUrl: string): void {
  const refuseForeign = (event: { preventDefault(): void; readonly url: string }) => {
    if (!isPageUrl(event.url, pageUrl)) event.preventDefault()
  }
  contents.on('will-navigate', refuseForeign)
  contents.on('will-redirect', refuseForeign)
  contents.on('will-frame-navigate', refuseForeign)
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

export function lockDownSession(session: Session, pageUrl: string): void {
  const isAllowed = (permission: string, address: string) => ALLOWED_PERMISSIONS.has(permission) && isPageUrl(address, pageUrl)
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(isAllowed(permission, details.requestingUrl)))
  session.setPermissionCheckHandler((_contents, permission, origin) => isAllowed(permission, origin))
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}
