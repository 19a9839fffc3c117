import type { WebContents } from 'electron'
import { EventEmitter } from 'node:events'
import { expect, it } from 'vitest'
import { reloadDeadPage } from '../../../../src-main/shells/electron/reload-page'

function bench() {
  const events = new EventEmitter()
  const said: string[] = []
  let nowMs = 0
  let reloads = 0
  const contents = Object.assign(events, { reload: () => void reloads++, isDestroyed: () => false }) as unknown as WebContents
  reloadDeadPage({ contents, nowMs: () => nowMs, say: (sentence) => void said.push(sentence) })
  return {
    said,
    reloads: () => reloads,
    pass: (ms: number) => void (nowMs += ms),
    die: (reason: string) => void events.emit('render-process-gone', {}, { reason, exitCode: 5 }),
  }
}

it('a page whose process dies is loaded again', () => {
  const page = bench()
  page.die('crashed')
  page.die('oom')
  expect(page.reloads()).toBe(2)
  expect(page.said[0]).toBe('The process of the page ended (crashed, 5). It is loaded again.')
})

it('but not when it ended as it should', () => {
  const page = bench()
  page.die('clean-exit')
  expect(page.reloads()).toBe(0)
})

it('nor again and again within a minute', () => {
  const page = bench()
  for (let death = 0; death < 5; death++) page.die('crashed')
  expect(page.reloads()).toBe(3)
  expect(page.said.at(-1)).toContain('the window stays empty')
  page.pass(61_000)
  page.die('crashed')
  expect(page.reloads()).toBe(4)
})
