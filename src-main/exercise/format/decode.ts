import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import { isNestedTooDeep } from '../../contract/json'
import { LIMITS } from '../../contract/limits'
import type { NamedPatterns } from '../checks/named-patterns'
import { suggest } from '../checks/nearest'
import { decodeActs, decodeAllowed } from './decode-acts'
import { decodeChecks } from './decode-checks'
import { Expressions } from './expressions'
import { decodeQuestions } from './decode-questions'
import { decodeSolution } from './decode-solutions'
import type { Exercise, ExerciseWorkload, ExerciseWorld, LiveWorld, SimulatedWorld } from './exercise'
import { FrontMatter, type FieldPath, type FileProblem } from './front-matter'
import { durationOf, exerciseSchema, type ExerciseFields } from './schema'
import { decodeBody } from './steps'
import { drawVariables, fillProse, fillVariables } from './variables'

export interface ExerciseFile {
  /** As messages name it. */
  readonly file: string
  readonly text: string
  /** The learner's, from which variables are drawn. */
  readonly seed: number
  readonly patterns: NamedPatterns
  /** Whether there is a picture of that name beside the file. */
  readonly hasPicture: (name: string) => boolean
  /** Whether there is a recording of that name beside the file. Undefined: there are none. */
  readonly hasRecording?: ((name: string) => boolean) | undefined
}

/** Reads an exercise. All that is wrong with it is said at once, as far as it can be seen, in the order of the lines. */
export function decodeExercise(given: ExerciseFile): Result<Exercise, readonly FileProblem[]> {
  const { file, text, seed, patterns, hasPicture, hasRecording = () => false } = given
  const frontMatter = new FrontMatter(file, text)
  if (frontMatter.problems.length > 0) return failure(frontMatter.problems)
  const variables = drawVariables(frontMatter, seed)
  fillVariables(frontMatter, variables)
  const fields = decodeFields(frontMatter, exerciseSchema)
  const missing = new Set<string>()
  const body = fillProse(frontMatter.body, variables, (name) => missing.add(name))
  for (const name of missing) report(frontMatter, body, name, suggest(name, Object.keys(variables)))
  const steps = decodeBody(frontMatter, body, hasPicture)
  if (fields?.world.kind === 'recording') checkRecording(frontMatter, fields.world.file, hasRecording)
  const exercise = fields && exerciseOf(frontMatter, fields, patterns)
  if (exercise === undefined || frontMatter.problems.length > 0) return failure(inOrder(frontMatter.problems))
  return ok({ ...exercise, variables, ...steps })
}

function report(frontMatter: FrontMatter, body: string, name: string, hint: string): void {
  const line = frontMatter.bodyLine + body.slice(0, body.indexOf(`\${${name}}`)).split('\n').length - 1
  frontMatter.problems.push({ file: frontMatter.file, line, message: `There is no variable "${name}". ${hint}` })
}

function checkRecording(frontMatter: FrontMatter, name: string, hasRecording: (name: string) => boolean): void {
  if (hasRecording(name)) return
  const most = LIMITS.exerciseRecordingBytes
  frontMatter.report(['world', 'file'], `There is no recording "${name}" of at most ${most} bytes beside this file: put it there.`)
}

function inOrder(problems: readonly FileProblem[]): readonly FileProblem[] {
  return problems.toSorted((a, b) => a.line - b.line)
}

/** Undefined if some are wrong, which is reported. */
export function decodeFields<S extends v.GenericSchema>(frontMatter: FrontMatter, schema: S): v.InferOutput<S> | undefined {
  const json = jsonOf(frontMatter)
  if (json === undefined) return undefined
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    frontMatter.report([], 'There are no fields here: write lines such as "format: 1".')
    return undefined
  }
  const decoded = v.safeParse(schema, json)
  if (decoded.success) return decoded.output
  const known = [...fieldNames(schema)]
  for (const issue of decoded.issues) reportIssue(frontMatter, issue, known)
  return undefined
}

function jsonOf(frontMatter: FrontMatter): unknown {
  try {
    const json: unknown = frontMatter.document.toJS({ maxAliasCount: 20 })
    if (!isNestedTooDeep(json)) return json
    frontMatter.report([], 'These fields are nested too deep.')
  } catch {
    frontMatter.report([], 'These fields name each other too often: write them out.')
  }
  return undefined
}

