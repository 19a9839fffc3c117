import { expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { withFailedMembers } from '../../../../../src-main/core/controller/state/array-changes'
import { ArrayStore } from '../../../../../src-main/core/controller/state/array-store'
import { withoutRebuild, withRebuildBegun, withRebuilt } from '../../../../../src-main/core/controller/state/rebuild-changes'
import { ReturnedDrives } from '../../../../../src-main/core/controller/drives/returned-drives'
import { StateDrives } from '../../../../../src-main/core/controller/state/state-drives'
import { SUPERBLOCK_AREA_BLOCKS } from '../../../../../src-main/core/raid/superblock'
import { firstArrayState } from '../../../../support/fake-lab-data'
import { CompletionQueue, MemoryDrive } from '../../../../support/memory-drive'

const DRIVE = 1
const ERROR = { code: 'not-possible-now', message: 'It did not answer.' } as const
const whole = firstArrayState(4)
const out = withFailedMembers(whole, [{ groupId: 0, drive: DRIVE }])

function begun(state: ArrayState, operation: string): ArrayState {
  return next(withRebuildBegun(state, { drive: DRIVE, operation, server: 'a' }))
}

function next(state: ArrayState): ArrayState {
  return { ...state, generation: state.generation + 1 }
}

function install(...states: readonly ArrayState[]) {
  const { ports, drives, completions, store } = starting()
  for (const state of states) store.install(state)
  return { ports, drives, completions, reopened: ports.map(({ reopened }) => reopened) }
}

/** A controller that knows no state yet. */
function starting() {
  const completions = new CompletionQueue()
  const ports = Array.from({ length: 4 }, (_, index) => new MemoryDrive({ index, blockCount: SUPERBLOCK_AREA_BLOCKS, completions }))
  const drives = new StateDrives(ports)
  const store = new ArrayStore()
  const returned = new ReturnedDrives({ ports: { drives: ports }, stateDrives: drives, committer: { recordTakenIn: () => undefined } })
  store.installed.heardBy((state, previous) => returned.installed(state, previous))
  return { ports, drives, completions, store }
}

it('a drive is opened again for each rebuild of it, once, also where that had just begun when this controller started', () => {
  const first = begun(out, 'first')
  const part = first.failedMembers?.[0]?.rebuild?.parts[0]
  const further = next(
    withRebuilt(first, { groupId: 0, drive: DRIVE }, { endStripe: part?.endStripe ?? 0, fromStripe: (part?.fromStripe ?? 0) + 1 }),
  )
  expect(further.failedMembers).not.toEqual(first.failedMembers)
  expect(install(whole, next(out)).reopened).toEqual([0, 0, 0, 0])
  expect(install(first).reopened).toEqual([0, 1, 0, 0])
  expect(install(out, first, further).reopened).toEqual([0, 1, 0, 0])
  expect(install(further).reopened).toEqual([0, 0, 0, 0])
  const ended = next(withoutRebuild(further, { groupId: 0, drive: DRIVE }, ERROR))
  expect(install(out, first, further, ended, begun(ended, 'second')).reopened).toEqual([0, 2, 0, 0])
})

it('nothing is written to a blank drive before somebody has it rebuilt; then it gets superblocks like any other', () => {
  const { ports, drives, completions } = install(out)
  drives.write(out, { flush: true, cause: undefined }, () => undefined)
  completions.runAll()
  present(ports[DRIVE], 'a drive').bytes.fill(0)
  drives.read(undefined, () => undefined)
  completions.runAll()
  const writtenBy = (state: ArrayState): readonly number[] => {
    const before = ports.map((port) => port.operationsOf('write').length)
    drives.write(state, { flush: false, cause: undefined }, () => undefined)
    completions.runAll()
    return ports.flatMap((port, index) => (port.operationsOf('write').length > before[index]! ? [index] : []))
  }
  expect(writtenBy(next(out))).toEqual([0, 2, 3])
  drives.admit(DRIVE, 'again')
  expect(writtenBy(next(next(out)))).toEqual([0, 1, 2, 3])
})

it('a blank drive whose rebuild was further when this controller started gets nothing; one whose rebuild has just begun does', () => {
  const first = begun(out, 'first')
  const part = present(first.failedMembers?.[0]?.rebuild?.parts[0], 'a part')
  const further = next(withRebuilt(first, { groupId: 0, drive: DRIVE }, { endStripe: part.endStripe, fromStripe: part.fromStripe + 1 }))
  for (const [state, written] of [
    [first, [0, 1, 2, 3]],
    [further, [0, 2, 3]],
  ] as const) {
    const { ports, drives, completions, store } = starting()
    drives.write(state, { flush: true, cause: undefined }, () => undefined)
    completions.runAll()
    present(ports[DRIVE], 'a drive').bytes.fill(0)
    drives.read(undefined, () => undefined)
    completions.runAll()
    store.install(state)
    const before = ports.map((port) => port.operationsOf('write').length)
    drives.write(next(state), { flush: false, cause: undefined }, () => undefined)
    completions.runAll()
    expect(ports.flatMap((port, index) => (port.operationsOf('write').length > before[index]! ? [index] : []))).toEqual(written)
    expect(ports[DRIVE]?.distrusted !== undefined).toBe(!written.some((drive) => drive === DRIVE))
  }
})

it('a drive that was silent when it was read, and is blank, is a stranger by what the peer says', () => {
  const { ports, drives, completions } = starting()
  drives.write(whole, { flush: true, cause: undefined }, () => undefined)
  completions.runAll()
  const port = present(ports[DRIVE], 'a drive')
  port.failed = true
  drives.read(undefined, () => undefined)
  completions.runAll()
  port.failed = false
  port.bytes.fill(0)
  expect(drives.strangers.size).toBe(0)
  let isMeasured = false
  drives.measure(drives.withStored(whole), () => (isMeasured = true))
  completions.runAll()
  expect(isMeasured).toBe(true)
  expect([...drives.strangers]).toEqual([DRIVE])
  expect(port.distrusted).toBeDefined()
})

it.each(['claims', 'is welcomed'] as const)(
  'a drive that was blank when this controller started, and was taken in and rebuilt since, is used when it %s',
  (event) => {
    const { ports, drives, completions } = starting()
    const state = { ...next(whole), storedGenerations: ports.map(() => whole.generation) }
    drives.write(state, { flush: true, cause: undefined }, () => undefined)
    completions.runAll()
    const port = present(ports[DRIVE], 'a drive')
    const rebuilt = port.bytes.slice()
    port.bytes.fill(0)
    drives.read(undefined, () => undefined)
    completions.runAll()
    expect([...drives.strangers]).toEqual([DRIVE])
    port.bytes.set(rebuilt)
    if (event === 'claims') drives.read(undefined, () => undefined)
    else drives.measure(state, () => undefined)
    completions.runAll()
    expect([[...drives.strangers], port.distrusted]).toEqual([[], undefined])
  },
)
