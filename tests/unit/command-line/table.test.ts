import { expect, it } from 'vitest'
import { resultText, table } from '../../../src-main/command-line/table'

it('lines columns up, numbers at the right, and ends no line with blanks', () => {
  expect(
    table(
      ['name', 'MiB', ''],
      [
        ['alpha', '45', ''],
        ['b', '1024', 'moving'],
      ],
    ),
  ).toBe(['name    MiB', 'alpha    45', 'b      1024  moving'].join('\n'))
})

it('shows what a request gave: values by name, lists as tables', () => {
  expect(resultText({ name: 'alpha', epoch: null, luns: [0, 2], nested: { x: 1 } })).toBe(
    ['name    alpha', 'epoch   -', 'luns    0,2', 'nested  {"x":1}'].join('\n'),
  )
  expect(
    resultText({
      volumes: [
        { id: 0, name: 'a' },
        { id: 1, level: 'raid5' },
      ],
    }),
  ).toBe(['id  name  level', ' 0  a     -', ' 1  -     raid5'].join('\n'))
  expect(resultText({ volumes: [] })).toBe('none')
  expect(resultText({ controller: 'b', takeovers: [{ reason: 'hang' }] })).toBe('controller  b\n\ntakeovers:\nreason\nhang')
  expect(resultText('done')).toBe('done')
})
