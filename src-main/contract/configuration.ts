import * as v from 'valibot'
import { controllerIdSchema } from './controller-id'
import { LIMITS } from './limits'

/**
 * The configuration of the array, as it stands on every drive.
 * Addresses and counts are in blocks of 512 bytes (base/units BLOCK_BYTES).
 */
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1))
const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/** Names of volumes, groups and the array: letters, digits, space, dot, dash and underscore; 1 to 32 characters. */
export const nameSchema = v.pipe(
  v.string('must be text'),
  v.trim(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,31}$/,
    'must be 1 to 32 letters, digits, spaces, dots, dashes, or underscores, starting with a letter or digit',
  ),
)

export const RAID_LEVELS = ['linear', 'raid0', 'raid1', 'raid5', 'raid6', 'raid10'] as const
export type RaidLevel = (typeof RAID_LEVELS)[number]

/** A contiguous extent of one drive. */
export const sectionSchema = v.object({ drive: count, firstBlock: count, blockCount: positive })
export type Section = v.InferOutput<typeof sectionSchema>

/** Sections combined at a RAID level. `chunkBlocks` is the run of blocks on one drive before the next one takes over. */
export const raidGroupSchema = v.object({
  id: count,
  name: nameSchema,
  level: v.picklist(RAID_LEVELS),
  chunkBlocks: positive,
  sections: v.pipe(v.array(sectionSchema), v.minLength(1), v.maxLength(LIMITS.drives)),
})
export type RaidGroup = v.InferOutput<typeof raidGroupSchema>

/**
 * A slice of a group, aligned to whole stripes so that two volumes never share one.
 * `id` is also the claim slot of its ownership epoch on the drives. The NAA identifier is built from `serial`, 16 hex digits
 * that never change and are never reused.
 */
export const volumeSchema = v.object({
  id: v.pipe(count, v.maxValue(LIMITS.volumes - 1)),
  serial: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  name: nameSchema,
  groupId: count,
  firstBlock: count,
  blockCount: positive,
  preferredOwner: controllerIdSchema,
  /** Overrides the array's setting for this volume. */
  automaticGiveback: v.optional(v.boolean()),
})
export type Volume = v.InferOutput<typeof volumeSchema>

const lunMappingSchema = v.object({ lun: v.pipe(count, v.maxValue(LIMITS.luns - 1)), volumeId: count })

export const driveEntrySchema = v.object({ index: count, id, blockCount: positive })
export type DriveEntry = v.InferOutput<typeof driveEntrySchema>

export const arrayConfigurationSchema = v.object({
  arrayId: id,
  name: nameSchema,
  drives: v.pipe(v.array(driveEntrySchema), v.minLength(1), v.maxLength(LIMITS.drives)),
  groups: v.pipe(v.array(raidGroupSchema), v.maxLength(LIMITS.groups)),
  volumes: v.pipe(v.array(volumeSchema), v.maxLength(LIMITS.volumes)),
  luns: v.pipe(v.array(lunMappingSchema), v.maxLength(LIMITS.luns)),
})
export type ArrayConfiguration = v.InferOutput<typeof arrayConfigurationSchema>
