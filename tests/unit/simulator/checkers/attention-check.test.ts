import { describe, expect, it } from 'vitest'
import { ADDITIONAL_SENSE } from '../../../../src-main/core/scsi/spec'
import { AttentionCheck } from '../../../../src-main/simulator/checkers/attention-check'

const LUN = 1
const POWER_ON = ADDITIONAL_SENSE.powerOnResetOrBusDeviceReset.code
const RESET = ADDITIONAL_SENSE.busDeviceResetFunction.code
const MOVED = ADDITIONAL_SENSE.asymmetricAccessStateChanged.code
const NOTHING = { before: 0, now: 0 }
const CAPACITY = ADDITIONAL_SENSE.capacityDataChanged.code

/** A nexus that has heard of the power on. */
function used(): AttentionCheck {
  const check = new AttentionCheck()
  expect(check.reported(LUN, POWER_ON, NOTHING)).toBeUndefined()
  expect(check.passed(LUN, 1)).toBeUndefined()
  return check
}

describe('the check of unit attentions', () => {
  it('wants the power on first, and once', () => {
    expect(new AttentionCheck().passed(LUN, 1)).toMatch('power on')
    expect(new AttentionCheck().reported(LUN, MOVED, NOTHING)).toMatch('2a/06 before the power on')
    expect(used().reported(LUN, POWER_ON, NOTHING)).toMatch('twice')
  })

  it('knows each unit by itself', () => {
    expect(used().passed(LUN + 1, 1)).toMatch('power on')
  })

  it('wants each reset reported, and once', () => {
    const check = used()
    const before = check.reportedResets(LUN)
    check.resetBegins(LUN)
    expect(check.passed(LUN, 5)).toBeUndefined()
    check.resetEnds(LUN, before, 6)
    // This command may have been served before.
    expect(check.passed(LUN, 5)).toBeUndefined()
    expect(check.passed(LUN, 7)).toMatch('nothing of a reset')
    expect(check.reported(LUN, RESET, NOTHING)).toBeUndefined()
    expect(check.passed(LUN, 8)).toBeUndefined()
    expect(check.reported(LUN, RESET, NOTHING)).toMatch('was none')
  })

  it('takes one report for several resets, and a report before the response', () => {
    const check = used()
    const before = check.reportedResets(LUN)
    check.resetBegins(LUN)
    check.resetBegins(LUN)
    expect(check.reported(LUN, RESET, NOTHING)).toBeUndefined()
    check.resetEnds(LUN, before, 6)
    check.resetEnds(LUN, before, 7)
    expect(check.passed(LUN, 8)).toBeUndefined()
  })

  it('wants no report of a reset from a nexus that did not use the unit', () => {
    const check = new AttentionCheck()
    expect(check.reportedResets(LUN)).toBeUndefined()
    check.resetBegins(LUN)
    check.resetEnds(LUN, undefined, 5)
    check.reported(LUN, POWER_ON, NOTHING)
    expect(check.passed(LUN, 6)).toBeUndefined()
  })

  it('allows a report of changed access states once for what happens in the pair', () => {
    const check = used()
    expect(check.reported(LUN, MOVED, { before: 3, now: 3 })).toBeUndefined()
    // The first may have been served before the fourth thing happened.
    expect(check.reported(LUN, MOVED, { before: 3, now: 4 })).toBeUndefined()
    expect(check.reported(LUN, MOVED, { before: 4, now: 4 })).toBeUndefined()
    expect(check.reported(LUN, MOVED, { before: 4, now: 4 })).toMatch('twice')
  })

  it('wants access states that have changed to be reported', () => {
    const check = used()
    check.sawAccessStates(LUN, 'a', 1)
    check.sawAccessStates(LUN, 'b', 2)
    expect(check.passed(LUN, 2)).toBeUndefined()
    expect(check.passed(LUN, 3)).toMatch('nothing of changed access states')
    expect(check.reported(LUN, MOVED, { before: 1, now: 1 })).toBeUndefined()
    expect(check.passed(LUN, 4)).toBeUndefined()
    check.sawAccessStates(LUN, 'a', 5)
    expect(check.passed(LUN, 6)).toBeUndefined()
  })

  it('allows no other attention', () => {
    expect(used().reported(LUN, CAPACITY, NOTHING)).toMatch('no cause')
  })
})
