import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { replaceFile } from '../../../src-main/platform/replace-file'

let folder: string
let file: string

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'replace-file-'))
  file = path.join(folder, 'lab.json')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

describe('replacing a file', () => {
  it.each(['lab.json', 'lab.json.new'])('follows no link at %s', (name) => {
    const victim = path.join(folder, 'victim')
    fs.writeFileSync(victim, 'precious')
    fs.symlinkSync(victim, path.join(folder, name))
    replaceFile(file, Buffer.from('new'))
    expect(fs.readFileSync(victim, 'utf8')).toBe('precious')
    expect(fs.lstatSync(file).isFile()).toBe(true)
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
    expect(fs.readdirSync(folder).sort()).toEqual(['lab.json', 'victim'])
  })

  it('takes no notice of what a killed process left', () => {
    fs.writeFileSync(`${file}.new`, 'half of something long')
    replaceFile(file, Buffer.from('new'))
    expect(fs.readFileSync(file, 'utf8')).toBe('new')
  })

  it('leaves the old contents where a folder is in the way', () => {
    fs.writeFileSync(file, 'old')
    fs.mkdirSync(`${file}.new`)
    expect(() => replaceFile(file, Buffer.from('new'))).toThrow()
    expect(fs.readFileSync(file, 'utf8')).toBe('old')
  })
})