export function reportIssue(frontMatter: FrontMatter, issue: v.BaseIssue<unknown>, known: readonly string[]): void {
  const path: FieldPath = issue.path?.map(({ key }) => key as string | number) ?? []
  const field = path.at(-1)
  const name = typeof field === 'number' ? `Item ${field + 1} of "${String(path.at(-2))}"` : `"${field ?? 'the front matter'}"`
  if (issue.expected === 'never') frontMatter.report(path, `${name} is no field here. ${suggest(String(field), known)}`)
  else if (issue.received === 'undefined') frontMatter.report(path, `${name} is missing: add it.`)
  else frontMatter.report(path, `${name} ${endOf(issue.message)}.`)
}

/** Messages of schemas end a sentence; those of the library are sentences. */
function endOf(message: string): string {
  return message.startsWith('must ') ? message : `is not right (${message})`
}

function fieldNames(schema: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof schema !== 'object' || schema === null) return found
  const { entries, wrapped, item, options, pipe } = schema as Readonly<Record<string, unknown>>
  if (typeof entries === 'object' && entries !== null)
    for (const [name, entry] of Object.entries(entries)) {
      found.add(name)
      fieldNames(entry, found)
    }
  for (const inner of [
    wrapped,
    item,
    ...(Array.isArray(options) ? (options as unknown[]) : []),
    ...(Array.isArray(pipe) ? (pipe as unknown[]) : []),
  ])
    if (inner !== schema) fieldNames(inner, found)
  return found
}

type Decoded = Omit<Exercise, 'variables' | 'introduction' | 'steps'>

function exerciseOf(frontMatter: FrontMatter, fields: ExerciseFields, patterns: NamedPatterns): Decoded {
  const names = volumeNames(fields.world)
  const around = changesVolumes(fields) ? { patterns } : { patterns, volumes: names, luns: names.length }
  const early = new Expressions(frontMatter, { ...around, questions: [] })
  const predictions = decodeQuestions(early, 'predictions', fields.predictions)
  const questions = decodeQuestions(early, 'questions', fields.questions)
  const asked = [...predictions, ...questions]
  distinct(frontMatter, 'questions', asked)
  const expressions = new Expressions(frontMatter, { ...around, questions: asked })
  const checks = decodeChecks(expressions, fields.checks)
  distinct(frontMatter, 'checks', checks)
  for (const [index, { fails }] of fields.wrong.entries())
    if (!checks.some(({ id }) => id === fails))
      frontMatter.report(
        ['wrong', index, 'fails'],
        `There is no check "${fails}". ${suggest(
          fails,
          checks.map(({ id }) => id),
        )}`,
      )
  const solution = (list: 'solutions' | 'wrong') => (one: ExerciseFields['solutions'][number], index: number) =>
    decodeSolution(expressions, { path: [list, index], fields: one, predictions, questions, allowed: allowedIn(fields) })
  const { format, id, title, outcomes, prerequisites, minutes, level } = fields
  if (prerequisites.includes(id))
    frontMatter.report(['prerequisites'], 'An exercise cannot be its own prerequisite: take it out of the list.')
  return {
    ...{ format, id, title, outcomes, prerequisites, minutes, level },
    world: worldOf(frontMatter, fields),
    script: decodeActs(expressions, ['script'], fields.script),
    allowed: decodeAllowed(fields.allowed),
    predictions,
    questions,
    checks,
    solutions: fields.solutions.map(solution('solutions')),
    wrong: fields.wrong.map((one, index) => ({ ...solution('wrong')(one, index), fails: one.fails })),
  }
}

const CHANGES = ['create-volume', 'rename-volume', 'map-lun']

/** Somebody may make, rename or map volumes, so that nobody knows which there will be. */
function changesVolumes({ world, allowed, script }: ExerciseFields): boolean {
  const requests = [...allowed, ...script].filter(({ act }) => act === 'request')
  return world.kind === 'live' || requests.some(({ name }) => name === undefined || CHANGES.some((change) => change === name))
}

