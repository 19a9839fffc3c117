import { describe, expect, it } from 'vitest'
import { commandName, findOperation, OPERATIONS } from '../../../../src-main/core/scsi/opcode-table'

/** CDB length by the group of the operation code (SPC-4 4.2.5.1). */
const LENGTH_OF_GROUP = [6, 10, 10, undefined, 16, 12]

describe('the table of commands', () => {
  it('has CDBs as long as their group code says', () => {
    for (const operation of OPERATIONS) expect(operation.usage, operation.name).toHaveLength(LENGTH_OF_GROUP[operation.opcode >>> 5] ?? -1)
  })

  it('evaluates no bit of the control byte, NACA included', () => {
    for (const operation of OPERATIONS) expect(operation.usage.at(-1), operation.name).toBe(0)
  })

  it('finds every command by its CDB', () => {
    for (const operation of OPERATIONS) {
      expect(findOperation(Uint8Array.of(operation.opcode, 0xe0 | (operation.serviceAction ?? 0))), operation.name).toBe(operation)
    }
  })

  it('names commands for traces, known or not', () => {
    expect(commandName(Uint8Array.of(0x9e, 0x10))).toBe('READ CAPACITY(16)')
    expect(commandName(Uint8Array.of(0x5d))).toBe('operation code 5dh')
    expect(commandName(new Uint8Array(0))).toBe('operation code 00h')
  })

  it('is in ascending order, without a command twice', () => {
    const keys = OPERATIONS.map((operation) => operation.opcode * 32 + (operation.serviceAction ?? 0))
    expect(keys).toEqual([...new Set(keys)].sort((a, b) => a - b))
  })
})
