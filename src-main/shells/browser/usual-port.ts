import { LabStartError } from '../../platform/lab-start-error'
import type { BrowserShell } from './server'

const USUAL_PORT = 8080

/** A port that was asked for must be free; the usual one gives way to any free one, with a notice. */
export async function serveOnUsualPort(
  asked: number | undefined,
  start: (port: number) => Promise<BrowserShell>,
): Promise<BrowserShell & { readonly notices: readonly string[] }> {
  const port = asked ?? USUAL_PORT
  try {
    return { ...(await start(port)), notices: [] }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES'))) throw error
    if (asked !== undefined)
      throw new LabStartError(
        `Port ${asked} for the page is in use by another program. Choose another port with --http, or 0 for any free port.`,
      )
    return { ...(await start(0)), notices: [`Port ${USUAL_PORT} is in use by another program. The page uses another port.`] }
  }
}
