import { describe, expect, it, vi } from 'vitest'
import { RecordingRoom } from '../../../src-main/lab/recording-room'

const folder = (remember = vi.fn()) => ({ recordingsMib: 64, rememberRecordingsMib: remember })
const MIB = 2 ** 20

describe('the room for recordings', () => {
  it('is what the command line says, which the lab remembers, or else what it remembered', () => {
    const remember = vi.fn()
    const given = new RecordingRoom({ given: 96, folder: folder(remember) })
    expect(given.mib).toBe(96)
    given.rememberGiven()
    expect(remember).toHaveBeenCalledExactlyOnceWith(96)
    const remembered = new RecordingRoom({ given: undefined, folder: folder(remember) })
    remembered.rememberGiven()
    expect(remembered.mib).toBe(64)
    expect(remember).toHaveBeenCalledOnce()
  })

  it('is set for the files of now, once the lab remembers it', () => {
    const files = { setBounds: vi.fn() }
    const room = new RecordingRoom({ given: undefined, folder: folder() })
    expect(room.set(128, files)).toEqual({ ok: true, value: null })
    expect(room.mib).toBe(128)
    expect(files.setBounds).toHaveBeenCalledExactlyOnceWith({ bytes: 128 * MIB, files: 64 })
  })

  it('stays as it was where the lab cannot remember another, and nothing is deleted', () => {
    const full = vi.fn(() => {
      throw new Error('ENOSPC')
    })
    const files = { setBounds: vi.fn() }
    const room = new RecordingRoom({ given: undefined, folder: folder(full) })
    expect(room.set(32, files)).toEqual({ ok: false, error: 'The lab cannot remember it: ENOSPC' })
    expect(room.mib).toBe(64)
    expect(files.setBounds).not.toHaveBeenCalled()
  })
})
