import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { attach as english } from '../../../src-renderer/i18n/en/attach'
import { ATTACH_CLIENTS, attachSteps, HOST_PLACES, isHostAddress, type HostPlace } from '../../../src-renderer/model/attach-guide'

const LAB = { target: 'iqn.2026-01.test:array', portals: { a: '127.0.0.1:40001', b: '127.0.0.1:40002' }, lun: 3 }

test.each(ATTACH_CLIENTS)('the steps for %s have a sentence each, and lead to both portals', (client) => {
  for (const place of HOST_PLACES) {
    const steps = attachSteps(client, { ...LAB, place, address: 'lab.example' })
    for (const { id } of steps) expect(english.attach.steps).toHaveProperty(id)
    const commands = steps.map(({ command }) => command).join('\n')
    expect(commands).toContain(LAB.target)
    for (const port of ['40001', '40002']) expect(commands).toMatch(new RegExp(`${hostOf(place)}\\W.*${port}`))
  }
})

test('a host on another machine needs the portals opened first, and no other address than that one', () => {
  const [first, ...others] = attachSteps('libiscsi', { ...LAB, place: 'other', address: '192.168.1.20' })
  expect(first?.command).toBe(
    'socat TCP-LISTEN:40001,bind=192.168.1.20,fork,reuseaddr TCP:127.0.0.1:40001 &\n' +
      'socat TCP-LISTEN:40002,bind=192.168.1.20,fork,reuseaddr TCP:127.0.0.1:40002 &',
  )
  expect(others.map(({ command }) => command).join('\n')).not.toContain('127.0.0.1')
})

test.each(['192.168.1.20', 'lab', 'lab-1.example.com', 'A.b'])('%s is an address of a host', (text) => {
  expect(isHostAddress(text)).toBe(true)
})

test.each(['', ' ', '-x', 'a b', 'a;reboot', '$(id)', 'a..b', 'http://a', '10.0.0.1:3260', '`id`', `${'a'.repeat(254)}`])(
  '"%s" is none, so it comes into no command',
  (text) => {
    expect(isHostAddress(text)).toBe(false)
  },
)

test.each(ATTACH_CLIENTS)('the README has the commands for %s', (client) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const portals = { a: '127.0.0.1:3260', b: '127.0.0.1:3261' }
  for (const { command } of attachSteps(client, { target: '$IQN', portals, lun: 0, place: 'same', address: '' }))
    expect(readme).toContain(command)
})

function hostOf(place: HostPlace): string {
  return { same: '127\\.0\\.0\\.1', guest: '10\\.0\\.2\\.2', other: 'lab\\.example' }[place]
}
