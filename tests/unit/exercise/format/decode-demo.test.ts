import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src-main/contract/limits'
import { decodeDemo, decodeDemoTranslation } from '../../../../src-main/exercise/format/decode-demo'
import { demoFile, GERMAN_DEMO } from '../../../support/demo-file'

const decode = (text: string) => decodeDemo({ file: 'tryout/demo.md', text })

function demo() {
  const decoded = decode(demoFile())
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error))
  return decoded.value
}

describe('the file of a demo', () => {
  it('has steps with words for the room, notes for the trainer, and moments', () => {
    expect(demo()).toMatchObject({ id: 'demo-tryout', title: 'A crash', minutes: 2, seed: 7 })
    expect(demo().steps).toMatchObject([
      {
        title: 'Both serve',
        text: 'A host uses both.',
        notes: 'Ask who owns what.',
        start: { type: 'at', atMs: 100 },
        stop: { type: 'for', ms: 200 },
        speed: 0.5,
        talkMs: 30_000,
      },
      {
        title: 'A dies',
        notes: '',
        start: { type: 'on', nth: 1, beforeMs: 10, trigger: { text: 'midplane.controller-killed' } },
        stop: { type: 'until', plusMs: 5, trigger: { text: 'takeover.serving' } },
        talkMs: 60_000,
      },
    ])
  })

  it.each([
    ['another step', { '## A dies': 'A dies' }, 20, 'There are 1 headings with two # signs, and 2 steps'],
    ['both beginnings', { 'at: 100 ms,': 'at: 100 ms, on: takeover.serving,' }, 14, 'begins "at" a time or "on" an event'],
    ['both ends', { 'for: 200 ms': 'for: 200 ms, until: takeover.serving' }, 14, 'either "for" a time or "until" an event'],
    ['"before" without an event', { 'at: 100 ms,': 'before: 1 ms,' }, 14, '"nth" and "before" go with "on" only'],
    ['"plus" without an event', { 'for: 200 ms': 'for: 200 ms, plus: 1 ms' }, 14, '"plus" goes with "until" only'],
    ['an event that there is not', { 'on: midplane.controller-killed': 'on: midplane.controller-kiled' }, 15, 'controller-killed'],
    ['a field that there is not', { 'speed: 0.5': 'sped: 0.5, speed: 1' }, 14, '"sped" is no field here'],
    ['no time to speak', { ', talk: 30 s': '' }, 14, '"talk" is missing'],
    ['a speed of nothing', { 'speed: 0.5': 'speed: 0' }, 14, '"speed" must be at least'],
    ['a live world', { 'kind: simulated': 'kind: live' }, 8, 'A demo is played in the simulator'],
    ['too much for a room', { 'B takes over.': 'x'.repeat(LIMITS.demoTextLength + 1) }, 27, 'can be read'],
    ['nothing for a room', { 'B takes over.': '> only notes' }, 27, 'says nothing'],
    ['a heading that is too long', { '## A dies': `## ${'x'.repeat(LIMITS.demoTitleLength + 1)}` }, 27, 'a room cannot read that'],
  ])('with %s says so, with the line', (_, changes, line, message) => {
    const decoded = decode(demoFile(changes))
    expect(decoded.ok).toBe(false)
    const problems = decoded.ok ? [] : decoded.error
    expect(problems).toContainEqual({ file: 'tryout/demo.md', line, message: expect.stringContaining(message) as string })
  })
})

describe('its translation', () => {
  const translate = (text: string) => decodeDemoTranslation({ file: 'tryout/demo.de.md', text }, demo())

  it('has other words, and the same moments', () => {
    const translated = translate(GERMAN_DEMO)
    expect(translated).toMatchObject({
      ok: true,
      value: { title: 'Ein Absturz', steps: [{ title: 'Beide bedienen' }, { notes: 'Fragen, warum.' }] },
    })
    if (translated.ok) expect(translated.value.steps.map(({ start }) => start)).toEqual(demo().steps.map(({ start }) => start))
  })

  it.each([
    [{ '## A stirbt\n': '' }, 'There are 1 headings'],
    [{ 'title: Ein Absturz': 'title: Ein Absturz\nminutes: 3' }, '"minutes" is no field here'],
    [{ 'title: Ein Absturz': 'titel: Ein Absturz' }, '"title" is missing'],
  ])('with %j says what is wrong', (changes, message) => {
    const text = Object.entries(changes).reduce((all, [from, to]) => all.replace(from, to), GERMAN_DEMO)
    expect(translate(text)).toMatchObject({
      ok: false,
      error: expect.arrayContaining([expect.objectContaining({ message: expect.stringContaining(message) as string })]) as unknown,
    })
  })
})
