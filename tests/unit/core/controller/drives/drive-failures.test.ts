import { expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import { ok } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { DriveFailures, type DriveFailuresParts } from '../../../../../src-main/core/controller/drives/drive-failures'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'
import { TraceLog } from '../../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'

it('a drive that is suspected while another one is written is written next', () => {
  const clock = new VirtualClock()
  let state = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))
  let finish: (() => void) | undefined
  const commitFirst: DriveFailuresParts['committer']['commitFirst'] = (change, done) => {
    const changed = change(state)
    if (!changed.ok) throw new Error('the change is refused')
    finish = () => done(ok((state = changed.value)))
  }
  const failures = new DriveFailures({
    self: 'a',
    clock,
    trace: new TraceLog(clock).port(),
    timings: { retryMs: 10 },
    log: { add: () => undefined },
    committer: { commitFirst },
    volumes: { groups: () => [], recordFailed: () => undefined },
    standing: { isStopped: false },
  } as unknown as DriveFailuresParts)
  const committed = (): ArrayState['failedMembers'] => {
    clock.runUntil(clock.nowMs() + 1)
    present(finish, 'commit')()
    finish = undefined
    return state.failedMembers
  }

  failures.suspect({ groupId: 1, drive: 4 })
  clock.runUntil(1)
  failures.suspect({ groupId: 0, drive: 2 })
  expect(committed()).toMatchObject([{ groupId: 1, drive: 4 }])
  expect(committed()).toMatchObject([
    { groupId: 1, drive: 4 },
    { groupId: 0, drive: 2 },
  ])
})
