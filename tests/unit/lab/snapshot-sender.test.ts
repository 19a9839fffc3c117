import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { createSnapshotSender } from '../../../src-main/lab/snapshot-sender'
import { createFakeLab } from '../../support/fake-lab'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

async function sender(changeOf: (count: number, snapshot: LabSnapshot) => Partial<LabSnapshot>) {
  const first = await createFakeLab().api.snapshot()
  const startedAtMs = performance.now()
  let count = 0
  const sending = createSnapshotSender(() => {
    count++
    return { ...first, sequence: count, timeMs: performance.now() - startedAtMs, ...changeOf(count, first) }
  })
  const received: LabSnapshot[] = []
  sending.subscribe((snapshot) => received.push(snapshot))
  return { sending, received }
}

describe('snapshots are sent', () => {
  it('ten times a second while something changes', async () => {
    const { sending, received } = await sender((count, { host }) =>
      host === undefined ? {} : { host: { ...host, commands: { ...host.commands, answered: count } } },
    )
    await vi.advanceTimersByTimeAsync(2000)
    expect(received).toHaveLength(20)
    sending.close()
  })

  it('once a second while only heartbeats go by', async () => {
    const { sending, received } = await sender((count, { interconnect, controllers }) => ({
      interconnect: { ...interconnect, messages: count },
      controllers: { ...controllers, a: { ...controllers.a, peerSilenceMs: 10 + (count % 90) } },
      trace: { recorded: count, omitted: 0, overwritten: 0, fileBytes: count },
    }))
    await vi.advanceTimersByTimeAsync(4950)
    expect(received).toHaveLength(5)
    sending.close()
  })

  it('while a controller is silent, so that it can be seen for how long', async () => {
    const { sending, received } = await sender((count, { controllers }) => ({
      controllers: { ...controllers, a: { ...controllers.a, peerSilenceMs: 600 + count * 100 } },
    }))
    await vi.advanceTimersByTimeAsync(1000)
    expect(received).toHaveLength(10)
    sending.close()
  })

  it('soon after a change, and to somebody new within a tenth of a second', async () => {
    let generation = 0
    const { sending, received } = await sender((_count, { array }) => (array === undefined ? {} : { array: { ...array, generation } }))
    await vi.advanceTimersByTimeAsync(150)
    const before = received.length
    generation++
    sending.soon()
    await vi.advanceTimersByTimeAsync(15)
    expect(received).toHaveLength(before + 1)
    const late: LabSnapshot[] = []
    sending.subscribe((snapshot) => late.push(snapshot))
    await vi.advanceTimersByTimeAsync(100)
    expect(late).toHaveLength(1)
    sending.close()
  })
})
