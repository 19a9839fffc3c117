import { openedLab } from './lab-window'

describe('the page', () => {
  before(openedLab)

  it('has no Node and no Electron', async () => {
    const found = await browser.execute(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron'].filter((name) => name in window),
    )
    expect(found).toEqual([])
  })

  it('runs no text as a program', async () => {
    const ran = await browser.execute(() => {
      const script = document.createElement('script')
      script.textContent = 'window.ranInline = true'
      document.head.append(script)
      const image = document.createElement('img')
      image.setAttribute('onerror', 'window.ranHandler = true')
      image.src = 'data:,'
      document.body.append(image)
      return new Promise((resolve) => setTimeout(() => resolve(['ranInline', 'ranHandler'].filter((name) => name in window)), 300))
    })
    expect(ran).toEqual([])
  })

  it('talks to nobody but the lab', async () => {
    const outcome = await browser.execute(() =>
      fetch('https://example.com/').then(
        () => 'answered',
        () => 'refused',
      ),
    )
    expect(outcome).toBe('refused')
  })

  it('keeps no token in its address', async () => {
    expect(await browser.getUrl()).not.toContain('token')
  })
})

/** What a browser's own tab may do is the browser's matter. */
if (process.env['E2E_HOST'] === 'electron') {
  describe('the desktop window', () => {
    before(openedLab)

    it('opens no window and goes nowhere else', async () => {
      const before = await browser.getUrl()
      expect(await browser.execute(() => window.open('https://example.com/') === null)).toBe(true)
      await browser.execute(() => void location.assign('https://example.com/'))
      await browser.execute(() => void location.assign('file:///etc/passwd'))
      await browser.waitUntil(async () => (await browser.execute(() => document.readyState)) === 'complete')
      expect(await browser.getUrl()).toBe(before)
      expect(await browser.getWindowHandles()).toHaveLength(1)
    })

    it('refuses calls that are none, also from the page itself', async () => {
      const outcome = await browser.execute(() => {
        const lab = (window as unknown as { lab: { recentEvents(limit: unknown): Promise<unknown> } }).lab
        return lab.recentEvents({ limit: 'all' }).then(
          () => 'answered',
          (error: Error) => error.message,
        )
      })
      expect(outcome).toBe('The lab does not understand this call.')
    })
  })
}
