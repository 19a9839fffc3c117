import { app, BrowserWindow, ipcMain, protocol, screen, session } from 'electron'
import * as path from 'node:path'
import type { LabApi } from '../../contract/lab-api'
import { LAB_CALL_CHANNEL, LAB_PUSH_CHANNEL } from '../../contract/lab-ipc'
import type { LabSocketMessage } from '../../contract/lab-socket'
import { createLabCalls } from './lab-calls'
import { lockDownContents, lockDownSession, windowPreferences } from './lock-down'
import { setMenu } from './menu'
import { listPageFiles, servePage } from './page-files'
import { isPageUrl, PAGE_SCHEME, PAGE_URL } from './page-origin'
import { reloadDeadPage } from './reload-page'
import { readWindowState, writeWindowState, type WindowState } from './window-state'

export interface ElectronShellOptions {
  readonly api: LabApi
  readonly pageFolder: string
  readonly preload: string
  /** Address of the development server; undefined: the built page. */
  readonly developmentUrl: string | undefined
  /** From the command line, instead of the size the window had. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  /** A sentence for the person who started it. */
  readonly say: (sentence: string) => void
}

/** Must be called before the application is ready. */
export function claimPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** The window of the lab. Call it when the application is ready. */
export function openLabWindow(options: ElectronShellOptions): BrowserWindow {
  const pageUrl = options.developmentUrl ?? PAGE_URL
  lockDownContents(app, pageUrl)
  lockDownSession(session.defaultSession, pageUrl)
  const files = options.developmentUrl === undefined ? listPageFiles(options.pageFolder) : new Map<string, string>()
  protocol.handle(PAGE_SCHEME, (request) => servePage(request, files))
  refuseOtherProtocols(pageUrl)
  setMenu({ withDeveloperTools: options.developmentUrl !== undefined })

  const window = createWindow(options)
  attachCalls(options.api, pageUrl)
  attachPushes(options.api, window, pageUrl)
  reloadDeadPage({ contents: window.webContents, nowMs: () => performance.now(), say: options.say })
  void window.loadURL(pageUrl)
  return window
}

/** The packed page has no business on the network: what its policy would refuse is refused here too. */
function refuseOtherProtocols(pageUrl: string): void {
  if (pageUrl !== PAGE_URL) return
  session.defaultSession.webRequest.onBeforeRequest((details, answer) => {
    const isOwn = isPageUrl(details.url, pageUrl) || details.url.startsWith('data:') || details.url.startsWith('devtools:')
    answer({ cancel: !isOwn })
  })
}

function createWindow(options: ElectronShellOptions): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), 'window.json')
  const { maximized, x, y, width, height } = readWindowState(
    stateFile,
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...(x === undefined || y === undefined ? {} : { x, y }),
    ...(options.size ?? { width, height }),
    minWidth: 960,
    minHeight: 620,
    useContentSize: options.size !== undefined,
    show: false,
    backgroundColor: '#0b0e13',
    autoHideMenuBar: true,
    title: 'Takeover Lab',
    webPreferences: windowPreferences(options.preload),
  })
  if (maximized && options.size === undefined) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeWindowState(stateFile, stateOf(window)))
  return window
}

function stateOf(window: BrowserWindow): WindowState {
  return { ...window.getNormalBounds(), maximized: window.isMaximized() }
}

function attachCalls(api: LabApi, pageUrl: string): void {
  const call = createLabCalls({ api, pageUrl })
  ipcMain.handle(LAB_CALL_CHANNEL, (event, payload: unknown) => call(event.senderFrame, payload))
}

function attachPushes(api: LabApi, window: BrowserWindow, pageUrl: string): void {
  const push = (message: LabSocketMessage) => {
    if (window.isDestroyed() || window.webContents.isCrashed() || !isPageUrl(window.webContents.getURL(), pageUrl)) return
    window.webContents.send(LAB_PUSH_CHANNEL, message)
  }
  const ends = [
    api.onSnapshot((value) => push({ push: 'snapshot', value })),
    api.onEvents((value) => push({ push: 'events', value })),
    api.onSimulation((value) => push({ push: 'simulation', value })),
  ]
  window.on('closed', () => ends.forEach((end) => end()))
}
