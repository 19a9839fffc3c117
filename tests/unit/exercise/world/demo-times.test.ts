import { describe, expect, it } from 'vitest'
import { decodeDemo } from '../../../../src-main/exercise/format/decode-demo'
import { demoTimes } from '../../../../src-main/exercise/world/demo-times'
import { demoFile } from '../../../support/demo-file'

function timesOf(changes: Readonly<Record<string, string>> = {}) {
  const decoded = decodeDemo({ file: 'demo.md', text: demoFile(changes) })
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error))
  return demoTimes(decoded.value)
}

describe('the moments of a demo', () => {
  it('are those of its run, the same each time', () => {
    const times = timesOf()
    expect(times).toEqual(timesOf())
    if (!times.ok) throw new Error(times.error.join(' '))
    const [calm, crash] = times.value
    expect((calm?.untilMs ?? 0) - (calm?.fromMs ?? 0)).toBeCloseTo(200)
    expect((crash?.fromMs ?? 0) - (calm?.fromMs ?? 0)).toBeCloseTo(390)
    expect((crash?.untilMs ?? 0) - (crash?.fromMs ?? 0)).toBeGreaterThan(15)
  })

  it('of a step that has no beginning of its own follow those before', () => {
    const times = timesOf({ 'on: midplane.controller-killed, before: 10 ms, ': '' })
    expect(times.ok && times.value[1]?.fromMs === times.value[0]?.untilMs).toBe(true)
  })

  it.each([
    [
      { 'on: midplane.controller-killed': 'on: midplane.controller-hung' },
      '"midplane.controller-hung" does not happen after the step before',
    ],
    [{ 'until: takeover.serving': 'until: giveback.completed' }, '"giveback.completed" does not happen after its beginning'],
    [{ 'at: 100 ms': 'at: 600 ms' }, 'does not happen after the step before'],
    [{ 'at: 100 ms': 'at: 5 s' }, 'it begins after the end of the run'],
    [{ 'for: 200 ms': 'for: 5 s' }, 'it plays beyond the end of the run'],
    [{ 'at: 500 }': 'at: 500 }\n  - { act: kill, controller: a, at: 600 }' }, 'The script does something in vain'],
  ])('are not there with %j, which is said with the step', (changes, message) => {
    const times = timesOf(changes)
    expect(times.ok ? [] : times.error.join(' ')).toContain(message)
  })
})
