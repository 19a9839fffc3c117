import { failure, ok, type Result } from '../../base/result'
import type { ActEvidence, Evidence } from '../evidence/evidence'
import { hashOfRecording, unpackRecording } from '../live/packed-recording'
import { recordingDoubts } from '../live/recording-doubts'
import { recordingEvidence } from '../live/recording-evidence'
import type { Submission } from './submission'

/** What a submission is graded by. */
export interface RunAgain {
  /** Without what the learner said. */
  readonly evidence: Evidence
  readonly hash: string
  /** Sentences for the trainer. */
  readonly problems: readonly string[]
}

/** The try that a submission holds the recording of. The error is a sentence: there is nothing to grade. */
export function recordedRun({ recording, acts, labVersion }: Submission): Result<RunAgain, string> {
  if (recording === undefined) return failure('It is of a live exercise, and has no recording.')
  const bytes = unpackRecording(recording)
  if (bytes === undefined) return failure('Its recording cannot be unpacked.')
  const recorded = recordingEvidence(bytes, acts.map(actOf))
  if (!recorded.ok) return failure(`Its recording cannot be graded. ${recorded.error}`)
  const { evidence, problem, labVersion: ofLab } = recorded.value
  const problems = [
    ...(problem === undefined ? [] : [`Its recording is not as the lab wrote it. ${problem}`]),
    ...(ofLab === labVersion ? [] : [`Its recording is of version ${ofLab} of the lab.`]),
    ...recordingDoubts(evidence),
  ]
  return ok({ evidence, hash: hashOfRecording(bytes), problems })
}

/** The run of an exercise about a recording that ships with it: the same for whoever is graded. The error is a sentence. */
export function shippedRun(bytes: Uint8Array): Result<RunAgain, string> {
  const recorded = recordingEvidence(bytes, [])
  if (!recorded.ok) return failure(`The recording of the exercise cannot be graded. ${recorded.error}`)
  const { evidence, problem } = recorded.value
  const problems = problem === undefined ? [] : [`The recording of the exercise is not as the lab wrote it. ${problem}`]
  return ok({ evidence, hash: hashOfRecording(bytes), problems })
}

/** One without a time is at none that the recording has. */
function actOf({ act, parameters, atMs = -1 }: Submission['acts'][number]): ActEvidence {
  return { by: 'learner', act, parameters, atMs }
}
