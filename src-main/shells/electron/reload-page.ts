import type { RenderProcessGoneDetails, WebContents } from 'electron'

/** A page that dies more often than this within a minute has a reason that loading it again does not remove. */
const RELOADS = 3
const WITHIN_MS = 60_000

/** The lab does not need its page, so a page whose process has ended is loaded again. `say` gets a sentence each time. */
export function reloadDeadPage(options: {
  readonly contents: Pick<WebContents, 'on' | 'reload' | 'isDestroyed'>
  readonly nowMs: () => number
  readonly say: (sentence: string) => void
}): void {
  const { contents, nowMs, say } = options
  let reloads: number[] = []
  contents.on('render-process-gone', (_event: unknown, { reason, exitCode }: RenderProcessGoneDetails) => {
    if (contents.isDestroyed() || reason === 'clean-exit') return
    reloads = reloads.filter((atMs) => atMs > nowMs() - WITHIN_MS)
    const what = `The process of the page ended (${reason}, ${exitCode}).`
    if (reloads.length >= RELOADS) {
      say(`${what} It has ended ${RELOADS} times within a minute, so the window stays empty. The lab goes on: close the window to end it.`)
      return
    }
    reloads.push(nowMs())
    say(`${what} It is loaded again.`)
    contents.reload()
  })
}
