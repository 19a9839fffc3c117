import { suggest } from '../checks/nearest'
import type { FileProblem } from './front-matter'

export interface Prerequisite {
  readonly file: string
  readonly id: string
  readonly prerequisites: readonly string[]
  /** Of the field in its file. */
  readonly line: number
}

/** Exercises that nobody could ever begin, because one leads to the other, and prerequisites that do not exist. */
export function prerequisiteProblems(exercises: readonly Prerequisite[]): readonly FileProblem[] {
  const byId = new Map(exercises.map((exercise) => [exercise.id, exercise]))
  return exercises.flatMap((exercise): readonly FileProblem[] => {
    const { file, line, prerequisites, id } = exercise
    const strange = prerequisites.find((one) => !byId.has(one))
    if (strange !== undefined) return [{ file, line, message: `There is no exercise "${strange}". ${suggest(strange, [...byId.keys()])}` }]
    const twin = exercises.find((one) => one.id === id && one !== exercise)
    if (twin !== undefined) return [{ file, line: 1, message: `${twin.file} has the id "${id}", too: give one of them another.` }]
    const circle = circleFrom(exercise, byId)
    if (circle === undefined) return []
    return [{ file, line, message: `Nobody could begin this exercise: ${circle.join(' needs ')}. Take one of these prerequisites out.` }]
  })
}

/** The ids on the shortest way from an exercise back to itself. */
function circleFrom({ id }: Prerequisite, byId: ReadonlyMap<string, Prerequisite>): readonly string[] | undefined {
  const seen = new Set<string>()
  let ways: readonly (readonly string[])[] = [[id]]
  while (ways.length > 0) {
    const longer = ways.flatMap((way) => (byId.get(way.at(-1) ?? '')?.prerequisites ?? []).map((next) => [...way, next]))
    const back = longer.find((way) => way.at(-1) === id)
    if (back !== undefined) return back
    ways = longer.filter((way) => {
      const last = way.at(-1) ?? ''
      const isNew = !seen.has(last)
      seen.add(last)
      return isNew
    })
  }
  return undefined
}
