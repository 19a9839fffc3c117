import { describe, expect, it } from 'vitest'
import { completions, type Known } from '../../../src-main/command-line/completion'
import { serviceTable } from '../../../src-main/core/management/requests'
import { createFakeLab } from '../../support/fake-lab'

const known: Known = { snapshot: await createFakeLab().api.snapshot(), table: serviceTable() }
const NOTHING: Known = { snapshot: undefined, table: undefined }

describe('completion', () => {
  it.each([
    [['st'], ['status']],
    [['service', 'move'], ['move-volume']],
    [
      ['service', 'move-volume', ''],
      ['to=a', 'to=b', 'volume=alpha', 'volume=bravo'],
    ],
    [
      ['service', 'move-volume', 'volume=alpha', 't'],
      ['to=a', 'to=b'],
    ],
    [['service', 'rename-array', ''], ['name=']],
    [['do', 'pull'], ['pull-drive']],
    [
      ['do', 'pull-drive', ''],
      ['0', '1', '2', '3', '4', '5'],
    ],
    [
      ['do', 'kill', ''],
      ['a', 'b'],
    ],
    [['do', 'nonsense', ''], []],
    [['wait', 'ta'], ['taken-over-by']],
    [
      ['wait', 'down', ''],
      ['a', 'b'],
    ],
    [['wait', 'whole', ''], []],
    [['completion', ''], ['bash']],
    [['status', ''], []],
  ])('of %j is %j', (words, expected) => {
    expect(completions(words, known)).toEqual(expected)
  })

  it('gives what needs no lab where there is none', () => {
    expect(completions(['do', 'kill', 'a'], NOTHING)).toEqual(['a'])
    expect(completions(['service', ''], NOTHING)).toEqual([])
    expect(completions([''], NOTHING)).not.toContain('complete')
  })
})
