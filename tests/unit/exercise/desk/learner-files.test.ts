import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { because } from '../../../../src-main/contract/exercise-reason'
import { LIMITS } from '../../../../src-main/contract/limits'
import { firstAttempt } from '../../../../src-main/exercise/desk/attempt'
import { LearnerFiles } from '../../../../src-main/exercise/desk/learner-files'

const OLD = because('told', { text: 'nobody measured it' })

let folder: string
let files: LearnerFiles
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(tmpdir(), 'learners-')), 'learners')
  files = new LearnerFiles(folder)
})
afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true }))

describe('files of learners', () => {
  it('are none at first, and make no folder before somebody comes', () => {
    expect(files.names()).toEqual([])
    expect(files.read('Ada')).toEqual({ name: 'Ada', attempts: {} })
    expect(fs.existsSync(folder)).toBe(false)
  })

  it.each(['Ada', 'Zoë Müller', '../../etc/passwd', 'a.b', 'C:\\con', '100 %', '李雷', '-'])(
    'keep %j under that name, inside the folder',
    (name) => {
      const grades = { points: 1, of: 2, passed: false, hash: 'h', checks: [], questions: [] }
      const attempts = { fence: { ...firstAttempt(4), grades, best: { points: 1, of: 2 } } }
      files.write({ name, attempts })
      expect(files.names()).toEqual([name])
      expect(files.read(name)).toEqual({ name, attempts })
      expect(fs.readdirSync(path.dirname(folder))).toEqual(['learners'])
    },
  )

  it('of an earlier version, in which reasons were sentences, are read, and reasons stay what they are', () => {
    const check = { id: 'gap', text: 'gap(lun 0) < 5 ms', value: 'unknown', message: 'Too long.', points: 0, of: 2, events: [] } as const
    const grades = { points: 0, of: 2, passed: false, hash: 'h', questions: [] }
    files.write({ name: 'Ada', attempts: { gap: { ...firstAttempt(4), grades: { ...grades, checks: [{ ...check, why: OLD }] } } } })
    const file = path.join(folder, 'Ada.json')
    const kept = JSON.stringify(OLD)
    expect(fs.readFileSync(file, 'utf8')).toContain(kept)
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(kept, '"nobody measured it"'))
    expect(files.read('Ada').attempts['gap']?.grades?.checks).toEqual([{ ...check, why: OLD }])
  })

  it('are read without a reason that this version does not know', () => {
    const check = { id: 'gap', text: 'gap(lun 0) < 5 ms', value: 'false', message: 'Too long.', points: 0, of: 2, events: [] } as const
    const grades = { points: 0, of: 2, passed: false, hash: 'h', questions: [] }
    files.write({ name: 'Ada', attempts: { gap: { ...firstAttempt(4), grades: { ...grades, checks: [{ ...check, why: OLD }] } } } })
    const file = path.join(folder, 'Ada.json')
    const broken = '{"key":"is","parts":{"value":{"type":"range","least":null,"most":4}}}'
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(JSON.stringify(OLD), broken))
    expect(files.read('Ada').attempts['gap']?.grades?.checks).toEqual([{ ...check, why: undefined }])
  })

  it('that cannot be read are left as they are, and said to be wrong', () => {
    files.write({ name: 'Ada', attempts: {} })
    const [file = ''] = fs.readdirSync(folder)
    for (const text of ['{', '{"format":1}', '{"format":9,"name":"Ada","attempts":{}}', '[]']) {
      fs.writeFileSync(path.join(folder, file), text)
      expect(() => files.read('Ada')).toThrow(file)
      expect(fs.readFileSync(path.join(folder, file), 'utf8')).toBe(text)
    }
    fs.writeFileSync(path.join(folder, file), ' '.repeat(LIMITS.learnerBytes + 1))
    expect(() => files.read('Ada')).toThrow('too large')
  })

  it('are not without end', () => {
    for (let number = 0; number < LIMITS.learners; number++) files.write({ name: `learner ${number}`, attempts: {} })
    expect(() => files.read('one more')).toThrow(`There are ${LIMITS.learners} learners already`)
    expect(files.read('learner 3').name).toBe('learner 3')
  })

  it('of other programs are no learners', () => {
    fs.mkdirSync(folder)
    for (const name of ['.json', 'notes.txt', '%00.json']) fs.writeFileSync(path.join(folder, name), '')
    expect(files.names()).toEqual([])
  })
})
