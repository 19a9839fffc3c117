import { describe, expect, it } from 'vitest'
import { decodeExercise } from '../../../../src-main/exercise/format/decode'
import type { Exercise } from '../../../../src-main/exercise/format/exercise'
import { tellFileProblem } from '../../../../src-main/exercise/format/front-matter'
import { EXERCISE_FILE } from '../../../support/exercise-file'

function decode(text: string, seed = 1): ReturnType<typeof decodeExercise> {
  return decodeExercise({ file: 'exercise.md', text, seed, patterns: new Map(), hasPicture: (name) => name === 'stage.png' })
}

function decoded(text = EXERCISE_FILE, seed = 1): Exercise {
  const exercise = decode(text, seed)
  if (!exercise.ok) throw new Error(exercise.error.map(tellFileProblem).join('\n'))
  return exercise.value
}

/** The messages about the file with one piece of it replaced. */
function problems(piece: string, instead: string): readonly string[] {
  if (!EXERCISE_FILE.includes(piece)) throw new Error(`no ${piece}`)
  const exercise = decode(EXERCISE_FILE.replace(piece, instead))
  return exercise.ok ? [] : exercise.error.map(tellFileProblem)
}

function lineOf(piece: string): number {
  return EXERCISE_FILE.slice(0, EXERCISE_FILE.indexOf(piece)).split('\n').length
}

describe('a file', () => {
  it('is read as it was written', () => {
    const exercise = decoded()
    expect(exercise).toMatchObject({
      id: 'first-takeover',
      minutes: 10,
      prerequisites: [],
      world: { durationMs: 3000, drives: 4, timers: { heartbeatMs: 100 }, workload: { requestsPerSecond: 100, blocks: 8 } },
      allowed: [{ act: 'kill', parameters: {}, most: 1 }],
      introduction: `Watch what happens to controller ${String(exercise.variables['victim']).toUpperCase()}.`,
      steps: [
        { title: 'Predict', text: 'Think first.' },
        { title: 'Watch', text: '![The stage](stage.png)' },
      ],
    })
    expect(exercise.checks.map(({ id, when, points, hintCost }) => ({ id, when: when.type, points, hintCost }))).toEqual([
      { id: 'taken-over', when: 'after', points: 2, hintCost: 0 },
      { id: 'quick', when: 'within', points: 1, hintCost: 1 },
      { id: 'guessed', when: 'after', points: 1, hintCost: 0 },
    ])
    expect(exercise.solutions[0]).toMatchObject({
      acts: [{ act: 'kill', when: { type: 'on', nth: 1, plusMs: 20 } }],
      predictions: { order: { kind: 'order', items: ['detect', 'fence'] }, length: { kind: 'right' } },
    })
    expect(exercise.wrong[0]).toMatchObject({ fails: 'quick', acts: [] })
  })

  it('draws its variables from the seed: the same for the same, and not always the same', () => {
    const drawn = (seed: number): Exercise['variables'] => decoded(EXERCISE_FILE, seed).variables
    expect(drawn(5)).toEqual(drawn(5))
    const all = Array.from({ length: 40 }, (_, seed) => drawn(seed))
    expect(new Set(all.map(({ victim }) => victim))).toEqual(new Set(['a', 'b']))
    expect(new Set(all.map(({ moment }) => moment))).toEqual(new Set([400, 500, 600, 700, 800, 900]))
    for (const { victim, survivor } of all) expect(survivor).toBe(victim === 'a' ? 'b' : 'a')
    const { script, variables, checks } = decoded(EXERCISE_FILE, 5)
    expect(script[0]).toMatchObject({ when: { atMs: variables['moment'] }, parameters: { controller: variables['victim'] } })
    expect(checks[0]?.check.text).toBe(`some takeover.serving by ${String(variables['survivor'])}`)
  })
})

/** Where it is said, if not where it is wrong. */
const lines: Readonly<Record<string, string>> = {
  '  - act: kill\n    most: 1': '- { on: midplane.controller-hung',
  'id: guessed': 'check: right(',
}

