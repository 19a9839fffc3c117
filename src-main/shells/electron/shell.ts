import { app, dialog, ipcMain, protocol, session, type BrowserWindow } from 'electron'
import type { LabApi } from '../../contract/lab-api'
import {
  LAB_CALL_CHANNEL,
  LAB_LANGUAGE_CHANNEL,
  LAB_PUSH_CHANNEL,
  LAB_SAVE_CHANNEL,
  LAB_TRAINER_CHANNEL,
  TRAINER_FRAGMENT,
} from '../../contract/lab-ipc'
import type { LabSocketMessage } from '../../contract/lab-socket'
import { createLabCalls } from './lab-calls'
import { createKeptWindow } from './kept-window'
import { lockDownContents, lockDownSession } from './lock-down'
import { setMenu } from './menu'
import { createMenuLanguage } from './menu-language'
import { listPageFiles, servePage } from './page-files'
import { isPageUrl, PAGE_SCHEME, PAGE_URL } from './page-origin'
import { reloadDeadPage } from './reload-page'
import { createFileSaver } from './save-file'
import { createTrainerOpener } from './trainer-window'
import { FIRST_TRAINER_STATE, FIRST_WINDOW_STATE } from './window-state'

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
  attachMenu(pageUrl, options.developmentUrl !== undefined)

  const { preload, size } = options
  const least = { width: 960, height: 620 }
  const window = createKeptWindow({ name: 'window', title: 'Takeover Lab', first: FIRST_WINDOW_STATE, least, size, preload })
  attachCalls(options.api, pageUrl)
  attachSaving(window, pageUrl)
  attachTrainer(options, window, pageUrl)
  showPage(options, window, pageUrl)
  return window
}

function showPage({ api, say }: ElectronShellOptions, window: BrowserWindow, pageUrl: string, fragment = ''): void {
  attachPushes(api, window, pageUrl)
  reloadDeadPage({ contents: window.webContents, nowMs: () => performance.now(), say })
  void window.loadURL(`${pageUrl}${fragment}`)
}

/** A second window of the same page, with the same rules. It ends with the first. */
function attachTrainer(options: ElectronShellOptions, main: BrowserWindow, pageUrl: string): void {
  const { preload } = options
  const least = { width: 520, height: 480 }
  const open = createTrainerOpener({
    pageUrl,
    create: () => {
      const window = createKeptWindow({
        name: 'trainer',
        title: 'Takeover Lab: trainer',
        first: FIRST_TRAINER_STATE,
        least,
        size: undefined,
        preload,
      })
      const close = (): void => window.close()
      main.once('closed', close)
      window.once('closed', () => main.off('closed', close))
      showPage(options, window, pageUrl, TRAINER_FRAGMENT)
      return window
    },
  })
  ipcMain.handle(LAB_TRAINER_CHANNEL, (event) => open(event.senderFrame))
}

/** The packed page has no business on the network: what its policy would refuse is refused here too. */
function refuseOtherProtocols(pageUrl: string): void {
  if (pageUrl !== PAGE_URL) return
  session.defaultSession.webRequest.onBeforeRequest((details, answer) => {
    const isOwn = isPageUrl(details.url, pageUrl) || details.url.startsWith('data:') || details.url.startsWith('devtools:')
    answer({ cancel: !isOwn })
  })
}

function attachCalls(api: LabApi, pageUrl: string): void {
  const call = createLabCalls({ api, pageUrl })
  ipcMain.handle(LAB_CALL_CHANNEL, (event, payload: unknown) => call(event.senderFrame, payload))
}

/** In English until the window says which language it speaks. */
function attachMenu(pageUrl: string, withDeveloperTools: boolean): void {
  setMenu({ language: 'en', withDeveloperTools })
  const choose = createMenuLanguage({ pageUrl, use: (language) => setMenu({ language, withDeveloperTools }) })
  ipcMain.handle(LAB_LANGUAGE_CHANNEL, (event, payload: unknown) => choose(event.senderFrame, payload))
}

function attachSaving(window: BrowserWindow, pageUrl: string): void {
  const save = createFileSaver({
    pageUrl,
    ask: (asked) => dialog.showSaveDialog(window, asked),
    folder: () => app.getPath('downloads'),
  })
  ipcMain.handle(LAB_SAVE_CHANNEL, (event, payload: unknown) => save(event.senderFrame, payload))
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
    api.onExercises((value) => push({ push: 'exercises', value })),
    api.onClassroom((value) => push({ push: 'classroom', value })),
  ]
  window.on('closed', () => ends.forEach((end) => end()))
}
