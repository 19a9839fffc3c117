import * as path from 'node:path'
import { app, BrowserWindow, screen, type BrowserWindowConstructorOptions } from 'electron'
import { windowPreferences } from './lock-down'
import { readWindowState, writeWindowState, type WindowState } from './window-state'

export interface KeptWindowOptions {
  /** Its size and place are remembered under this name. */
  readonly name: string
  readonly title: string
  readonly first: WindowState
  readonly least: { readonly width: number; readonly height: number }
  /** Instead of the size it had. */
  readonly size: { readonly width: number; readonly height: number } | undefined
  readonly preload: string
}

/** A window of the lab, sandboxed, where it was when it was last closed. */
export function createKeptWindow({ name, title, first, least, size, preload }: KeptWindowOptions): BrowserWindow {
  const stateFile = path.join(app.getPath('userData'), `${name}.json`)
  const screens = screen.getAllDisplays().map((display) => display.workArea)
  const { maximized, x, y, width, height } = readWindowState(stateFile, screens, first)
  const place: BrowserWindowConstructorOptions = x === undefined || y === undefined ? {} : { x, y }
  const window = new BrowserWindow({
    ...place,
    ...(size ?? { width, height }),
    minWidth: least.width,
    minHeight: least.height,
    useContentSize: size !== undefined,
    show: false,
    backgroundColor: '#0b0e13',
    autoHideMenuBar: true,
    title,
    webPreferences: windowPreferences(preload),
  })
  if (maximized && size === undefined) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() }))
  return window
}