describe('what is wrong with a file is said with its line', () => {
  it.each([
    ['minutes: 10', 'minuts: 10', ['"minuts" is no field here. Did you mean minutes?', '"minutes" is missing']],
    ['minutes: 10', 'minutes: ten', ['"minutes" must be a number.']],
    ['level: beginner', 'level: easy', ['"level" must be one of beginner, intermediate, advanced.']],
    ['format: 1', 'format: 2', ['"format" must be 1: the format that this version reads.']],
    ['kind: simulated', 'kind: real', ['"kind" must be "simulated", "live" or "recording".']],
    ['duration: 3 s', 'duration: three', ['"duration" must be a time such as 500 ms, 2 s or 1 min.']],
    ['duration: 3 s', 'duration: 0', ['"duration" must be more than 0 ms.']],
    ['act: hang', 'act: hung', ['"act" must name an act: kill, hang']],
    ['  - at: $moment', '  - at: $moments', ['There is no variable "moments". Did you mean moment?']],
    ['  - at: $moment', '  - nth: 1', ['An act needs either "at" with a time, or "on" with a pattern of events: write one of them.']],
    ['peer-of: victim', 'peer-of: moment', ['"peer-of" needs a variable before this one that is always a or b']],
    ['when: after', 'when: later', ['"when" must be before, throughout, after, or have "within"']],
    [
      'check: some takeover.serving by',
      'check: some takeover.srving by',
      ['There is no kind of event "takeover.srving". Did you mean takeover.serving?'],
    ],
    ['gap(lun 0) < 500 ms\n', 'gap(lun 0) < 500\n', ['Write the unit of a time: 500 ms.']],
    ['check: right("order")', 'check: right("odrer")', ['Nothing is asked with the id "odrer". Did you mean order?']],
    ['id: guessed', 'id: quick', ['Two checks have the id "quick": give one of them another.']],
    [
      'event: takeover.fenced }',
      'event: takeover.fenced before takeover.claimed }',
      ['This starts something as soon as the event happens'],
    ],
    ['actual: gap(lun 0)', 'actual: count(takeover.fenced)', ['This is a number, and a time such as 500 ms is needed.']],
    ['    hint-cost: 1', '    hint-cost: 5', ['"hint-cost" must not be more than "points".']],
    ['gap(lun 0) < 500 ms\n', 'gap(lun 5) < 500 ms\n', ['The world of this exercise has no LUN 5: it has LUNs 0 to 1.']],
    ['check: right("order")', 'check: owner-of("alhpa") = a', ['The world of this exercise has no volume "alhpa". Did you mean alpha?']],
    ['check: right("order")', 'check: no volume.quiesced where volume = "gamma"', ['has no volume "gamma". There are: alpha, bravo.']],
    ['fails: quick', 'fails: quikc', ['There is no check "quikc". Did you mean quick?']],
    ['  - act: kill\n    most: 1', '  - act: hang', ['The learner is not allowed to do this: add "kill"']],
    ['order: [detect, fence]', 'order: [detect]', ['"order" must be a list with each of detect, fence, or "right"']],
    ['length: right', 'length: 5000', ['"length" must be a number from 0 to 2000']],
    ['culprit: right', 'culprits: right', ['Nothing is asked with the id "culprits" there. Did you mean culprit?']],
    ['stage.png', 'stages.png', ['The picture "stages.png" is not in the folder of this file']],
    ['stage.png', '../stage.png', ['"../stage.png" is no picture beside this file']],
    ['![The stage]', '![]', ['has no words for those who do not see it']],
    ['controller ${victim}', 'controller ${victm}', ['There is no variable "victm". Did you mean victim?']],
    ['id: first-takeover', 'id: first-takeover\nid: other', ['This field is there twice']],
    ['outcomes:\n', 'prerequisites: [first-takeover]\noutcomes:\n', ['An exercise cannot be its own prerequisite']],
  ])('%s -> %s', (piece, instead, messages) => {
    const told = problems(piece, instead)
    for (const message of messages) expect(told.join('\n')).toContain(message)
    const line = lineOf(lines[piece] ?? piece)
    expect(
      told.map((one) => Number(/:(\d+):/.exec(one)?.[1])).some((one) => Math.abs(one - line) <= 1),
      told.join('\n'),
    ).toBe(true)
  })

  it('but not of volumes that the learner may make', () => {
    const text = EXERCISE_FILE.replace('allowed:', 'allowed:\n  - { act: request, name: create-volume }').replace(
      'right("order")',
      'owner-of("gamma") = a',
    )
    expect(decode(text).ok).toBe(true)
  })

  it('in the very line of a check with several lines', () => {
    const [told] = problems('and no violation', 'and no violatoin')
    expect(told).toContain(`exercise.md:${lineOf('and no violation')}: `)
  })

  it('all of it at once, in order', () => {
    const text = EXERCISE_FILE.replace('some takeover.serving', 'some takeover.srving').replace('stage.png', 'other.png')
    const exercise = decode(text)
    expect(exercise.ok ? [] : exercise.error.map(({ line }) => line)).toEqual([lineOf('check: some'), lineOf('![The stage]')])
  })

  it.each([
    ['no fields at all', 'begin with a line of three dashes'],
    ['---\nformat: 1\n', 'have no end'],
    ['---\n- 1\n---\n', 'There are no fields here'],
    [
      '---\na: &a [1]\nb: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n---\n',
      'name each other too often',
    ],
    [`---\n${'x'.repeat(600_000)}\n---\n`, 'longer than'],
  ])('%s', (text, message) => {
    const exercise = decode(text)
    expect(exercise.ok ? '' : exercise.error.map(tellFileProblem).join('\n')).toContain(message)
  })
})

