import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { findLab } from '../../../src-main/command-line/find-lab'
import { ACCESS_FILE } from '../../../src-main/contract/access-file'

const folder = fs.mkdtempSync(path.join(tmpdir(), 'find-lab-'))
afterEach(() => fs.rmSync(path.join(folder, ACCESS_FILE), { force: true }))
afterAll(() => fs.rmSync(folder, { recursive: true }))

function access(own: object = {}): object {
  return {
    format: 1,
    folder: fs.realpathSync(folder),
    target: 'iqn.2026-11.lab.takeover:x',
    portals: { a: '127.0.0.1:3260', b: '127.0.0.1:3261' },
    management: { a: 'http://127.0.0.1:8081', b: 'http://127.0.0.1:8082' },
    commands: 'http://127.0.0.1:8080',
    token: 'secret',
    ...own,
  }
}

function found(contents: unknown) {
  fs.writeFileSync(path.join(folder, ACCESS_FILE), typeof contents === 'string' ? contents : JSON.stringify(contents))
  const lab = findLab(folder)
  return lab.ok ? lab.value : lab.error
}

describe('a lab is found', () => {
  it('by the file in its folder', () => {
    expect(found(access())).toEqual(access())
  })

  it('not where none runs, and not where there is no folder', () => {
    for (const where of [folder, path.join(folder, 'nowhere')]) {
      const lab = findLab(where)
      expect(lab.ok ? '' : lab.error).toMatch(/^No lab runs in .*--lab\.$/)
    }
  })

  it.each([
    ['not JSON', '{', 'it is not valid JSON'],
    ['of another version', access({ format: 2 }), '"format" must be 1'],
    ['with an address of another machine', access({ commands: 'http://10.0.0.1:80' }), '"commands" must be an address of this machine'],
    ['with a token that no header can have', access({ token: 'a\nb' }), '"token" must be printable'],
    ['too long', 'x'.repeat(20_000), 'too long'],
  ])('not by a file that is %s', (_, contents, sentence) => {
    expect(found(contents)).toContain(sentence)
  })

  it('not by the file of another folder, which was copied here', () => {
    expect(found(access({ folder: '/another/lab' }))).toContain('leads to the lab in /another/lab')
  })
})
