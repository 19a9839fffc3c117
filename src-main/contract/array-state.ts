import * as v from 'valibot'
import { arrayConfigurationSchema } from './configuration'
import { controllerIdSchema } from './controller-id'
import type { Json } from './json'
import { LIMITS } from './limits'
import { reservationNoticeSchema, unitReservationsSchema } from './reservations'
import { dispatchSchemeSchema, serviceErrorSchema } from './service-request'

/**
 * All that both controllers agree on and that stands on the drives: configuration, who owns what in which epoch, and
 * the answers of changing requests, committed together with the change so that a request is never run twice.
 */
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Why a volume moved to its owner. After a move by request, it does not follow its load for a while. */
const MOVED_BY = ['request', 'load'] as const
export type MovedBy = (typeof MOVED_BY)[number]

export const volumeOwnershipSchema = v.object({
  volumeId: count,
  owner: controllerIdSchema,
  epoch: count,
  movedBy: v.optional(v.picklist(MOVED_BY)),
  /** Only this controller's NVRAM may have some acknowledged data of it. Nobody else may serve it until the drives have that data. */
  heldBy: v.optional(controllerIdSchema),
  /** Records of the NVRAM log from this epoch on still count; absent: only those of `epoch`. */
  logEpoch: v.optional(count),
  /**
   * A controller whose log nobody has may have left stripes half updated. They are being settled: stripes of the volume before
   * `from` are. Which ones they are is in the write-intent maps on the drives. A map with an epoch before `since` leaves all that
   * it marks in doubt. Absent: nothing is in doubt.
   */
  unverified: v.optional(v.object({ from: count, since: count })),
})
export type VolumeOwnership = v.InferOutput<typeof volumeOwnershipSchema>

/** What a write waits for while the other controller is away: the drives, or only this controller's NVRAM. */
export const CACHE_POLICIES = ['write-through', 'write-back-unmirrored'] as const
export type CachePolicy = (typeof CACHE_POLICIES)[number]

/** A request that changed something. If its id is sent again, the answer is this result. */
export const completedRequestSchema = v.object({
  id: v.string(),
  name: v.string(),
  /** Of the name and the parameters, to detect an id that is reused for something else. */
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
  /** The controller that carries it out, and its incarnation. */
  server: controllerIdSchema,
  incarnation: count,
  /** The controller it is about. */
  controller: controllerIdSchema,
  /** Where it moves `volumes`. */
  to: v.optional(controllerIdSchema),
  volumes: v.pipe(v.array(count), v.maxLength(LIMITS.volumes)),
  /** The drive it is about, where it is about one. */
  drive: v.optional(count),
  /** Of a rebuild, in stripes of all its groups, as far as the state knows. Kept after the end. */
  progress: v.optional(v.object({ done: count, total: count })),
  /** While it runs, its volumes (all volumes if it names none) are neither given back nor moved by load. */
  critical: v.optional(v.boolean()),
  result: v.optional(v.custom<Json>((input) => input !== undefined)),
  error: v.optional(serviceErrorSchema),
})
export type Operation = v.InferOutput<typeof operationSchema>

/** A run of stripes of a group that a rebuild has yet to bring to a drive. */
const rebuildPartSchema = v.object({
  /** The claim to write under: of the volume that has the stripes, or of the service owner if no volume has them. */
  slot: count,
  fromStripe: count,
  endStripe: count,
})
export type RebuildPart = v.InferOutput<typeof rebuildPartSchema>

/**
 * A drive that a RAID group carries on without. It did not answer, so it may have missed writes since. Even if it answers
 * again, its data of this group is not used until it has been rebuilt from the other drives.
 */
export const failedMemberSchema = v.object({
  groupId: count,
  drive: count,
  /** The last state in which it was in use. */
  afterGeneration: count,
  /** The drive or its replacement is being rebuilt, and only these parts are left. */
  rebuild: v.optional(v.object({ operation: v.string(), parts: v.pipe(v.array(rebuildPartSchema), v.maxLength(2 * LIMITS.volumes + 1)) })),
})
export type FailedMember = v.InferOutput<typeof failedMemberSchema>

export const arrayStateSchema = v.object({
  /** Grows by one with every commit. */
  generation: count,
  configuration: arrayConfigurationSchema,
  ownership: v.pipe(v.array(volumeOwnershipSchema), v.maxLength(LIMITS.volumes)),
  /** The highest epoch of any deleted volume. A new volume in its place starts above it. Absent: 0. */
  epochFloor: v.optional(count),
  /** Never more drives of a group than its level can lose. Absent: none. */
  failedMembers: v.optional(v.pipe(v.array(failedMemberSchema), v.maxLength(LIMITS.groups * LIMITS.drives))),
  /**
   * For each drive, in the order of the configuration: a generation that its stable storage has. If the superblock there is older,
   * the drive was replaced, or put back from a copy, and lacks writes. Absent: nothing is known yet.
   */
  storedGenerations: v.optional(v.pipe(v.array(count), v.maxLength(LIMITS.drives))),
  /** Serves forwarded service requests and orders commits. */
  serviceOwner: controllerIdSchema,
  /** Epoch of the service owner: the claim under which superblocks are written. */
  serviceEpoch: count,
  dispatchScheme: dispatchSchemeSchema,
  /** Grows with every claim. NVRAM with an older stamp lacks something that was acknowledged since. Absent: 0. */
  mirrorEpoch: v.optional(count),
  /** Absent: write-through. */
  cachePolicy: v.optional(v.picklist(CACHE_POLICIES)),
  automaticGiveback: v.boolean(),
  /** Decides who gets service ownership under transfer-ownership. Moves with a takeover. Absent in old states: the service owner. */
  arbiter: v.optional(controllerIdSchema),
  /** Volumes move to the controller at which most of their I/O arrives. */
  ownershipByLoad: v.optional(v.boolean()),
  /** Of the logical units that anybody has registered with or reserved. Absent: none. */
  reservations: v.optional(v.pipe(v.array(unitReservationsSchema), v.maxLength(LIMITS.volumes))),
  reservationNotice: v.optional(reservationNoticeSchema),
  /** The last change of reservations by each controller: its incarnation and a number. */
  reservationChanges: v.optional(v.object({ a: v.optional(v.string()), b: v.optional(v.string()) })),
  operations: v.optional(v.pipe(v.array(operationSchema), v.maxLength(LIMITS.operations))),
  /** The oldest first; the oldest is dropped when there are too many. */
  completedRequests: v.pipe(v.array(completedRequestSchema), v.maxLength(LIMITS.completedRequests)),
  /** How many of them were dropped, and a filter of their ids. Absent: none. */
  droppedResults: v.optional(count),
  expiredIds: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]+$/), v.length(LIMITS.expiredIdBits / 4))),
})
export type ArrayState = v.InferOutput<typeof arrayStateSchema>
