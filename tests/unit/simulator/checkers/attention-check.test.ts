import { describe, expect, it } from 'vitest'
import { ADDITIONAL_SENSE } from '../../../../src-main/core/scsi/spec'
import { AttentionCheck } from '../../../../src-main/simulator/checkers/attention-check'

const LUN = 1
const POWER_ON = ADDITIONAL_SENSE.powerOnResetOrBusDeviceReset.code
const RESET = ADDITIONAL_SENSE.busDeviceResetFunction.code
const CLEARED = ADDITIONAL_SENSE.commandsClearedByAnotherInitiator.code
const MOVED = ADDITIONAL_SENSE.asymmetricAccessStateChanged.code
const NOTHING = { before: 0, now: 0 }
const CAPACITY = ADDITIONAL_SENSE.capacityDataChanged.code

/** A nexus that has heard of the power on. */
function used(): AttentionCheck {
  const check = new AttentionCheck()
  expect(check.reported(LUN, POWER_ON, 1, NOTHING)).toBeUndefined()
  expect(check.passed(LUN, 1)).toBeUndefined()
  return check
}

describe('the check of unit attentions', () => {
  it('wants the power on first, and once', () => {
    expect(new AttentionCheck().passed(LUN, 1)).toMatch('power on')
    expect(new AttentionCheck().reported(LUN, MOVED, 1, NOTHING)).toMatch('2a/06 before the power on')
    expect(used().reported(LUN, POWER_ON, 1, NOTHING)).toMatch('twice')
  })

  it('knows each unit by itself', () => {
    expect(used().passed(LUN + 1, 1)).toMatch('power on')
  })

  it('wants each reset reported, and once', () => {
    const check = used()
    const reset = check.resetBegins(LUN)
    expect(check.passed(LUN, 5)).toBeUndefined()
    check.resetEnds(reset, 6)
    // This command may have been served before.
    expect(check.passed(LUN, 5)).toBeUndefined()
    expect(check.passed(LUN, 7)).toMatch('nothing of a reset')
    expect(check.reported(LUN, RESET, 1, NOTHING)).toBeUndefined()
    expect(check.passed(LUN, 8)).toBeUndefined()
    expect(check.reported(LUN, RESET, 1, NOTHING)).toMatch('was none')
  })

  it('takes one report for several resets, and a report before the response', () => {
    const check = used()
    const resets = [check.resetBegins(LUN), check.resetBegins(LUN)]
    expect(check.reported(LUN, RESET, 1, NOTHING)).toBeUndefined()
    check.resetEnds(resets[0]!, 6)
    check.resetEnds(resets[1]!, 7)
    expect(check.passed(LUN, 8)).toBeUndefined()
    check.resetEnds(check.resetBegins(LUN), 9)
    expect(check.reported(LUN, RESET, 10, NOTHING)).toBeUndefined()
    expect(check.reported(LUN, RESET, 10, NOTHING)).toMatch('was none')
  })

  it('allows a second report where the first comes late, from before the second reset', () => {
    const check = used()
    check.resetEnds(check.resetBegins(LUN), 3)
    check.resetEnds(check.resetBegins(LUN), 5)
    expect(check.reported(LUN, RESET, 4, NOTHING)).toBeUndefined()
    expect(check.reported(LUN, RESET, 6, NOTHING)).toBeUndefined()
    expect(check.reported(LUN, RESET, 6, NOTHING)).toMatch('was none')
  })

  it('allows one report of cleared commands for each CLEAR TASK SET of another nexus, and wants none', () => {
    const check = used()
    expect(check.reported(LUN, CLEARED, 1, NOTHING)).toMatch('nobody has cleared')
    const clear = check.clearBegins(LUN)
    expect(check.reported(LUN + 1, CLEARED, 2, NOTHING)).toMatch('before the power on')
    check.clearEnds(clear, 3)
    // This command may have been served before.
    expect(check.passed(LUN, 2)).toBeUndefined()
    expect(check.reported(LUN, CLEARED, 2, NOTHING)).toBeUndefined()
    expect(check.reported(LUN, CLEARED, 4, NOTHING)).toMatch('twice')
    check.clearEnds(check.clearBegins(LUN), 5)
    expect(check.passed(LUN, 6)).toBeUndefined()
    expect(check.reported(LUN, CLEARED, 7, NOTHING)).toMatch('nobody has cleared')
  })

  it('wants no report of a reset from a nexus that did not use the unit', () => {
    const check = new AttentionCheck()
    const reset = check.resetBegins(LUN)
    check.resetEnds(reset, 5)
    check.reported(LUN, POWER_ON, 1, NOTHING)
    expect(check.passed(LUN, 6)).toBeUndefined()
  })

  it('allows a report of changed access states once for what happens in the pair', () => {
    const check = used()
    expect(check.reported(LUN, MOVED, 1, { before: 3, now: 3 })).toBeUndefined()
    // The first may have been served before the fourth thing happened.
    expect(check.reported(LUN, MOVED, 1, { before: 3, now: 4 })).toBeUndefined()
    expect(check.reported(LUN, MOVED, 1, { before: 4, now: 4 })).toBeUndefined()
    expect(check.reported(LUN, MOVED, 1, { before: 4, now: 4 })).toMatch('twice')
  })

  it('wants access states that have changed to be reported', () => {
    const check = used()
    check.sawAccessStates(LUN, 'a', 1)
    check.sawAccessStates(LUN, 'b', 2)
    expect(check.passed(LUN, 2)).toBeUndefined()
    expect(check.passed(LUN, 3)).toMatch('nothing of changed access states')
    expect(check.reported(LUN, MOVED, 1, { before: 1, now: 1 })).toBeUndefined()
    expect(check.passed(LUN, 4)).toBeUndefined()
    check.sawAccessStates(LUN, 'a', 5)
    expect(check.passed(LUN, 6)).toBeUndefined()
  })

  it('allows no other attention', () => {
    expect(used().reported(LUN, CAPACITY, 1, NOTHING)).toMatch('no cause')
  })
})
