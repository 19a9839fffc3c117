import { describe, expect, it, vi } from 'vitest'
import { PAGE_URL } from '../../../../src-main/shells/electron/page-origin'
import { createTrainerOpener } from '../../../../src-main/shells/electron/trainer-window'

const OWN = { url: PAGE_URL, parent: null }

function opener() {
  const closed: (() => void)[] = []
  const window = {
    isMinimized: () => true,
    restore: vi.fn(),
    focus: vi.fn(),
    once: (_event: 'closed', end: () => void) => closed.push(end),
  }
  const create = vi.fn(() => window)
  return { open: createTrainerOpener({ pageUrl: PAGE_URL, create }), create, window, close: () => closed.pop()?.() }
}

describe('the trainer’s window', () => {
  it('is opened once, comes to the front when it is asked for again, and can be opened anew when it was closed', () => {
    const { open, create, window, close } = opener()
    expect(open(OWN)).toEqual({ result: null })
    expect(window.focus).not.toHaveBeenCalled()
    expect(open({ url: `${PAGE_URL}#trainer`, parent: null })).toEqual({ result: null })
    expect(create).toHaveBeenCalledOnce()
    expect(window.restore).toHaveBeenCalledOnce()
    expect(window.focus).toHaveBeenCalledOnce()
    close()
    open(OWN)
    expect(create).toHaveBeenCalledTimes(2)
  })

  it('is opened for the page of the lab alone, and for no frame within it', () => {
    const { open, create } = opener()
    for (const frame of [null, { url: 'https://example.com/', parent: null }, { url: PAGE_URL, parent: OWN }])
      expect(open(frame)).toEqual({ error: 'Only the window of the lab may open another one.' })
    expect(create).not.toHaveBeenCalled()
  })
})
