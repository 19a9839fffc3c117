import * as v from 'valibot'
import type { LabApi } from '../../contract/lab-api'
import type { LabCallOutcome } from '../../contract/lab-ipc'
import { callLab, labSocketCallSchema } from '../../contract/lab-socket'
import { LIMITS } from '../../contract/limits'
import { isLabPage, type CallingFrame } from './page-origin'

export interface LabCallOptions {
  readonly api: LabApi
  readonly pageUrl: string
}

/** Handles the window's calls. Accepts only calls of LabApi, and only from the lab's own page in a top-level frame. */
export function createLabCalls({
  api,
  pageUrl,
}: LabCallOptions): (frame: CallingFrame | null, payload: unknown) => Promise<LabCallOutcome> {
  let underWay = 0
  return async (frame, payload) => {
    if (!isLabPage(frame, pageUrl)) return { error: 'Only the window of the lab may call it.' }
    const call = v.safeParse(labSocketCallSchema, payload)
    if (!call.success) return { error: 'The lab does not understand this call.' }
    if (underWay >= LIMITS.labCallsUnderWay) return { error: 'Too many calls are in progress.' }
    underWay++
    try {
      return { result: await callLab(api, call.output) }
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) }
    } finally {
      underWay--
    }
  }
}