function distinct(frontMatter: FrontMatter, what: string, all: readonly { readonly id: string; readonly line: number }[]): void {
  const seen = new Set<string>()
  for (const { id, line } of all) {
    if (seen.has(id))
      frontMatter.problems.push({ file: frontMatter.file, line, message: `Two ${what} have the id "${id}": give one of them another.` })
    seen.add(id)
  }
}

function volumeNames(world: ExerciseFields['world']): readonly string[] {
  return world.kind === 'simulated' ? world.volumes.map(({ name }) => name) : world.volumes
}

/** Whoever acts in a live lab may always say that he is done. */
function allowedIn({ world, allowed }: ExerciseFields): ExerciseFields['allowed'] {
  return world.kind === 'live' ? [...allowed, { act: 'end-try' }] : allowed
}

function worldOf(frontMatter: FrontMatter, { world, script, allowed }: ExerciseFields): ExerciseWorld {
  if (world.kind === 'simulated') return simulatedWorld(frontMatter, world)
  if (world.kind === 'recording') {
    for (const [field, acts] of Object.entries({ script, allowed }))
      if (acts.length > 0) frontMatter.report([field], `What is recorded is over: nobody acts in it. Take "${field}" out.`)
    const { kind, file, volumes } = world
    return { kind, file, volumes, durationMs: checkedDuration(frontMatter, world) }
  }
  if (script.length > 0)
    frontMatter.report(['script'], 'A live exercise has no script: what happens is what the learner does. Take it out.')
  return liveWorld(world, checkedDuration(frontMatter, world))
}

/** Of any kind. */
function checkedDuration(frontMatter: FrontMatter, world: ExerciseFields['world']): number {
  const durationMs = durationOf(world.duration)
  if (durationMs <= 0) frontMatter.report(['world', 'duration'], '"duration" must be more than 0 ms.')
  const names = volumeNames(world)
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index)
  if (twice >= 0)
    frontMatter.report(['world', 'volumes', twice], `Two volumes are named "${names[twice] ?? ''}": give one of them another name.`)
  return durationMs
}

type FieldsOf<K extends ExerciseWorld['kind']> = Extract<ExerciseFields['world'], { readonly kind: K }>

export function simulatedWorld(frontMatter: FrontMatter, world: FieldsOf<'simulated'>): SimulatedWorld {
  const { drives, volumes, policies, timers, firmware, workload } = world
  const durationMs = checkedDuration(frontMatter, world)
  if (timers['fence-after-beats'] <= timers['suspect-after-beats'])
    frontMatter.report(
      ['world', 'timers'],
      '"fence-after-beats" must be more than "suspect-after-beats": a peer is suspected before it is fenced.',
    )
  return {
    kind: 'simulated',
    durationMs,
    drives,
    volumes: volumes.map(({ name, mebibytes, level, owner }) => ({ name, mebibytes, level, owner })),
    policies: {
      cachePolicy: policies['cache-policy'],
      dispatchScheme: policies['dispatch-scheme'],
      automaticGiveback: policies['automatic-giveback'],
      ownershipByLoad: policies['ownership-by-load'],
    },
    timers: {
      heartbeatMs: durationOf(timers.heartbeat),
      suspectAfterBeats: timers['suspect-after-beats'],
      fenceAfterBeats: timers['fence-after-beats'],
    },
    firmware,
    workload: workload && workloadOf(workload),
  }
}

function liveWorld({ volumes, policies, workload }: FieldsOf<'live'>, durationMs: number): LiveWorld {
  const named = {
    cachePolicy: policies['cache-policy'],
    dispatchScheme: policies['dispatch-scheme'],
    automaticGiveback: policies['automatic-giveback'],
    ownershipByLoad: policies['ownership-by-load'],
  }
  const said = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
  return { kind: 'live', durationMs, volumes, policies: said, workload: workloadOf(workload) }
}

function workloadOf(workload: NonNullable<FieldsOf<'simulated' | 'live'>['workload']>): ExerciseWorkload {
  return {
    requestsPerSecond: workload['requests-per-second'],
    readShare: workload['read-share'],
    blocks: workload.blocks,
    regionBlocks: workload['region-blocks'],
    luns: workload.luns,
  }
}
