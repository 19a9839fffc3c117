import { describe, expect, it } from 'vitest'
import { takeToken } from '../../../src-renderer/bridge/token'

function page(address: { hash?: string; search?: string }, kept?: string) {
  const written: string[] = []
  const store = new Map(kept === undefined ? [] : [['takeover-lab.token', kept]])
  return {
    written,
    store,
    sources: {
      location: { hash: address.hash ?? '', search: address.search ?? '', pathname: '/' },
      history: { replaceState: (_data: unknown, _unused: string, url?: string | URL | null) => void written.push(String(url)) },
      storage: { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => void store.set(key, value) },
    },
  }
}

describe('the token in the address', () => {
  it('is taken from the fragment and removed from the address bar', () => {
    const { sources, written, store } = page({ hash: '#token=secret' })
    expect(takeToken(sources)).toBe('secret')
    expect(written).toEqual(['/'])
    expect([...store.values()]).toEqual(['secret'])
  })

  it('leaves a fragment that says which window it is', () => {
    const { sources, written } = page({ hash: '#trainer', search: '?token=secret' })
    expect(takeToken(sources)).toBe('secret')
    expect(written).toEqual(['/#trainer'])
  })

  it('is taken from the query too', () => {
    const { sources, written } = page({ search: '?token=secret' })
    expect(takeToken(sources)).toBe('secret')
    expect(written).toEqual(['/'])
  })

  it('is remembered for a reload of the same tab, and nothing is rewritten then', () => {
    const { sources, written } = page({}, 'earlier')
    expect(takeToken(sources)).toBe('earlier')
    expect(written).toEqual([])
  })

  it('is empty where there is none', () => {
    expect(takeToken(page({}).sources)).toBe('')
  })
})
