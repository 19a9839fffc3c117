import { describe, expect, it } from 'vitest'
import { prerequisiteProblems, type Prerequisite } from '../../../../src-main/exercise/format/prerequisites'

function exercise(id: string, ...prerequisites: readonly string[]): Prerequisite {
  return { file: `${id}/exercise.md`, id, prerequisites, line: 7 }
}

describe('prerequisites', () => {
  it('may form any tree', () => {
    expect(prerequisiteProblems([exercise('a'), exercise('b', 'a'), exercise('c', 'a', 'b')])).toEqual([])
  })

  it('that form a circle are told to all who are in it, and to nobody else', () => {
    const problems = prerequisiteProblems([exercise('a', 'c'), exercise('b', 'a'), exercise('c', 'b'), exercise('d', 'a')])
    expect(problems.map(({ file }) => file)).toEqual(['a/exercise.md', 'b/exercise.md', 'c/exercise.md'])
    expect(problems[0]).toMatchObject({
      line: 7,
      message: 'Nobody could begin this exercise: a needs c needs b needs a. Take one of these prerequisites out.',
    })
  })

  it('that do not exist, and ids that are there twice, are told', () => {
    expect(prerequisiteProblems([exercise('first'), exercise('b', 'frist')])[0]?.message).toBe(
      'There is no exercise "frist". Did you mean first?',
    )
    expect(prerequisiteProblems([exercise('a'), { ...exercise('a'), file: 'other/exercise.md' }])).toHaveLength(2)
  })
})