it('controllers are called A and B in what people read, and a and b in checks and in what they type', () => {
  const text = EXERCISE_FILE.replace('Watch what happens to controller ${victim}.', 'Kill ${victim}: type `kill ${victim}`.')
  const read = decodeExercise({ file: 'exercise.md', text, seed: 1, patterns: new Map(), hasPicture: () => true })
  if (!read.ok) throw new Error(read.error.map(({ message }) => message).join(' '))
  const victim = String(read.value.variables['victim'])
  expect(read.value.introduction).toBe(`Kill ${victim.toUpperCase()}: type \`kill ${victim}\`.`)
})

describe('an exercise about a recording', () => {
  const WORLD = 'world:\n  kind: recording\n  file: outage.ndjson\n  duration: 4500 ms\n'
  const FILE = `---\nformat: 1\nid: outage\ntitle: An outage\noutcomes: [Say why.]\nminutes: 5\nlevel: beginner\n${WORLD}checks:
  - { id: one, check: some takeover.serving, message: No. }
solutions: [{ name: reads it }]
---

Text.

## Explain

More.
`
  const read = (text: string, hasRecording?: (name: string) => boolean) =>
    decodeExercise({ file: 'exercise.md', text, seed: 1, patterns: new Map(), hasPicture: () => false, hasRecording })

  it('names a recording beside it', () => {
    const exercise = read(FILE, (name) => name === 'outage.ndjson')
    expect(exercise.ok && exercise.value.world).toEqual({
      kind: 'recording',
      file: 'outage.ndjson',
      durationMs: 4500,
      volumes: ['alpha', 'bravo'],
    })
  })

  it.each([
    ['that is not there', FILE, undefined, 10, 'There is no recording "outage.ndjson"'],
    ['elsewhere', FILE.replace('outage.ndjson', '../outage.ndjson'), () => true, 10, 'must be the name of a recording beside this file'],
    [
      'and a script',
      FILE.replace('checks:', 'script: [{ act: kill, controller: a, at: 5 }]\nchecks:'),
      () => true,
      12,
      'Take "script" out',
    ],
    ['and acts', FILE.replace('checks:', 'allowed: [{ act: kill }]\nchecks:'), () => true, 12, 'Take "allowed" out'],
  ])('or says in which line there is one %s', (_, text, hasRecording, line, message) => {
    const exercise = read(text, hasRecording)
    expect(exercise.ok ? [] : exercise.error).toEqual([{ file: 'exercise.md', line, message: expect.stringContaining(message) as string }])
  })
})
