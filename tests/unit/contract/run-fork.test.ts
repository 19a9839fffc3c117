import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { parseForks, runForksSchema, tellForks, type RunFork } from '../../../src-main/contract/run-fork'

const FORKS: readonly RunFork[] = [
  { event: 0, change: { kind: 'without', fault: 2, draws: 3 } },
  { event: 10, change: { kind: 'instead', fault: 3, draws: 0, name: 'hang-for-good', controller: 'b' } },
  { event: 10, change: { kind: 'strike', name: 'crash' } },
  { event: 2 ** 40, change: { kind: 'strike', name: 'both-killed', controller: 'a' } },
  { event: 2 ** 41, change: { kind: 'policy', policy: 'cache-policy', value: 'write-back-unmirrored' } },
  { event: 2 ** 41, change: { kind: 'policy', policy: 'heartbeat-ms', value: '25' } },
]

describe('forks as text', () => {
  it('are the same again', () => {
    const text = tellForks(FORKS)
    expect(text).toBe(
      '0:without=2~3,10:instead=3~0/hang-for-good@b,10:strike=crash,1099511627776:strike=both-killed@a,' +
        '2199023255552:policy=cache-policy/write-back-unmirrored,2199023255552:policy=heartbeat-ms/25',
    )
    expect(parseForks(text)).toEqual({ ok: true, value: FORKS })
  })

  it.each([
    '',
    'without=2',
    '5:without=',
    '5:without=x',
    '5:without=1~',
    '5:without=1~x',
    '5:instead=1/',
    '5:strike=crash@c',
    '5:instead=crash',
    '-5:without=1',
    '5:policy=cache-policy',
    '5:policy=cache-policy/write-through/x',
    '5:instead=1/crash/hang',
    '5:instead=1/crash/',
    '5:strike=crash,',
    '5:strike=crash; rm -rf',
  ])('are refused with a sentence: %s', (text) => {
    expect(parseForks(text)).toMatchObject({ ok: false, error: expect.stringContaining('is no fork') as string })
  })

  it.each([
    ['5:policy=cache-policy/none', '5:policy=cache-policy/none: change must set cache-policy to write-through or write-back-unmirrored.'],
    ['5:policy=heartbeat-ms/1', '5:policy=heartbeat-ms/1: change must set heartbeat-ms to 25 or 50 or 200.'],
    ['1:without=1,5:policy=colour/red', '5:policy=colour/red: policy must be one of cache-policy, dispatch-scheme, '],
    ['5:without=1~10001', '5:without=1~10001: draws must be at most 10000.'],
    ['5:strike=-', '5:strike=-: name must be the name of a fault, such as crash.'],
    ['9:without=1,8:without=1', 'The changes must be in the order of their events.'],
    [Array.from({ length: LIMITS.playedForks + 1 }, () => '5:without=1').join(','), `The changes must be at most ${LIMITS.playedForks}.`],
  ])('must make sense, and the sentence says which and what: %s', (text, sentence) =>
    expect(parseForks(text)).toMatchObject({ ok: false, error: expect.stringContaining(sentence) as string }),
  )

  it('are not said again at any length', () => {
    const parsed = parseForks(`5:strike=${'x'.repeat(100_000)}`)
    expect(parsed.ok ? 0 : parsed.error.length).toBeLessThan(400)
    expect(parsed).toMatchObject({ error: expect.stringMatching(/^"5:strike=xxx/) as string })
  })
})

describe('forks from outside', () => {
  const parse = (given: unknown): boolean => v.safeParse(runForksSchema, given).success

  it('are taken as they are', () => expect(parse(FORKS)).toBe(true))

  it.each([
    [[]],
    ['10:without=1'],
    [[{ event: -1, change: { kind: 'without', fault: 1 } }]],
    [[{ event: 1.5, change: { kind: 'without', fault: 1 } }]],
    [[{ event: 1, change: { kind: 'without', fault: 1, name: 'crash' } }]],
    [[{ event: 1, change: { kind: 'without', fault: 1, draws: LIMITS.playedForkDraws + 1 } }]],
    [[{ event: 1, change: { kind: 'strike', name: '__proto__' } }]],
    [[{ event: 1, change: { kind: 'strike', name: 'x'.repeat(41) } }]],
    [[{ event: 1, change: { kind: 'policy', policy: 'constructor', value: 'x' } }]],
    [Array.from({ length: LIMITS.playedForks + 1 }, () => FORKS[0])],
  ])('are refused: %j', (given) => expect(parse(given)).toBe(false))
})
