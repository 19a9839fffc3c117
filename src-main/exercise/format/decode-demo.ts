import { failure, ok, type Result } from '../../base/result'
import { LIMITS } from '../../contract/limits'
import { decodeActs } from './decode-acts'
import { decodeFields, simulatedWorld } from './decode'
import type { Demo, DemoStart, DemoStep, DemoStop } from './demo'
import { demoSchema, demoTranslationSchema, type DemoFields, type DemoStepFields } from './demo-schema'
import type { ExerciseStep } from './exercise'
import { Expressions } from './expressions'
import { FrontMatter, type FileProblem } from './front-matter'
import { durationOf } from './schema'
import { decodeBody } from './steps'

interface TextFile {
  readonly file: string
  readonly text: string
}

/** Reads a demo. All that is wrong with it is said at once, in the order of the lines. */
export function decodeDemo({ file, text }: TextFile): Result<Demo, readonly FileProblem[]> {
  const frontMatter = new FrontMatter(file, text)
  if (frontMatter.problems.length > 0) return failure(frontMatter.problems)
  const fields = decodeFields(frontMatter, demoSchema)
  const { steps: sections } = decodeBody(frontMatter, frontMatter.body, () => false)
  const demo = fields && demoOf(frontMatter, fields, sections)
  if (demo === undefined || frontMatter.problems.length > 0) return failure(frontMatter.problems.toSorted((a, b) => a.line - b.line))
  return ok(demo)
}

/** The same in another language: its title, and the words of each step. */
export function decodeDemoTranslation({ file, text }: TextFile, demo: Demo): Result<Demo, readonly FileProblem[]> {
  const frontMatter = new FrontMatter(file, text)
  if (frontMatter.problems.length > 0) return failure(frontMatter.problems)
  const fields = decodeFields(frontMatter, demoTranslationSchema)
  const { steps: sections } = decodeBody(frontMatter, frontMatter.body, () => false)
  reportCount(frontMatter, sections, demo.steps.length)
  const words = sections.map((section) => wordsOf(frontMatter, section))
  if (fields === undefined || frontMatter.problems.length > 0) return failure(frontMatter.problems)
  return ok({ ...demo, title: fields.title, steps: demo.steps.map((step, index) => ({ ...step, ...words[index] })) })
}

function demoOf(frontMatter: FrontMatter, fields: DemoFields, sections: readonly ExerciseStep[]): Demo {
  const { id, title, minutes, seed } = fields
  const { volumes } = fields.world
  const context = { patterns: new Map(), volumes: volumes.map(({ name }) => name), luns: volumes.length, questions: [] }
  const expressions = new Expressions(frontMatter, context)
  reportCount(frontMatter, sections, fields.steps.length)
  return {
    ...{ id, title, minutes, seed },
    world: simulatedWorld(frontMatter, fields.world),
    script: decodeActs(expressions, ['script'], fields.script),
    steps: fields.steps.map((step, index): DemoStep => {
      const section = sections[index] ?? { title: '', text: '', line: frontMatter.bodyLine }
      const path = ['steps', index] as const
      return {
        ...wordsOf(frontMatter, section),
        start: startOf(expressions, path, step),
        speed: step.speed,
        stop: stopOf(expressions, path, step),
        talkMs: durationOf(step.talk),
        line: frontMatter.lineOf(path),
      }
    }),
  }
}

function reportCount(frontMatter: FrontMatter, sections: readonly ExerciseStep[], wanted: number): void {
  if (sections.length === wanted || sections.length === 0) return
  frontMatter.problems.push({
    file: frontMatter.file,
    line: sections.at(-1)?.line ?? frontMatter.bodyLine,
    message: `There are ${sections.length} headings with two # signs, and ${wanted} steps: write one for each step, in their order.`,
  })
}

const NOTE = /^>\s?/

/** Lines that begin with > are for the trainer. What the room reads has to be short. */
function wordsOf(frontMatter: FrontMatter, { title, text, line }: ExerciseStep): Pick<DemoStep, 'title' | 'text' | 'notes'> {
  const lines = text.split('\n')
  const joined = (some: readonly string[]): string => some.join(' ').replaceAll(/\s+/g, ' ').trim()
  const said = joined(lines.filter((one) => !NOTE.test(one)))
  const notes = joined(lines.filter((one) => NOTE.test(one)).map((one) => one.replace(NOTE, '')))
  const report = (message: string): void => void frontMatter.problems.push({ file: frontMatter.file, line, message })
  if (said === '' && title !== '') report(`"${title}" says nothing: write one or two sentences for the room below it.`)
  if (title.length > LIMITS.demoTitleLength)
    report(`This heading has more than ${LIMITS.demoTitleLength} characters: a room cannot read that.`)
  if (said.length > LIMITS.demoTextLength)
    report(`"${title}" has ${said.length} characters for the room, and ${LIMITS.demoTextLength} can be read: put the rest after a > sign.`)
  return { title, text: said, notes }
}

type StepPath = readonly ['steps', number]

function startOf(expressions: Expressions, path: StepPath, step: DemoStepFields): DemoStart {
  const { at, on, nth, before } = step
  const { frontMatter } = expressions
  if (at !== undefined && on !== undefined) frontMatter.report(path, 'A step begins "at" a time or "on" an event: take one of them out.')
  if (on === undefined && (nth !== undefined || before !== undefined))
    frontMatter.report(path, '"nth" and "before" go with "on" only: take them out.')
  if (at !== undefined) return { type: 'at', atMs: durationOf(at) }
  if (on === undefined) return { type: 'follows' }
  const trigger = expressions.trigger([...path, 'on'], on)
  return { type: 'on', trigger, nth: nth ?? 1, beforeMs: durationOf(before ?? 0) }
}

function stopOf(expressions: Expressions, path: StepPath, step: DemoStepFields): DemoStop | undefined {
  const { for: ms, until, plus } = step
  const { frontMatter } = expressions
  if (ms !== undefined && until !== undefined)
    frontMatter.report(path, 'A step plays either "for" a time or "until" an event: take one of them out.')
  if (until === undefined && plus !== undefined) frontMatter.report(path, '"plus" goes with "until" only: take it out.')
  if (ms !== undefined) return { type: 'for', ms: durationOf(ms) }
  if (until === undefined) return undefined
  const trigger = expressions.trigger([...path, 'until'], until)
  return { type: 'until', trigger, plusMs: durationOf(plus ?? 0) }
}
