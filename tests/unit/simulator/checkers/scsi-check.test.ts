import { describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { NO_RESIDUAL } from '../../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { buildSense, buildSenseAtBlock } from '../../../../src-main/core/scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY, STATUS } from '../../../../src-main/core/scsi/spec'
import { AttentionCheck } from '../../../../src-main/simulator/checkers/attention-check'
import { BlockCheck } from '../../../../src-main/simulator/checkers/block-check'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { ScsiCheck } from '../../../../src-main/simulator/checkers/scsi-check'
import { blocksOf } from '../../../../src-main/simulator/hosts/block-values'
import { Ground, SCSI_BLOCKS, type HostVolume } from '../../../../src-main/simulator/hosts/ground'
import { KnownBlocks } from '../../../../src-main/simulator/hosts/known-blocks'
import { ScsiCommands, type ScsiPlan } from '../../../../src-main/simulator/hosts/scsi-commands'
import type { ScsiAnswer } from '../../../../src-main/simulator/hosts/scsi-task'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { servingWorld } from '../../../support/simulation'

const GOOD: ScsiAnswer = { status: STATUS.good, sense: undefined, data: new Uint8Array(0), residual: NO_RESIDUAL }
const { good, checkCondition, busy, taskAborted } = STATUS
const { illegalRequest, mediumError, notReady, unitAttention, miscompare } = SENSE_KEY

const state = present(servingWorld({ seed: 1 }).controller('a')?.state, 'array state')

function bench() {
  const violations = new Violations(new VirtualClock())
  const blocks = new BlockCheck(violations, () => 5)
  const known = new KnownBlocks()
  const ground = new Ground({ state, random: new Prng(1), hasLedgerHost: false, hasScsiHost: true })
  const volume: HostVolume = present(ground.volumes[0], 'volume')
  const commands = new ScsiCommands({ random: new Prng(3), blocks, known, host: 'scsi host' })
  const check = new ScsiCheck({ violations, blocks, known, host: 'scsi host' })
  const attentions = new AttentionCheck()
  attentions.reported(volume.lun, ADDITIONAL_SENSE.powerOnResetOrBusDeviceReset.code, 1, { before: 0, now: 0 })
  const place = { volume, firstBlock: volume.firstBlock - SCSI_BLOCKS, blockCount: 4 }
  const judge = (plan: ScsiPlan, answer: Partial<ScsiAnswer>): string =>
    check.judge({ plan, startMoment: blocks.moment(), events: 1 }, { ...GOOD, ...answer }, { attentions, events: 1 })
  /** Draws until the lengths agree, which in some commands they do not. */
  const plain = (draw: () => ScsiPlan): ScsiPlan => {
    for (;;) {
      const plan = draw()
      if (plan.expectedBytes === plan.cdbBytes) return plan
    }
  }
  const range = { contentId: volume.contentId, firstBlock: place.firstBlock, blockCount: place.blockCount }
  const sentences = (): string[] => violations.found.map(({ sentence }) => sentence)
  const underflow = (plan: ScsiPlan) => ({ residual: { kind: 'underflow', bytes: plan.expectedBytes } }) as const
  return { check, commands, blocks, known, judge, place, range, plain, sentences, volume, underflow }
}

function sense(key: (typeof SENSE_KEY)[keyof typeof SENSE_KEY], name: keyof typeof ADDITIONAL_SENSE): Partial<ScsiAnswer> {
  return { status: checkCondition, sense: buildSense(key, ADDITIONAL_SENSE[name]) }
}

/** A write of the whole place that was acknowledged. */
function written({ commands, plain, known, blocks, place, range }: ReturnType<typeof bench>): number {
  const { written: holds } = plain(() => commands.write(place))
  const held = present(holds, 'value')
  known.writeEnds(place, held)
  blocks.writeEnds(held.value, range)
  return held.value
}

