import { randomBytes } from 'node:crypto'
import type { TraceEvent } from '../../contract/trace'

const TAG = /^(sr-.+)~[0-9a-f]{8}$/

/**
 * The array remembers the ids of service requests, so the same id in the next try would be an old request. What a learner sends by the id
 * r1 is sent as r1 with the tag of its try.
 */
export function newTag(): string {
  return `~${randomBytes(4).toString('hex')}`
}

/** The event with the id that the learner gave. */
export function untagged(event: TraceEvent): TraceEvent {
  const [, request] = TAG.exec(event.request ?? '') ?? []
  return request === undefined ? event : { ...event, request }
}
