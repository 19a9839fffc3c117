import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DemoShelf, demoFilesIn, readDemo } from '../../../../src-main/exercise/shelf/demo-folder'
import { demoTimes } from '../../../../src-main/exercise/world/demo-times'
import { projectDir } from '../../../support/planted-build'

const folder = join(projectDir, 'exercises')
const demos = demoFilesIn(folder).map((file) => ({ file, id: basename(dirname(file)) }))

describe('the demos that ship', () => {
  it('are three at least, and none has the name of an exercise', () => {
    expect(demos.length).toBeGreaterThanOrEqual(3)
    for (const { file } of demos) expect(existsSync(join(dirname(file), 'exercise.md'))).toBe(false)
  })

  it.each(demos)('$id goes as it says, in the order of its steps', ({ file, id }) => {
    const read = readDemo(file, 'en')
    if (!read.ok) throw new Error(JSON.stringify(read.error))
    expect(read.value.demo.id).toBe(id)
    const times = demoTimes(read.value.demo)
    expect(times.ok ? [] : times.error).toEqual([])
  })

  it.each(demos)('$id is there in German, whole', ({ file }) => {
    const [english, german] = [readDemo(file, 'en'), readDemo(file, 'de')]
    expect(german).toMatchObject({ ok: true, value: { language: 'de' } })
    if (!english.ok || !german.ok) return
    for (const [index, step] of german.value.demo.steps.entries()) {
      expect(step.title).not.toBe(english.value.demo.steps[index]?.title)
      expect(step.notes === '').toBe(english.value.demo.steps[index]?.notes === '')
    }
  })

  it('are listed with how long they take', () => {
    const entries = new DemoShelf([folder]).list('de')
    expect(entries.map(({ id }) => id)).toEqual(demos.map(({ id }) => id))
    for (const { minutes, problems } of entries) expect([minutes > 0, problems]).toEqual([true, []])
  })
})