describe('the check of answers to SCSI commands', () => {
  it('takes a read of what is there, and nothing less', () => {
    const one = bench()
    const { judge, plain, commands, place, range } = one
    const value = written(one)
    const data = blocksOf(value, range.contentId, range.firstBlock, range.blockCount)
    const read = plain(() => commands.read(place))
    expect(judge(read, { data })).toBe('done')
    expect(one.sentences()).toEqual([])
    judge(read, { data: data.subarray(0, data.length - BLOCK_BYTES) })
    expect(one.sentences()[0]).toMatch(/has 1536 bytes of data, not 2048/)
  })

  it('finds old data, and a residual that is wrong', () => {
    const one = bench()
    const { judge, plain, commands, place } = one
    written(one)
    const read = plain(() => commands.read(place))
    judge(read, { data: new Uint8Array(read.expectedBytes) })
    judge(read, { data: new Uint8Array(read.expectedBytes), residual: { kind: 'overflow', bytes: 1 } })
    expect(one.sentences()).toEqual([
      expect.stringMatching('overwritten'),
      expect.stringMatching('has the residual overflow 1, not none 0'),
    ])
  })

  it('knows what VERIFY must say', () => {
    const one = bench()
    const { judge, commands, place, sentences } = one
    written(one)
    const same = commands.compare(place, false)
    const spoilt = commands.compare(place, true)
    const at = place.firstBlock + (spoilt.comparison?.spoiltAt ?? 0)
    const answer = (block: number): Partial<ScsiAnswer> => ({
      status: checkCondition,
      sense: buildSenseAtBlock(miscompare, ADDITIONAL_SENSE.miscompare, block),
    })
    judge(same, {})
    judge(spoilt, answer(at))
    expect(sentences()).toEqual([])
    judge(same, answer(at))
    judge(spoilt, {})
    judge(spoilt, answer(at + 1))
    judge(spoilt, answer(place.firstBlock + place.blockCount))
    expect(sentences()).toEqual([
      expect.stringMatching('with what is there'),
      expect.stringMatching('data that nobody ever wrote'),
      expect.stringMatching(/miscompares at block \d+/),
      expect.stringMatching('which it does not have'),
    ])
  })

  it('does not know it of blocks that are written meanwhile, or were corrupted', () => {
    const one = bench()
    const { judge, commands, place, plain, blocks, range, sentences } = one
    written(one)
    const tainted = commands.compare(place, false)
    blocks.taint(range.contentId, range.firstBlock + 1)
    const answer = { status: checkCondition, sense: buildSenseAtBlock(miscompare, ADDITIONAL_SENSE.miscompare, place.firstBlock + 1) }
    judge(tainted, answer)
    const changed = bench()
    written(changed)
    const compared = changed.commands.compare(changed.place, false)
    plain(() => changed.commands.write(changed.place))
    changed.judge(compared, answer)
    expect([...sentences(), ...changed.sentences()]).toEqual([])
  })

  it('tells what was refused from what may have been written', () => {
    const { judge, commands, place, plain, sentences, volume } = bench()
    const write = plain(() => commands.write(place))
    expect(judge(write, sense(notReady, 'accessStateTransition'))).toBe('unclear')
    expect(judge(write, { status: busy })).toBe('unclear')
    expect(judge(write, sense(unitAttention, 'asymmetricAccessStateChanged'))).toBe('refused')
    expect(judge({ ...write, refusal: ADDITIONAL_SENSE.invalidFieldInCdb.code }, sense(illegalRequest, 'invalidFieldInCdb'))).toBe(
      'refused',
    )
    expect(judge(commands.testUnitReady(volume), sense(notReady, 'accessStateTransition'))).toBe('unclear')
    expect(sentences()).toEqual([])
  })

  it('takes a medium error only of a read of blocks that may be lost', () => {
    const { judge, commands, place, plain, sentences, blocks, range, underflow } = bench()
    const read = plain(() => commands.read(place))
    const answer = { ...sense(mediumError, 'unrecoveredReadError'), ...underflow(read) }
    judge(read, answer)
    expect(sentences()).toEqual([expect.stringMatching('ends with 3/1100')])
    blocks.losesPerhaps(range.contentId, range.firstBlock)
    judge(read, answer)
    expect(sentences()).toHaveLength(1)
    judge(
      plain(() => commands.write(place)),
      sense(mediumError, 'writeError'),
    )
    expect(sentences()).toHaveLength(2)
  })

  it.each([
    ['a status that this target never has', { status: taskAborted }],
    ['CHECK CONDITION without sense', { status: checkCondition }],
    ['a refusal without a reason for it', sense(illegalRequest, 'invalidFieldInCdb')],
    ['hardware that fails', sense(SENSE_KEY.hardwareError, 'internalTargetFailure')],
    ['data with a status that is not GOOD', { status: busy, data: new Uint8Array(1) }],
  ])('does not take %s', (_, answer) => {
    const { judge, commands, place, plain, sentences } = bench()
    judge(
      plain(() => commands.write(place)),
      answer,
    )
    expect(sentences()).toHaveLength(1)
  })

  it('does not take GOOD for what must be refused, or an attention where none is reported', () => {
    const { judge, commands, volume, sentences } = bench()
    judge({ ...commands.testUnitReady(volume), refusal: ADDITIONAL_SENSE.logicalUnitNotSupported.code }, { status: good })
    judge(commands.reportLuns(volume), sense(unitAttention, 'asymmetricAccessStateChanged'))
    expect(sentences()).toEqual([expect.stringMatching('had to be refused with 2500'), expect.stringMatching('ends with a unit attention')])
  })

  it('wants one optimized group, told alike by both paths, in a settled pair', () => {
    const { check, sentences } = bench()
    check.settled(0, ['1:active-optimized 2:active-non-optimized', '1:active-optimized 2:active-non-optimized'])
    expect(sentences()).toEqual([])
    check.settled(0, ['1:active-optimized 2:active-optimized', '1:active-optimized 2:active-optimized'])
    check.settled(0, ['1:active-optimized 2:active-non-optimized', '1:active-non-optimized 2:active-optimized'])
    expect(sentences()).toEqual([
      expect.stringMatching('not optimized by one group alone'),
      expect.stringMatching('different access states'),
    ])
  })
})
