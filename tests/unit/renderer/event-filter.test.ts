import { describe, expect, it } from 'vitest'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { markOf, matchesFilter } from '../../../src-renderer/components/events/filter'

const noted = (what: string): TraceEvent => ({
  id: 1,
  timeMs: 0,
  place: 'controller-a',
  kind: 'security.noted',
  data: { what, who: 'iqn.2026-11.example:host', remote: '127.0.0.1:50000', text: 'A sentence.' },
})
const login: TraceEvent = { id: 2, timeMs: 0, place: 'portal-a', kind: 'portal.login' }

describe('the filter of events', () => {
  it('has a family of its own for what concerns security', () => {
    const filter = { family: 'security', place: 'all', text: '' }
    expect([noted('login'), noted('reset'), login].map((event) => matchesFilter(event, filter))).toEqual([true, true, false])
    expect(matchesFilter(noted('reset'), { ...filter, text: 'example:host' })).toBe(true)
  })

  it('marks all of it but a login', () => {
    expect(['login', 'login-refused', 'session-replaced', 'reset', 'token-refused'].map((what) => markOf(noted(what)))).toEqual([
      'plain',
      'bad',
      'bad',
      'bad',
      'bad',
    ])
  })
})
