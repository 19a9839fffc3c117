import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { LIMITS } from '../../../../src-main/contract/limits'
import {
  classFileName,
  learnerKey,
  readClassFile,
  writeClassFile,
  type ClassFile,
} from '../../../../src-main/exercise/classroom/class-file'

const FILE: ClassFile = {
  exercise: 'tryout',
  lab: 'lab-1',
  learner: 'Ada',
  tries: 1,
  predictions: { order: { kind: 'order', items: ['fenced', 'claimed'] } },
  results: [{ id: 'order', value: 'right' }],
}
const text = (): string => {
  const written = writeClassFile(FILE)
  return written.ok ? written.value : ''
}
const changed = (part: object): string => JSON.stringify({ ...(JSON.parse(text()) as object), ...part })

describe('the file of a reply', () => {
  it('says when it is read what was written', () => {
    expect(readClassFile(text())).toEqual({ ok: true, value: expect.objectContaining(FILE) as ClassFile })
  })

  it.each([
    ['nothing', '', 'half-written'],
    ['its first half', text().slice(0, text().length / 2), 'half-written'],
    ['another JSON', '{"a":1}', 'foreign'],
    ['a list', '[]', 'foreign'],
    ['a later format', changed({ format: 2 }), 'newer'],
    ['a format that is no number', changed({ format: 'x' }), 'broken'],
    ['a path for an exercise', changed({ exercise: '../../etc' }), 'broken'],
    ['a name with a control character', changed({ learner: 'A\u0007' }), 'broken'],
    ['a reply of no kind', changed({ predictions: { order: { kind: 'guess' } } }), 'broken'],
    ['more than it should have', changed({ seed: 7 }), 'broken'],
    [
      'too many predictions',
      changed({ predictions: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`q${n}`, { kind: 'number', value: n }])) }),
      'broken',
    ],
  ])('with %s is not read', (_, given, reason) => {
    expect(readClassFile(given)).toMatchObject({ ok: false, error: { reason } })
  })

  it('names the field that is wrong', () => {
    expect(readClassFile(changed({ tries: 0 }))).toMatchObject({ error: { detail: expect.stringContaining('tries') as string } })
  })

  it('is not written where it would be too long to be read', () => {
    const long = { kind: 'text' as const, text: 'x'.repeat(LIMITS.exerciseReplyText) }
    const predictions = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`q${n}`, long]))
    expect(writeClassFile({ ...FILE, predictions })).toEqual({ ok: false, error: 'large' })
  })

  it('has a name that any system takes, and another one for each lab, learner and try', () => {
    const names = [FILE, { ...FILE, lab: 'lab-2' }, { ...FILE, learner: 'CON/../*' }, { ...FILE, tries: 2 }].map(classFileName)
    expect(new Set(names).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^takeover-reply-[a-z0-9-]+\.json$/)
    expect(learnerKey(FILE)).not.toBe(learnerKey({ ...FILE, lab: present(names[0], 'a name') }))
  })
})
