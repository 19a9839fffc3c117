import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { RESERVED_TAG } from '../../../../../src-main/core/iscsi/codec/layout'
import { TextExchange } from '../../../../../src-main/core/iscsi/session/text-exchange'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function exchange(): TextExchange {
  return new TextExchange({ discovery: true, targetName: 'iqn.x', targetAddresses: () => [], maxRecvChanged: () => undefined })
}

function part(targetTransferTag: number) {
  const numbers = { immediate: false, lun: 0, initiatorTaskTag: 7, cmdSn: 1, expStatSn: 1 }
  return { ...numbers, final: false, continued: true, targetTransferTag }
}

/** In a function of its own, or its variables keep the last one. */
function sendTooMuch(text: TextExchange): readonly WeakRef<Uint8Array>[] {
  const begun = text.request(part(RESERVED_TAG), [], 8192)
  const tag = begun.ok ? begun.value.targetTransferTag : 0
  return Array.from({ length: 10 }, () => {
    const data = new Uint8Array(256 * 1024)
    expect(text.request(part(tag), [data], 8192).ok).toBe(false)
    return new WeakRef(data)
  })
}

it('a series of parts that goes on for ever is refused, and nothing of it is kept', async () => {
  const text = exchange()
  const sent = sendTooMuch(text)
  await new Promise((resolve) => setImmediate(resolve))
  collectGarbage()
  expect(sent.filter((reference) => reference.deref() !== undefined)).toEqual([])
  expect(text.request(part(RESERVED_TAG), [], 8192).ok).toBe(true)
})

it('may be as long as a text may be, in any number of parts', () => {
  const text = exchange()
  const piece = new Uint8Array(LIMITS.textBytes / 16)
  let reply = text.request(part(RESERVED_TAG), [piece], 8192)
  for (let i = 1; i < 16; i++) reply = text.request(part(reply.ok ? reply.value.targetTransferTag : 0), [piece], 8192)
  expect(reply.ok).toBe(true)
  expect(text.request(part(reply.ok ? reply.value.targetTransferTag : 0), [new Uint8Array(1)], 8192).ok).toBe(false)
})

it('an exchange belongs to one task: another one cannot go on with it, and ends it', () => {
  const text = exchange()
  const begun = text.request(part(RESERVED_TAG), [], 8192)
  const tag = begun.ok ? begun.value.targetTransferTag : 0
  expect(text.request({ ...part(tag), initiatorTaskTag: 8 }, [], 8192).ok).toBe(false)
  expect(text.request(part(tag), [], 8192).ok).toBe(false)
})

it('an exchange goes on with the tag of its last answer, and with no earlier one', () => {
  const text = exchange()
  const begun = text.request(part(RESERVED_TAG), [], 8192)
  const first = begun.ok ? begun.value.targetTransferTag : 0
  expect(text.request(part(first), [], 8192).ok).toBe(true)
  expect(text.request(part(first), [], 8192).ok).toBe(false)
})
