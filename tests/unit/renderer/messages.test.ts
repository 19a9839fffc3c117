import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { CACHE_POLICIES } from '../../../src-main/contract/array-state'
import { SERVICE_REQUEST_KINDS, DISPATCH_SCHEMES } from '../../../src-main/contract/service-request'
import { RAID_LEVELS } from '../../../src-main/contract/configuration'
import { TAKEOVER_PHASES } from '../../../src-main/contract/snapshot'
import { createMessages } from '../../../src-renderer/i18n'
import en from '../../../src-renderer/i18n/en'
import { JUMP_KINDS, MARK_KINDS } from '../../../src-renderer/model/run-marks'
import { EVENT_FAMILY_NAMES } from '../../../src-renderer/components/events/filter'
import { PANELS, VIEWS } from '../../../src-renderer/stores/settings'
import { ALL_FAULTS } from '../../../src-main/simulator/faults/all-faults'

const sources = path.resolve('src-renderer')
const files = fs
  .readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file) && !file.startsWith('i18n'))

function valueAt(key: string): unknown {
  return key
    .split('.')
    .reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined), en)
}

function leaves(at: unknown, prefix = ''): [string, string][] {
  if (typeof at === 'string') return [[prefix, at]]
  return Object.entries(at as Record<string, unknown>).flatMap(([key, value]) => leaves(value, prefix === '' ? key : `${prefix}.${key}`))
}

describe('messages', () => {
  it.each(files)('that %s asks for exist', (file) => {
    const text = fs.readFileSync(path.join(sources, file), 'utf8')
    for (const [, key = ''] of text.matchAll(/\bt\('([\w.-]+)'/g)) expect(valueAt(key), key).toBeTypeOf('string')
  })

  it('exist for everything that the contract can name', () => {
    const keys = [
      ...VIEWS.map((view) => `header.views.${view}`),
      ...JUMP_KINDS.flatMap((kind) => ['kinds', 'count', 'next', 'previous'].map((group) => `simulation.${group}.${kind}`)),
      ...MARK_KINDS.flatMap((kind) => ['filter', 'noneOf'].map((group) => `simulation.${group}.${kind}`)),
      ...ALL_FAULTS.map(({ name }) => `simulation.fault.${name}`),
      ...['pair', 'host', 'portal', 'management', 'controller', 'interconnect', 'midplane', 'drive'].map(
        (place) => `simulation.place.${place}`,
      ),
      ...PANELS.map((panel) => `dock.${panel}`),
      ...TAKEOVER_PHASES.flatMap((phase) => [`takeover.phase.${phase}`, `takeovers.phaseDetail.${phase}`]),
      ...['in-step', 'resyncing', 'away', 'off'].map((mirror) => `nvram.mirror.${mirror}`),
      ...CACHE_POLICIES.map((policy) => `nvram.policy.${policy}`),
      ...RAID_LEVELS.map((level) => `level.${level}`),
      ...SERVICE_REQUEST_KINDS.map((kind) => `service.kind.${kind}`),
      ...DISPATCH_SCHEMES.flatMap((scheme) => [`scheme.${scheme}.name`, `scheme.${scheme}.detail`]),
      ...EVENT_FAMILY_NAMES.map((family) => `events.families.${family}`),
      ...['crash', 'hang', 'interconnect', 'planned', 'restart'].flatMap((reason) => [
        `takeovers.reason.${reason}`,
        `takeovers.because.${reason}`,
      ]),
      ...['serving', 'taking-over', 'starting', 'waiting', 'joining', 'hung', 'resetting', 'down'].map(
        (condition) => `condition.${condition}`,
      ),
      ...[
        'redundant',
        'degraded',
        'rebuilding',
        'short-of-room',
        'interconnect-cut',
        'taking-over',
        'giving-back',
        'single',
        'unserved',
        'starting',
        'none',
      ].map((condition) => `arrayCondition.${condition}`),
      ...[
        'crash',
        'panic',
        'hang',
        'stop',
        'giveback',
        'start',
        'drive',
        'both-down',
        'cut',
        'move',
        'none',
        'slow-drive',
        'bad-sector',
        'hidden',
      ].map((cause) => `outage.cause.${cause}`),
      ...['lost', 'refused', 'closed'].flatMap((state) => [`link.${state}.title`, `link.${state}.detail`]),
    ]
    for (const key of keys) expect(valueAt(key), key).toBeTypeOf('string')
  })

  it('say one thing in the singular', () => {
    const { t } = createMessages().global
    const one = { count: '1', shown: '1', blocks: '1', steps: '1', ms: '2' }
    const counted = leaves(en).filter(([, text]) => text.includes(' | '))
    expect(counted.length).toBeGreaterThan(15)
    for (const [key] of counted) {
      expect(t(key, one, 1), key).not.toMatch(/\b1 \w+s\b/)
      expect(t(key, one, 1), key).not.toBe(t(key, { ...one, count: '1' }, 2))
    }
    // What is counted of so many, or up to so many, is never one alone.
    const uncounted = leaves(en).filter(
      ([, text]) =>
        !text.includes(' | ') && /(?<!of |to )\{(count|shown|reads|writes|blocks|records|steps|volumes)\} [a-z]{2,}s\b/.test(text),
    )
    expect(uncounted.map(([key]) => key)).toEqual([])
  })

  it('can all be read by the interpreter, with every place in them filled', () => {
    const { t } = createMessages().global
    for (const [key, text] of leaves(en)) {
      const names = [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '7'] as const)
      expect(t(key, Object.fromEntries(names)), key).not.toMatch(/[{}]/)
    }
  })
})
