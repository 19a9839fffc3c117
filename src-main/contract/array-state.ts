import * as v from 'valibot'
import { arrayConfigurationSchema } from './configuration'
import { controllerIdSchema } from './controller-id'
import type { Json } from './json'
import { LIMITS } from './limits'
import { dispatchSchemeSchema, serviceErrorSchema } from './service-request'

/**
 * All that both controllers agree on and that stands on the drives: configuration, who owns what in which epoch, and
 * the answers of changing requests, committed together with the change so that a request is never run twice.
 */
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Why a volume came to its owner, where that matters: it follows its load again only some time after a request. */
const MOVED_BY = ['request', 'load'] as const
export type MovedBy = (typeof MOVED_BY)[number]

export const volumeOwnershipSchema = v.object({
  volumeId: count,
  owner: controllerIdSchema,
  epoch: count,
  movedBy: v.optional(v.picklist(MOVED_BY)),
  /** Acknowledged data of it may be had from this controller's NVRAM alone: nobody else may serve it before that is on the drives. */
  heldBy: v.optional(controllerIdSchema),
  /** Records of the NVRAM log from this epoch on still count; absent: only those of `epoch`. */
  logEpoch: v.optional(count),
  /**
   * Stripes from this one on, counted from the beginning of the volume, may have been left half updated by a controller
   * whose NVRAM does not count any more: copies and parity are compared with the data and made anew. Absent: all is well.
   */
  unverifiedFrom: v.optional(count),
})
export type VolumeOwnership = v.InferOutput<typeof volumeOwnershipSchema>

/** What a write waits for while the other controller is away: the drives, or only this controller's NVRAM. */
export const CACHE_POLICIES = ['write-through', 'write-back-unmirrored'] as const
export type CachePolicy = (typeof CACHE_POLICIES)[number]

/** A changing request that was carried out: whoever sends its id again gets this result. */
export const completedRequestSchema = v.object({
  id: v.string(),
  name: v.string(),
  /** Of name and parameters, so that the same id with others is told apart. */
  digest: v.string(),
  servedBy: controllerIdSchema,
  result: v.custom<Json>((input) => input !== undefined),
})
export type CompletedRequest = v.InferOutput<typeof completedRequestSchema>

/** A request that takes longer than its answer, under the id of the request. */
export const operationSchema = v.object({
  id: v.string(),
  name: v.string(),
  digest: v.string(),
  state: v.picklist(['running', 'done', 'failed']),
  /** Who carries it out, and in which start of it. */
  server: controllerIdSchema,
  incarnation: count,
  /** The controller it is about. */
  controller: controllerIdSchema,
  /** Where it moves `volumes`. */
  to: v.optional(controllerIdSchema),
  volumes: v.pipe(v.array(count), v.maxLength(LIMITS.volumes)),
  /** The drive it is about, where it is about one. */
  drive: v.optional(count),
  /** Of a rebuild, in stripes of all its groups: how far the state says it is, also where it has ended. */
  progress: v.optional(v.object({ done: count, total: count })),
  /** While it runs, these volumes, or all where it names none, are neither given back nor moved by load. */
  critical: v.optional(v.boolean()),
  result: v.optional(v.custom<Json>((input) => input !== undefined)),
  error: v.optional(serviceErrorSchema),
})
export type Operation = v.InferOutput<typeof operationSchema>

/** A run of stripes of a group that a rebuild has yet to bring to a drive. */
const rebuildPartSchema = v.object({
  /** Under whose claim: that of the volume to which the stripes belong, or of the service owner where they belong to none. */
  slot: count,
  fromStripe: count,
  endStripe: count,
})
export type RebuildPart = v.InferOutput<typeof rebuildPartSchema>

/**
 * A drive that a RAID group goes on without: it did not answer, and may miss writes since. What it has of the group is not
 * used again, also when it answers, until it has been rebuilt from the others.
 */
export const failedMemberSchema = v.object({
  groupId: count,
  drive: count,
  /** The last state in which it was in use. */
  afterGeneration: count,
  /** It answers again, or another drive is in its place, and all but these parts has been rebuilt. */
  rebuild: v.optional(v.object({ operation: v.string(), parts: v.pipe(v.array(rebuildPartSchema), v.maxLength(2 * LIMITS.volumes + 1)) })),
})
export type FailedMember = v.InferOutput<typeof failedMemberSchema>

export const arrayStateSchema = v.object({
  /** Grows by one with every commit. */
  generation: count,
  configuration: arrayConfigurationSchema,
  ownership: v.pipe(v.array(volumeOwnershipSchema), v.maxLength(LIMITS.volumes)),
  /** Volumes that were deleted had epochs up to this one: what comes in their place has only later ones. Absent: 0. */
  epochFloor: v.optional(count),
  /** Never more of a group than it can do without. Absent: none. */
  failedMembers: v.optional(v.pipe(v.array(failedMemberSchema), v.maxLength(LIMITS.groups * LIMITS.drives))),
  /** Serves forwarded service requests and orders commits. */
  serviceOwner: controllerIdSchema,
  /** Epoch of the service owner: the claim under which superblocks are written. */
  serviceEpoch: count,
  dispatchScheme: dispatchSchemeSchema,
  /** Grows with every claim: NVRAM whose stamp is older was left out of something that was acknowledged since. Absent: 0. */
  mirrorEpoch: v.optional(count),
  /** Absent: write-through. */
  cachePolicy: v.optional(v.picklist(CACHE_POLICIES)),
  automaticGiveback: v.boolean(),
  /** Decides who gets service ownership under transfer-ownership; moves with a takeover. Of old, the service owner. */
  arbiter: v.optional(controllerIdSchema),
  /** Volumes move to the controller at which most of their I/O arrives. */
  ownershipByLoad: v.optional(v.boolean()),
  operations: v.optional(v.pipe(v.array(operationSchema), v.maxLength(LIMITS.operations))),
  /** The oldest first; the oldest is dropped when there are too many. */
  completedRequests: v.pipe(v.array(completedRequestSchema), v.maxLength(LIMITS.completedRequests)),
})
export type ArrayState = v.InferOutput<typeof arrayStateSchema>
