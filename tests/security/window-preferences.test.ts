import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { windowPreferences } from '../../src-main/shells/electron/lock-down'

describe('the window', () => {
  it('is an ordinary, sandboxed page with an isolated preload script', () => {
    expect(windowPreferences('/preload.cjs')).toEqual({
      preload: '/preload.cjs',
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
    })
  })

  it('is made in one place, with these preferences', () => {
    const files = fs.readdirSync('src-main', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    const makers = files.filter((file) =>
      /new (BrowserWindow|BrowserView|WebContentsView|BaseWindow)\b/.test(fs.readFileSync(`src-main/${file}`, 'utf8')),
    )
    expect(makers).toEqual(['shells/electron/kept-window.ts'])
    expect(fs.readFileSync('src-main/shells/electron/kept-window.ts', 'utf8')).toContain('webPreferences: windowPreferences(preload)')
  })
})
