import { describe, expect, it, vi } from 'vitest'
import type { App, Session } from 'electron'
import { lockDownContents, lockDownSession } from '../../src-main/shells/electron/lock-down'
import { PAGE_URL } from '../../src-main/shells/electron/page-origin'

type Listener = (...args: never[]) => void

function lockedContents() {
  const listeners = new Map<string, Listener>()
  let openHandler: (() => unknown) | undefined
  const contents = {
    on: (name: string, listener: Listener) => void listeners.set(name, listener),
    setWindowOpenHandler: (handler: () => unknown) => (openHandler = handler),
  }
  const app = { on: (_name: string, listener: (event: unknown, made: unknown) => void) => listener({}, contents) }
  lockDownContents(app as unknown as App, PAGE_URL)
  const tell = (name: string, url: string) => {
    const event = { url, preventDefault: vi.fn() }
    listeners.get(name)?.(event as never)
    return event.preventDefault
  }
  return { tell, listeners, open: () => openHandler?.() }
}

describe('web contents', () => {
  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('stay on the page: %s', (name) => {
    const { tell } = lockedContents()
    for (const address of [
      'https://example.com/',
      'file:///etc/passwd',
      'app://other/',
      'javascript:alert(1)',
      'data:text/html,x',
      'not an address',
    ]) {
      expect(tell(name, address), address).toHaveBeenCalledOnce()
    }
    expect(tell(name, PAGE_URL)).not.toHaveBeenCalled()
  })

  it('attach no webview and open no window', () => {
    const { tell, open } = lockedContents()
    expect(tell('will-attach-webview', PAGE_URL)).toHaveBeenCalledOnce()
    expect(open()).toEqual({ action: 'deny' })
  })
})

describe('the session', () => {
  const handlers: Record<string, (...args: unknown[]) => unknown> = {}
  const session = {
    setPermissionRequestHandler: (handler: () => unknown) => (handlers['request'] = handler),
    setPermissionCheckHandler: (handler: () => unknown) => (handlers['check'] = handler),
    setDevicePermissionHandler: (handler: () => unknown) => (handlers['device'] = handler),
    on: (name: string, handler: () => unknown) => (handlers[name] = handler),
  }
  lockDownSession(session as unknown as Session, PAGE_URL)
  const ask = (permission: string, requestingUrl: string): boolean | undefined => {
    let granted: boolean | undefined
    handlers['request']?.({}, permission, (answer: boolean) => (granted = answer), { requestingUrl })
    return granted
  }

  it.each([
    'media',
    'geolocation',
    'notifications',
    'fullscreen',
    'openExternal',
    'clipboard-read',
    'hid',
    'serial',
    'usb',
    'pointerLock',
    'fileSystem',
    'unknown',
  ])('grants no %s', (permission) => {
    expect(ask(permission, PAGE_URL)).toBe(false)
    expect(handlers['check']?.({}, permission, PAGE_URL)).toBe(false)
  })

  it('lets the page’s copy buttons write text, and no other page', () => {
    expect(ask('clipboard-sanitized-write', PAGE_URL)).toBe(true)
    expect(ask('clipboard-sanitized-write', 'https://example.com/')).toBe(false)
    expect(handlers['check']?.({}, 'clipboard-sanitized-write', 'https://example.com')).toBe(false)
  })

  it('gives no device and downloads nothing', () => {
    const event = { preventDefault: vi.fn() }
    expect(handlers['device']?.()).toBe(false)
    handlers['will-download']?.(event)
    expect(event.preventDefault).toHaveBeenCalledOnce()
  })
})
