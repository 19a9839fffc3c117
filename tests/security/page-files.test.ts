import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listPageFiles, PAGE_HEADERS, servePage, type PageFiles } from '../../src-main/shells/electron/page-files'

let folder: string
let files: PageFiles

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'takeover-lab-page-'))
  fs.mkdirSync(path.join(folder, 'page/assets'), { recursive: true })
  fs.writeFileSync(path.join(folder, 'secret.js'), 'secret')
  fs.writeFileSync(path.join(folder, 'page/index.html'), '<!doctype html>')
  fs.writeFileSync(path.join(folder, 'page/assets/index.js'), '1')
  fs.writeFileSync(path.join(folder, 'page/assets/notes.txt'), 'not for pages')
  fs.symlinkSync(path.join(folder, 'secret.js'), path.join(folder, 'page/assets/link.js'))
  files = listPageFiles(path.join(folder, 'page'))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

const get = (address: string, method = 'GET') => servePage({ url: address, method }, files)

describe('the scheme of the page', () => {
  it('serves the page and its parts with their types', async () => {
    expect(await get('app://lab/').text()).toBe('<!doctype html>')
    expect(get('app://lab/index.html').headers.get('content-type')).toContain('text/html')
    expect(get('app://lab/assets/index.js').headers.get('content-type')).toContain('text/javascript')
    expect(get('app://lab/assets/index.js?v=1').status).toBe(200)
  })

  it.each([
    'app://lab/../secret.js',
    'app://lab/assets/../../secret.js',
    'app://lab/%2e%2e/secret.js',
    'app://lab/..%2fsecret.js',
    'app://lab/assets%2findex.js',
    'app://lab//etc/passwd',
    'app://lab/assets/..\\..\\secret.js',
    'app://lab/assets/link.js',
    'app://lab/assets/notes.txt',
    'app://lab/assets/',
    'app://lab/index.html%00.js',
    'app://other/index.html',
  ])('has nothing at %s', (address) => {
    expect(get(address).status).toBe(404)
  })

  it.each(['POST', 'PUT', 'DELETE', 'HEAD'])('refuses %s', (method) => {
    expect(get('app://lab/index.html', method).status).toBe(405)
  })

  it('puts the policy on every answer, refusals too', () => {
    for (const answer of [get('app://lab/'), get('app://lab/none'), get('app://lab/', 'POST')]) {
      expect(answer.headers.get('content-security-policy')).toBe(PAGE_HEADERS['content-security-policy'])
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

describe('the policy', () => {
  const markup = fs.readFileSync('src-renderer/index.html', 'utf8')
  const inPage = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(markup)?.[1] ?? ''

  it.each([
    ['of the window', PAGE_HEADERS['content-security-policy'] ?? ''],
    ['in the page itself', inPage],
  ])('%s lets in nothing but the page’s own scripts and styles', (_name, policy) => {
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("style-src 'self';")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).toContain("form-action 'none'")
    expect(policy).not.toMatch(/unsafe-|\*|https?:|wasm/)
  })

  it('is not worked around: no script or style in the markup, no markup from text', () => {
    expect(markup).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|style=/)
    for (const file of fs.readdirSync('src-renderer', { recursive: true, encoding: 'utf8' }).filter((name) => /\.(vue|ts)$/.test(name))) {
      expect(fs.readFileSync(`src-renderer/${file}`, 'utf8'), file).not.toMatch(
        /v-html|innerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/,
      )
    }
  })
})
