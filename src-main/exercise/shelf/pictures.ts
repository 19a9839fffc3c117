import * as fs from 'node:fs'
import * as path from 'node:path'
import { LIMITS } from '../../contract/limits'
import type { Exercise } from '../format/exercise'
import { picturesIn } from '../format/steps'

const TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
}

/** A picture beside the file of an exercise, if it is there and no larger than a picture may be. */
export function hasPicture(file: string, name: string): boolean {
  const stat = fs.statSync(placeOf(file, name), { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size <= LIMITS.exercisePictureBytes
}

/** The pictures of an exercise by their names, as addresses that hold all of them: the window can fetch nothing. */
export function readPictures(
  file: string,
  { introduction, steps }: Pick<Exercise, 'introduction' | 'steps'>,
): Readonly<Record<string, string>> {
  const names = new Set([introduction, ...steps.map(({ text }) => text)].flatMap((text) => picturesIn(text).map(({ name }) => name)))
  const pictures: Record<string, string> = {}
  for (const name of [...names].slice(0, LIMITS.exercisePictures)) {
    const type = TYPES[path.extname(name).toLowerCase()]
    if (type === undefined || !hasPicture(file, name)) continue
    pictures[name] = `data:${type};base64,${fs.readFileSync(placeOf(file, name)).toString('base64')}`
  }
  return pictures
}

function placeOf(file: string, name: string): string {
  return path.join(path.dirname(file), path.basename(name))
}
