import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { readCheck } from '../../../../src-main/exercise/checks/read-check'
import * as world from '../../../../src-main/entries/exercise-world'
import { isRecorded, type ExerciseCheck } from '../../../../src-main/exercise/format/exercise'
import { gradeSubmission } from '../../../../src-main/exercise/grading/grade'
import { seedOfLearner } from '../../../../src-main/exercise/grading/learner-seed'
import { shippedRun } from '../../../../src-main/exercise/grading/recorded-try'
import { writeSubmission } from '../../../../src-main/exercise/grading/submission'
import { readExercise } from '../../../../src-main/exercise/shelf/exercise-folder'
import { shippedRecording } from '../../../../src-main/exercise/shelf/recordings'
import type { Done } from '../../../../src-main/exercise/terminal/conversation'
import { RecordedTerminalRun } from '../../../../src-main/exercise/terminal/recorded-terminal-run'
import { NO_CONTEXT } from '../../../support/evidence'
import { projectDir } from '../../../support/planted-build'

const ID = 'diagnose-an-outage'
const FILE = join(projectDir, 'exercises', ID, 'exercise.md')
const HUNG = 'outage-1.ndjson'

/** A learner who gets the recording in which a controller hangs. */
const learner = present(
  Array.from({ length: 50 }, (_, number) => `Ada ${number}`).find((name) => opened(name).exercise.world.file === HUNG),
  'a learner with that recording',
)

function opened(name: string) {
  const read = readExercise(FILE, { seed: seedOfLearner(ID, name) })
  if (!read.ok || !isRecorded(read.value.exercise)) throw new Error('it is no exercise about a recording')
  const { exercise } = read.value
  const recording = shippedRecording(FILE, exercise)
  const run = recording.ok ? shippedRun(recording.value) : recording
  if (!run.ok) throw new Error(run.error)
  return { exercise, recording, run: run.value }
}

async function typed(lines: readonly string[], checks?: readonly ExerciseCheck[]): Promise<{ readonly done: Done; readonly said: string }> {
  const { exercise: shipped, run } = opened(learner)
  const exercise = { ...shipped, checks: checks ?? shipped.checks }
  const said: string[] = []
  const left = [...lines]
  const terminal = {
    say: (text: string) => void said.push(text),
    ask: (prompt: string) => (said.push(prompt), Promise.resolve(left.shift())),
  }
  return { done: await new RecordedTerminalRun({ exercise, run, terminal }).do(), said: said.join('\n') }
}

/** The number of the first event of that kind, as the table names it. */
const numberOf = (said: string, kind: string): string => present(said.match(new RegExp(`(\\d+) +[\\d.]+ ms {2}${kind} `))?.[1], kind)

describe('an exercise about a recording in a terminal', () => {
  it('asks first, and then shows when volumes answered and what happened, with the numbers of the events', async () => {
    const { said } = await typed(['2'])
    const locked = said.indexOf('Your predictions are locked')
    expect(said.slice(0, locked)).not.toContain('midplane.')
    const story = said.slice(locked)
    expect(story).toMatch(/ {12}alpha \(LUN 0\) +bravo \(LUN 1\)\n/)
    expect(story).toMatch(/\n {4}100 ms {2}■+ \d+ +■+ \d+\n/)
    // Alpha is silent from the hang on until it was taken over, and bravo is not.
    const [, before = '', after = ''] = present(
      story.match(/midplane\.controller-hung([\s\S]*?)takeover\.detected([\s\S]*)/),
      'the takeover',
    )
    expect(before).toMatch(/ms {2}· +■/)
    expect(before).not.toMatch(/\n +\d+ ms {2}■/)
    expect(after).toMatch(/\n +\d+ ms {2}■/)
  })

  it('shows a stretch in small steps, lists events, gives hints, and says what makes no sense', async () => {
    const { done, said } = await typed([
      '2',
      '',
      'story 1500 1700',
      'story 9 1',
      'story x',
      'events host.response 5',
      'kill',
      'hint gap-found',
    ])
    expect(said).toContain('answered in each 10 ms')
    expect(said.split('Say two times from 0 to 4500')).toHaveLength(3)
    expect(said).toMatch(/ms {2}host\.response {2}host/)
    expect(said).toContain('Nothing can be done in a recording.')
    expect(done).toMatchObject({ acts: [], hints: ['gap-found'], answers: {} })
  })

  it('is passed by whoever reads the recording, and graded anew with the same result', async () => {
    const { said: story } = await typed([])
    const hung = numberOf(story, 'midplane.controller-hung')
    const detected = numberOf(story, 'takeover.detected')
    const { exercise, recording, run } = opened(learner)
    const { spans } = present(run.evidence.outages[0], 'outages')
    const longest = present(spans.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0], 'an outage')
    const gap = `${Math.round(longest.fromMs - run.evidence.fromMs)} ${Math.round(longest.toMs - longest.fromMs)}`
    const { done, said } = await typed(['2', 'end', gap, '2', hung, detected, '1'])
    expect(said).toContain('10 of 10 points')
    expect(said).toMatch(/✓ cause-named, 2 of 2 points\n +\d+ +\d+\.\d\d ms {2}midplane\.controller-hung/)
    const { checks: _, ...handedIn } = done
    const about = { format: 1, exercise: ID, exerciseHash: 'hash', learner, seed: seedOfLearner(ID, learner), labVersion: '1' } as const
    const open = () => Promise.resolve({ exercise, hash: 'hash', world, recording })
    const grade = await gradeSubmission('ada.json', writeSubmission({ ...about, ...handedIn }), { labVersion: '1', open })
    expect(grade).toMatchObject({ status: 'passed', points: 10, of: 10, problems: [] })
  })

  it('tells times in reasons as it tells those of events: from the beginning of the recording', async () => {
    const { exercise, run } = opened(learner)
    const { fromMs } = run.evidence
    expect(fromMs).toBeGreaterThan(0)
    const read = readCheck('no takeover.detected', NO_CONTEXT)
    if (!read.ok) throw new Error('no check')
    const [first] = exercise.checks
    const { said } = await typed(['2', 'end'], [{ ...present(first, 'a check'), when: { type: 'after' }, check: read.value }])
    const [, reason, event] = present(
      said.match(/there is takeover\.detected at ([\d.]+) ms\)\n +\d+ +([\d.]+) ms {2}takeover\.detected/),
      said,
    )
    expect(Number(reason)).toBeCloseTo(Number(event), 1)
  })

  it('comes to its end where nobody types any more', async () => {
    const { done, said } = await typed([])
    expect(done).toMatchObject({ acts: [], predictions: {}, answers: {}, result: { points: 0 } })
    expect(said).toContain('? gap-found, 0 of 2 points')
  })
})
