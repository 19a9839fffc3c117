import { describe, expect, it } from 'vitest'
import { metricsText } from '../../../src-main/platform/metrics'
import { NO_COUNTS } from '../../../src-main/snapshot/counter-book'
import { firstArrayState } from '../../support/fake-lab-data'
import { reportOf } from '../../support/service-handler'

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('metrics', () => {
  it('are what the controller that answers knows, with its name', () => {
    const report = reportOf('b', { counters: { ...NO_COUNTS, reads: 7, writtenBytes: 4096 }, peerSilenceMs: 12 })
    expect(lines(metricsText(report))).toEqual(
      expect.arrayContaining([
        'takeover_lab_answered_by{controller="b"} 1',
        'takeover_lab_controller_serving{controller="b"} 1',
        'takeover_lab_address_served{controller="b",address="a"} 1',
        'takeover_lab_peer_silence_seconds{controller="b"} 0.012',
        'takeover_lab_reads_total{controller="b"} 7',
        'takeover_lab_written_bytes_total{controller="b"} 4096',
      ]),
    )
  })

  it('tell owners of volumes and of service requests as 1 and 0', () => {
    const all = lines(metricsText(reportOf('a', { array: firstArrayState(6) })))
    expect(all).toContain('takeover_lab_volume_owner{volume="alpha",controller="a"} 1')
    expect(all).toContain('takeover_lab_volume_owner{volume="alpha",controller="b"} 0')
    expect(
      all
        .filter((line) => line.startsWith('takeover_lab_service_owner'))
        .map((line) => line.slice(-1))
        .sort(),
    ).toEqual(['0', '1'])
  })

  it('tell the last takeover, and how many there were for each reason', () => {
    const takeover = {
      survivor: 'b',
      dead: 'a',
      reason: 'hang',
      startedAtMs: 100,
      volumes: [],
      phases: [],
      totalMs: 250,
    } as const
    const all = lines(metricsText(reportOf('b', { takeovers: [takeover, { ...takeover, totalMs: 50 }] })))
    expect(all).toContain('takeover_lab_takeovers_total{controller="b",reason="hang"} 2')
    expect(all).toContain('takeover_lab_last_takeover_seconds{controller="b"} 0.05')
  })

  it('leave out what is not known: no sample, no heading', () => {
    const text = metricsText(reportOf('a'))
    for (const name of ['peer_silence', 'nvram', 'volume_owner', 'last_takeover']) expect(text).not.toContain(name)
  })

  it('say of each name what it is, once, before its samples', () => {
    const text = metricsText(reportOf('a', { array: firstArrayState(6) }))
    for (const name of new Set(lines(text).map((line) => line.split('{')[0]))) {
      expect(text.split(`# TYPE ${name} `)).toHaveLength(2)
      expect(text.indexOf(`# HELP ${name} `)).toBeLessThan(text.indexOf(`\n${name}{`))
    }
    for (const [, name, type] of text.matchAll(/# TYPE (\S+) (\S+)/g)) expect(name?.endsWith('_total')).toBe(type === 'counter')
  })

  it('escape what a name may hold', () => {
    const state = firstArrayState(6)
    const named = { ...state, configuration: { ...state.configuration, name: 'a "b" \\ c\nd' } }
    expect(metricsText(reportOf('a', { array: named }))).toContain('array_generation{array="a \\"b\\" \\\\ c\\nd"} 7')
  })
})
