import { describe, expect, it } from 'vitest'
import type { BrowserShell } from '../../../../src-main/shells/browser/server'
import { serveOnUsualPort } from '../../../../src-main/shells/browser/usual-port'

/** A machine on which some ports cannot be used; a shell gets 50000 where it asks for any. */
function starting(refused: readonly number[], code = 'EADDRINUSE') {
  const asked: number[] = []
  const start = (port: number): Promise<BrowserShell> => {
    asked.push(port)
    if (refused.includes(port)) return Promise.reject(Object.assign(new Error(`listen ${code}`), { code }))
    const url = `http://127.0.0.1:${port === 0 ? 50_000 : port}`
    return Promise.resolve({ url, pageUrl: `${url}/#token=x`, close: () => Promise.resolve() })
  }
  return { asked, start }
}

describe('The port of the page', () => {
  it('is the usual one where that is free', async () => {
    const { start, asked } = starting([])
    expect(await serveOnUsualPort(undefined, start)).toMatchObject({ url: 'http://127.0.0.1:8080', notices: [] })
    expect(asked).toEqual([8080])
  })

  it.each(['EADDRINUSE', 'EACCES'])('is another one where the usual one cannot be had (%s), with a sentence', async (code) => {
    const { start, asked } = starting([8080], code)
    const shell = await serveOnUsualPort(undefined, start)
    expect(shell.url).toBe('http://127.0.0.1:50000')
    expect(shell.notices).toEqual(['Port 8080 is in use by another program. The page uses another port.'])
    expect(asked).toEqual([8080, 0])
  })

  it('is an error where it was asked for and cannot be had', async () => {
    const { start, asked } = starting([9000])
    await expect(serveOnUsualPort(9000, start)).rejects.toThrow(
      'Port 9000 for the page is in use by another program. Choose another port with --http, or 0 for any free port.',
    )
    expect(asked).toEqual([9000])
  })

  it('is no excuse for what has another reason', async () => {
    await expect(serveOnUsualPort(undefined, starting([8080], 'EMFILE').start)).rejects.toThrow('listen EMFILE')
  })
})
