import * as fs from 'node:fs'
import * as path from 'node:path'
import * as v from 'valibot'
import { failure, ok, type Result } from '../base/result'
import { ACCESS_FILE, accessFileSchema, type AccessFile } from '../contract/access-file'
import { parseJson } from '../contract/json'
import { LIMITS } from '../contract/limits'

/** Where the lab in `folder` is reached. The error is a sentence. */
export function findLab(folder: string): Result<AccessFile, string> {
  const file = path.join(folder, ACCESS_FILE)
  const text = readText(file)
  if (!text.ok) return text
  const json = parseJson(text.value)
  if (!json.ok) return failure(`Cannot use ${file}: it ${json.error}. Start the lab again.`)
  const parsed = v.safeParse(accessFileSchema, json.value)
  if (!parsed.success) {
    const [issue] = parsed.issues
    return failure(`Cannot use ${file}: "${v.getDotPath(issue) ?? 'it'}" ${issue.message}. Is the lab of another version? Start it again.`)
  }
  const here = fs.realpathSync(folder)
  if (parsed.output.folder !== here) {
    return failure(`${folder} is a copy: what is in ${ACCESS_FILE} leads to the lab in ${parsed.output.folder}. Give that one with --lab.`)
  }
  return ok(parsed.output)
}

function readText(file: string): Result<string, string> {
  try {
    const { size } = fs.statSync(file)
    if (size > LIMITS.accessFileBytes) return failure(`${file} has ${size} bytes, which is too long.`)
    return ok(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return failure(`Cannot read ${file}: ${message}.`)
    return failure(`No lab runs in ${path.dirname(file)}. Start it there (npm start, or npm run serve), or give its folder with --lab.`)
  }
}
