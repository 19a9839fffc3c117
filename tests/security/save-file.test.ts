import * as fs from 'node:fs'
import * as path from 'node:path'
import { tmpdir } from 'node:os'
import type { SaveDialogOptions, SaveDialogReturnValue } from 'electron'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LIMITS } from '../../src-main/contract/limits'
import { PAGE_URL } from '../../src-main/shells/electron/page-origin'
import { createFileSaver } from '../../src-main/shells/electron/save-file'

const OWN = { url: PAGE_URL, parent: null }
const BYTES = new TextEncoder().encode('<!doctype html>')
const REPORT = { name: 'takeover-lab-seed-1-100-report.html', bytes: BYTES }

let folder: string
beforeEach(() => (folder = fs.mkdtempSync(path.join(tmpdir(), 'save-file-'))))
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

/** With a person who chooses `file` in the dialog, or closes it. */
function saver(file: string | undefined) {
  const ask = vi.fn((_: SaveDialogOptions): Promise<SaveDialogReturnValue> =>
    Promise.resolve(file === undefined ? { canceled: true, filePath: '' } : { canceled: false, filePath: path.join(folder, file) }),
  )
  return { ask, save: createFileSaver({ pageUrl: PAGE_URL, ask, folder: () => folder }) }
}

describe('a file of the window', () => {
  it('is written where the person says, exactly as it is, and nothing beside it', async () => {
    const { ask, save } = saver('chosen.html')
    await expect(save(OWN, REPORT)).resolves.toEqual({ result: { where: path.join(folder, 'chosen.html') } })
    expect(ask).toHaveBeenCalledExactlyOnceWith({ defaultPath: path.join(folder, REPORT.name) })
    expect(fs.readFileSync(path.join(folder, 'chosen.html'))).toEqual(Buffer.from(BYTES))
    expect(fs.readdirSync(folder)).toEqual(['chosen.html'])
  })

  it.each(['the-mirror-Ada.submission.json', 'the-mirror-Зоя-2.submission.json'])('may be what a learner hands in: %s', async (name) => {
    await expect(saver(name).save(OWN, { name, bytes: BYTES })).resolves.toEqual({ result: { where: path.join(folder, name) } })
  })

  it('is not written when the person thinks better of it', async () => {
    await expect(saver(undefined).save(OWN, REPORT)).resolves.toEqual({ result: undefined })
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it('leaves what was there when it cannot be written, and says why', async () => {
    const { save } = saver('missing/chosen.html')
    await expect(save(OWN, REPORT)).resolves.toEqual({ error: expect.stringMatching(/^The file could not be written: ENOENT/) as string })
    fs.mkdirSync(path.join(folder, 'full.html'))
    await expect(saver('full.html').save(OWN, REPORT)).resolves.toHaveProperty('error')
    expect(fs.readdirSync(folder)).toEqual(['full.html'])
  })

  it.each([
    ['a frame that is gone', null],
    ['a frame inside the page', { url: PAGE_URL, parent: {} }],
    ['another page', { url: 'https://example.com/', parent: null }],
    ['a page of a file', { url: 'file:///lab/index.html', parent: null }],
  ])('is refused for %s', async (_, frame) => {
    const { ask, save } = saver('chosen.html')
    await expect(save(frame, REPORT)).resolves.toEqual({ error: 'Only the window of the lab may save a file.' })
    expect(ask).not.toHaveBeenCalled()
  })

  it.each([
    ['nothing', undefined],
    ['a path that goes up', { ...REPORT, name: '../x.html' }],
    ['a whole path', { ...REPORT, name: '/etc/cron.d/x.html' }],
    ['a path of Windows', { ...REPORT, name: 'c:\\x.html' }],
    ['a name with a line in it', { ...REPORT, name: 'x\n.html' }],
    ['a hidden name', { ...REPORT, name: '.html' }],
    ['a program that looks like what a learner hands in', { ...REPORT, name: 'x.submission.json.sh' }],
    ['any other JSON', { ...REPORT, name: 'package.json' }],
    ['a program', { ...REPORT, name: 'x.exe' }],
    ['a program that looks like a page', { ...REPORT, name: 'x.html.sh' }],
    ['no name', { bytes: BYTES }],
    ['a path beside the name', { ...REPORT, path: '/etc/passwd' }],
    ['text', { ...REPORT, bytes: 'text' }],
    ['a list of numbers', { ...REPORT, bytes: [1, 2] }],
    ['too many bytes', { ...REPORT, bytes: new Uint8Array(LIMITS.exportBytes + 1) }],
  ])('is refused if it is %s', async (_, payload) => {
    const { ask, save } = saver('chosen.html')
    await expect(save(OWN, payload)).resolves.toEqual({ error: 'This is no file that the window may save.' })
    expect(ask).not.toHaveBeenCalled()
    expect(fs.readdirSync(folder)).toEqual([])
  })

  it('is asked about one at a time', async () => {
    let answer: (value: SaveDialogReturnValue) => void = () => undefined
    const ask = vi.fn(() => new Promise<SaveDialogReturnValue>((resolve) => (answer = resolve)))
    const save = createFileSaver({ pageUrl: PAGE_URL, ask, folder: () => folder })
    const first = save(OWN, REPORT)
    await expect(save(OWN, REPORT)).resolves.toEqual({ error: 'Another file is being saved.' })
    answer({ canceled: true, filePath: '' })
    await first
    const next = save(OWN, REPORT)
    answer({ canceled: true, filePath: '' })
    await expect(next).resolves.toEqual({ result: undefined })
    expect(ask).toHaveBeenCalledTimes(2)
  })
})
