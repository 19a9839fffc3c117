import { describe, expect, it } from 'vitest'
import { DEFAULT_OPERATIONS, parseSimulatorOptions } from '../../../../src-main/simulator/run/options'

describe('the options of the simulator', () => {
  it('are read in both spellings', () => {
    expect(parseSimulatorOptions(['--seed', '0', '--seeds=20', '--json'])).toEqual({
      ok: true,
      value: {
        seed: 0,
        seeds: 20,
        minutes: undefined,
        operations: DEFAULT_OPERATIONS,
        jobs: 1,
        kept: undefined,
        forks: undefined,
        shrink: undefined,
        coverage: false,
        json: true,
        first: false,
        help: false,
      },
    })
    const kept = { faults: [3], luns: [] }
    expect(parseSimulatorOptions(['--seed=4', '--keep', 'faults=3,luns=none'])).toMatchObject({ value: { seed: 4, kept } })
    expect(parseSimulatorOptions(['--seed=4', '--keep=faults=3,luns=none'])).toMatchObject({ value: { seed: 4, kept } })
    const forks = [{ event: 9, change: { kind: 'without', fault: 1 } }]
    expect(parseSimulatorOptions(['--seed=4', '--fork', '9:without=1'])).toMatchObject({ value: { seed: 4, forks } })
    expect(parseSimulatorOptions(['--seed=4', '--fork=9:without=1'])).toMatchObject({ value: { seed: 4, forks } })
    expect(parseSimulatorOptions(['--shrink', '0', '--operations=600'])).toMatchObject({ value: { shrink: 0, operations: 600 } })
    expect(parseSimulatorOptions(['--minutes', '0.5', '--first'])).toMatchObject({
      ok: true,
      value: { seed: undefined, minutes: 0.5, first: true },
    })
  })

  it.each([
    ['--seed'],
    ['--seed=-1'],
    ['--seed=1.5'],
    ['--seeds=0'],
    ['--seeds=x'],
    ['--minutes=0'],
    ['--operations='],
    ['--speed=3'],
    ['--jobs=0'],
    ['--jobs=1000'],
    ['7'],
    ['--seeds=2', '--minutes=1'],
    ['--shrink'],
    ['--coverage', '--jobs=2'],
    ['--shrink=1', '--seed=2'],
    ['--shrink=1', '--seeds=2'],
    ['--keep=faults=1'],
    ['--seed=1', '--keep'],
    ['--seed=1', '--seeds=2', '--keep=faults=1'],
    ['--fork=9:without=1'],
    ['--seed=1', '--fork'],
    ['--seed=1', '--fork=9:keep=1'],
    ['--seed=1', '--fork=9:without=1', '--fork=10:without=2'],
    ['--seed=1', '--seeds=2', '--fork=9:without=1'],
    ['--seed=1', '--keep=faults=1', '--fork=9:without=1'],
  ])('are refused: %s %s', (...args) => {
    const options = parseSimulatorOptions(args.filter((arg) => arg !== undefined))
    expect(options.ok).toBe(false)
  })
})
