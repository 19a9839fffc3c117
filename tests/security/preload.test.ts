import * as fs from 'node:fs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  LAB_CALL_CHANNEL,
  LAB_LANGUAGE_CHANNEL,
  LAB_PUSH_CHANNEL,
  LAB_SAVE_CHANNEL,
  LAB_TRAINER_CHANNEL,
  type DesktopApi,
} from '../../src-main/contract/lab-ipc'

const electron = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoke: vi.fn(),
  pushes: new Map<string, (event: unknown, message: unknown) => void>(),
}))

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => void electron.exposed.set(name, value) },
  ipcRenderer: {
    invoke: electron.invoke,
    on: (channel: string, listener: (event: unknown, message: unknown) => void) => void electron.pushes.set(channel, listener),
  },
}))

await import('../../src-main/preload/index')
const lab = electron.exposed.get('lab') as DesktopApi

describe('the preload script', () => {
  beforeEach(() => electron.invoke.mockReset())

  it('gives the page the functions of LabApi, one each for a file, the language and the second window, and nothing else', () => {
    expect([...electron.exposed.keys()]).toEqual(['lab'])
    expect(Object.keys(lab).sort()).toEqual([
      'access',
      'classroom',
      'command',
      'exercise',
      'exercises',
      'exportRun',
      'giveRecording',
      'onClassroom',
      'onEvents',
      'onExercises',
      'onSimulation',
      'onSnapshot',
      'openTrainer',
      'recentEvents',
      'recordings',
      'requestService',
      'saveFile',
      'serviceTable',
      'simulate',
      'simulation',
      'snapshot',
      'teach',
      'useLanguage',
    ])
    expect(Object.values(lab).every((value) => typeof value === 'function')).toBe(true)
  })

  it('sends each call by the one channel, whatever its arguments say', async () => {
    electron.invoke.mockResolvedValue({ result: [] })
    await lab.recentEvents('lab:push' as unknown as number)
    expect(electron.invoke).toHaveBeenCalledExactlyOnceWith(LAB_CALL_CHANNEL, { id: 0, method: 'recentEvents', args: ['lab:push'] })
  })

  it('sends a file to save by its own channel, with its name and bytes and nothing that comes along', async () => {
    electron.invoke.mockResolvedValue({ result: { where: '/home/user/x.html' } })
    const bytes = new Uint8Array([1, 2])
    await expect(lab.saveFile({ name: 'x.html', bytes, path: '/etc/passwd' } as never)).resolves.toEqual({ where: '/home/user/x.html' })
    expect(electron.invoke).toHaveBeenCalledExactlyOnceWith(LAB_SAVE_CHANNEL, { name: 'x.html', bytes })
    electron.invoke.mockResolvedValue({ error: 'disk full' })
    await expect(lab.saveFile({ name: 'x.html', bytes })).rejects.toThrow(/^disk full$/)
  })

  it('says the language by its own channel', async () => {
    electron.invoke.mockResolvedValue({ result: null })
    await lab.useLanguage('de')
    expect(electron.invoke).toHaveBeenCalledExactlyOnceWith(LAB_LANGUAGE_CHANNEL, 'de')
  })

  it('asks for the second window by its own channel, and can name no address', async () => {
    electron.invoke.mockResolvedValue({ result: null })
    await (lab.openTrainer as (address: string) => Promise<null>)('https://example.com/')
    expect(electron.invoke).toHaveBeenCalledExactlyOnceWith(LAB_TRAINER_CHANNEL, null)
  })

  it('rejects with the sentence alone', async () => {
    electron.invoke.mockResolvedValue({ error: 'not now' })
    await expect(lab.snapshot()).rejects.toThrow(/^not now$/)
  })

  it('gives listeners the value, never Electron’s event', () => {
    const seen: unknown[][] = []
    const end = lab.onSnapshot((...args) => void seen.push(args))
    electron.pushes.get(LAB_PUSH_CHANNEL)?.({ sender: 'of Electron' }, { push: 'snapshot', value: 1 })
    end()
    electron.pushes.get(LAB_PUSH_CHANNEL)?.({ sender: 'of Electron' }, { push: 'snapshot', value: 2 })
    expect(seen).toEqual([[1]])
  })

  it('says no channel in what it exposes', () => {
    const source = fs.readFileSync('src-main/preload/index.ts', 'utf8')
    expect(source).not.toMatch(/exposeInMainWorld\((?!'lab', api\))/)
    for (const [, text] of Object.entries(lab).map(([name, run]) => [name, String(run)] as const))
      expect(text).not.toMatch(/ipcRenderer|CHANNEL/)
  })
})
