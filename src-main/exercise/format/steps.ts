import { LIMITS } from '../../contract/limits'
import type { ExerciseStep } from './exercise'
import type { FrontMatter } from './front-matter'

export interface ExerciseBody {
  readonly introduction: string
  readonly steps: readonly ExerciseStep[]
}

const HEADING = /^##\s+(.+?)\s*#*$/
const CODE_FENCE = /^(```|~~~)/
const PICTURE = /!\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)/g
const PICTURE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(?:png|svg|jpg|jpeg)$/

/** Cuts the text of an exercise into its steps, and looks for its pictures. */
export function decodeBody(frontMatter: FrontMatter, body: string, hasPicture: (name: string) => boolean): ExerciseBody {
  const sections: { title: string; line: number; readonly lines: string[] }[] = [{ title: '', line: frontMatter.bodyLine, lines: [] }]
  let isCode = false
  for (const [index, line] of body.split('\n').entries()) {
    if (CODE_FENCE.test(line)) isCode = !isCode
    const title = isCode ? undefined : HEADING.exec(line)?.[1]
    if (title !== undefined) sections.push({ title, line: frontMatter.bodyLine + index, lines: [] })
    else sections.at(-1)?.lines.push(line)
    if (!isCode) checkPictures(frontMatter, { text: line, line: frontMatter.bodyLine + index }, hasPicture)
  }
  const [introduction, ...steps] = sections
  if (steps.length === 0)
    frontMatter.problems.push({
      file: frontMatter.file,
      line: frontMatter.bodyLine,
      message: 'There is no step: write at least one heading with two # signs, and what to do below it.',
    })
  return {
    introduction: introduction?.lines.join('\n').trim() ?? '',
    steps: steps.map(({ title, line, lines }) => ({ title, line, text: lines.join('\n').trim() })),
  }
}

/** The pictures that a text shows, with the words for those who do not see them. */
export function picturesIn(text: string): readonly { readonly words: string; readonly name: string }[] {
  return [...text.matchAll(PICTURE)].map(([, words = '', name = '']) => ({ words, name }))
}

interface Line {
  readonly text: string
  readonly line: number
}

function checkPictures(frontMatter: FrontMatter, { text, line }: Line, hasPicture: (name: string) => boolean): void {
  for (const { words, name } of picturesIn(text)) {
    const problem = pictureProblem(words, name, hasPicture)
    if (problem !== undefined) frontMatter.problems.push({ file: frontMatter.file, line, message: problem })
  }
}

function pictureProblem(words: string, name: string, hasPicture: (name: string) => boolean): string | undefined {
  if (!PICTURE_NAME.test(name)) return `"${name}" is no picture beside this file: name a png, svg or jpg file in the same folder.`
  if (words.trim() === '') return `The picture "${name}" has no words for those who do not see it: write them between the brackets.`
  return hasPicture(name)
    ? undefined
    : `The picture "${name}" is not in the folder of this file, or is larger than ${LIMITS.exercisePictureBytes / 1024} KiB: ` +
        'add it, or take it out of the text.'
}
