import { beforeEach, describe, expect, it } from 'vitest'
import { failure, ok } from '../../../../src-main/base/result'
import type { DemoTimes } from '../../../../src-main/contract/classroom'
import { DemoDesk, type DemoPlayer } from '../../../../src-main/exercise/classroom/demo-desk'
import { decodeDemo } from '../../../../src-main/exercise/format/decode-demo'
import { demoFile } from '../../../support/demo-file'

const TIMES: readonly DemoTimes[] = [{ fromMs: 100, untilMs: 300 }, { fromMs: 500 }]
let asked: string[]
let isShown: boolean
let opens: () => ReturnType<DemoPlayer['open']>
let nowMs: number

beforeEach(() => {
  asked = []
  isShown = true
  nowMs = 1000
  opens = () => Promise.resolve(ok(TIMES))
})

function desk(): DemoDesk {
  const demo = decodeDemo({ file: 'demo.md', text: demoFile() })
  if (!demo.ok) throw new Error('a demo')
  return new DemoDesk({
    shelf: { find: (id) => (id === 'demo-tryout' ? { demo: demo.value, language: 'en', file: '/x/demo.md' } : undefined) },
    player: {
      open({ file }) {
        asked.push(`open ${file}`)
        return opens()
      },
      play({ fromMs, untilMs = 0 }, speed) {
        asked.push(`play ${fromMs}-${untilMs} at ${speed}`)
        return Promise.resolve(ok(null))
      },
      close() {
        asked.push('close')
        return Promise.resolve(ok(null))
      },
      isShown: () => isShown,
    },
    nowMs: () => nowMs,
    changed: () => undefined,
  })
}

const refused = (message: string) => ({ ok: false, error: { message: expect.stringContaining(message) as string } })

describe('a demo that is shown', () => {
  it('begins at its first step, and goes on and back', async () => {
    const made = desk()
    expect(await made.begin('demo-tryout')).toEqual({ ok: true, value: null })
    nowMs = 5000
    await made.goTo(1)
    expect(made.view('en')).toMatchObject({
      step: 1,
      beganAtMs: 1000,
      stepBeganAtMs: 5000,
      isBusy: false,
      steps: [{ fromMs: 100 }, { fromMs: 500 }],
    })
    await made.goTo(0)
    expect(asked).toEqual(['open /x/demo.md', 'play 100-300 at 0.5', 'play 500-0 at 0.01', 'play 100-300 at 0.5'])
  })

  it('has no steps but its own', async () => {
    const made = desk()
    expect(await made.goTo(0)).toMatchObject(refused('No demo is shown'))
    expect(await made.begin('other')).toMatchObject(refused('There is no demo "other"'))
    await made.begin('demo-tryout')
    expect(await made.goTo(2)).toMatchObject(refused('The demo has 2 steps'))
  })

  it('opens its run anew where somebody has opened another one', async () => {
    const made = desk()
    await made.begin('demo-tryout')
    isShown = false
    await made.goTo(1)
    expect(asked.slice(2)).toEqual(['open /x/demo.md', 'play 500-0 at 0.01'])
  })

  it('is not stepped while it is made ready, and not shown if it cannot be', async () => {
    const made = desk()
    let fails: (() => void) | undefined
    opens = () => new Promise((resolve) => (fails = () => resolve(failure({ code: 'failed', message: 'It does not go as it says.' }))))
    const begun = made.begin('demo-tryout')
    expect(made.view('en')?.isBusy).toBe(true)
    expect(await made.goTo(1)).toMatchObject(refused('being made ready'))
    fails?.()
    expect(await begun).toMatchObject(refused('does not go as it says'))
    expect(made.view('en')).toBeUndefined()
  })

  it('is forgotten when it is ended, also while it is made ready', async () => {
    const made = desk()
    let opened: (() => void) | undefined
    opens = () => new Promise((resolve) => (opened = () => resolve(ok(TIMES))))
    const begun = made.begin('demo-tryout')
    await made.end()
    opened?.()
    await begun
    expect(made.view('en')).toBeUndefined()
    expect(asked).toEqual(['open /x/demo.md', 'close'])
  })
})
