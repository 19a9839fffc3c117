import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../../src-main/contract/limits'
import type { SecurityKind } from '../../../../../src-main/contract/security'
import { SecurityLog } from '../../../../../src-main/core/controller/peer/security-log'
import { RecordedTrace, VirtualClock } from '../../../../support/virtual-world'

class Bench {
  readonly clock = new VirtualClock()
  readonly trace = new RecordedTrace()
  readonly log = new SecurityLog({ self: 'a', clock: this.clock, trace: this.trace })

  note(kind: SecurityKind, who: string, remote = '10.0.0.1:1000'): void {
    this.log.note({ kind, who, remote, text: `${who} ${kind}` })
    this.clock.run(1)
  }

  whos(): readonly string[] {
    return this.log.newest(1000).map(({ who }) => who)
  }
}

describe('SecurityLog', () => {
  it('keeps what happened, the oldest first', () => {
    const bench = new Bench()
    bench.note('login', 'one')
    bench.note('reset', 'two')
    expect(bench.log.newest(10)).toEqual([
      { kind: 'login', who: 'one', remote: '10.0.0.1:1000', text: 'one login', firstMs: 0, timeMs: 0, count: 1 },
      { kind: 'reset', who: 'two', remote: '10.0.0.1:1000', text: 'two reset', firstMs: 1, timeMs: 1, count: 1 },
    ])
    expect(bench.log.newest(1).map(({ who }) => who)).toEqual(['two'])
  })

  it('counts what the same does again from the same machine', () => {
    const bench = new Bench()
    for (let port = 1; port <= 100; port++) bench.note('login-refused', 'one', `10.0.0.1:${port}`)
    bench.note('login-refused', 'one', '10.0.0.2:1')
    expect(bench.log.newest(10)).toMatchObject([
      { remote: '10.0.0.1:100', firstMs: 0, timeMs: 99, count: 100 },
      { remote: '10.0.0.2:1', count: 1 },
    ])
  })

  it('lets a flood of one kind push out nothing of another, and the quietest of its own first', () => {
    const bench = new Bench()
    bench.note('reset', 'resetter')
    bench.note('login-refused', 'first')
    for (let i = 0; i < LIMITS.securityEntriesPerKind - 1; i++) bench.note('login-refused', `other ${i}`)
    bench.note('login-refused', 'first')
    for (let i = 0; i < LIMITS.securityEntriesPerKind - 1; i++) bench.note('login-refused', `third ${i}`)
    expect(bench.whos()).toHaveLength(LIMITS.securityEntriesPerKind + 1)
    expect(bench.whos()).toEqual(expect.arrayContaining(['resetter', 'first']))
    expect(bench.whos()).not.toContain('other 0')
  })

  it('is an event once, and again when it goes on for long', () => {
    const bench = new Bench()
    const events = (): number => bench.trace.kinds('security.noted').length
    for (let i = 0; i < 10; i++) bench.note('login', 'one')
    expect(events()).toBe(1)
    bench.clock.run(LIMITS.securityEventAgainMs)
    bench.note('login', 'one')
    expect(events()).toBe(2)
  })
})
