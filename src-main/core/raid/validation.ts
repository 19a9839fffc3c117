import { failure, ok, type Result } from '../../base/result'
import type { ArrayConfiguration, DriveEntry, RaidGroup, RaidLevel, Section, Volume } from '../../contract/configuration'
import { LIMITS } from '../../contract/limits'
import type { ServiceError, ServiceErrorCode } from '../../contract/service-request'
import { layoutOf, LEVEL_RULES, type GroupLayout } from './geometry'
import { sliceBlocks } from './space'
import { SUPERBLOCK_AREA_BLOCKS } from './superblock-area'

/** Chunks are whole 4 KiB pages, and no longer than 1 MiB. */
const CHUNK_UNIT_BLOCKS = 8
const MAX_CHUNK_BLOCKS = LIMITS.chunkBlocks

const LEVEL_NAMES: Readonly<Record<RaidLevel, string>> = {
  linear: 'linear',
  raid0: 'RAID-0',
  raid1: 'RAID-1',
  raid5: 'RAID-5',
  raid6: 'RAID-6',
  raid10: 'RAID-10',
}

/** What is wrong: its sentence, code and field. */
type Finding = ServiceError | undefined

/**
 * Checks that a well-formed configuration makes sense: everything fits, nothing overlaps, and nothing has the name of another.
 * Reports the first mistake.
 */
export function validateConfiguration(configuration: ArrayConfiguration): Result<ArrayConfiguration, ServiceError> {
  const finding = checkDrives(configuration) ?? checkGroups(configuration) ?? checkVolumes(configuration) ?? checkLuns(configuration)
  return finding === undefined ? ok(configuration) : failure(finding)
}

function checkDrives({ arrayId, drives }: ArrayConfiguration): Finding {
  const odd = [arrayId, ...drives.map((drive) => drive.id)].find((id) => !/^[\x21-\x7e]+$/.test(id))
  if (odd !== undefined) return wrong('bad-parameter', 'drives', `The identifier "${odd}" must be printable ASCII without spaces.`)
  const small = drives.find((drive) => drive.blockCount <= SUPERBLOCK_AREA_BLOCKS)
  if (small !== undefined) return wrong('bad-parameter', 'drives', `Drive ${small.index} has no room behind its superblocks.`)
  return (
    checkUnique(drives, { of: (drive) => drive.index, field: 'drives', says: (index) => `Two drives have the index ${index}.` }) ??
    checkUnique(drives, { of: (drive) => drive.id, field: 'drives', says: (id) => `Two drives have the identifier ${id}.` })
  )
}

function checkGroups({ drives, groups }: ArrayConfiguration): Finding {
  for (const group of groups) {
    const finding = checkShape(group) ?? first(group.sections, (section) => checkSection(section, group, drives))
    if (finding !== undefined) return finding
    if (layoutOf(group).stripeCount < 1) {
      return wrong('bad-parameter', 'sections', `A section of group "${group.name}" is shorter than one chunk.`)
    }
  }
  return (
    checkUnique(groups, { of: (group) => group.id, field: 'groups', says: (id) => `Two groups have the number ${id}.` }) ??
    checkUnique(groups, { of: (group) => group.name, field: 'name', says: (name) => `There is already a group named "${name}".` }) ??
    checkSectionsApart(groups)
  )
}

function checkShape(group: RaidGroup): Finding {
  const { chunkBlocks, level, name, sections } = group
  const rule = LEVEL_RULES[level]
  if (chunkBlocks % CHUNK_UNIT_BLOCKS !== 0 || chunkBlocks > MAX_CHUNK_BLOCKS) {
    return wrong(
      'bad-parameter',
      'chunkBlocks',
      `The chunk of group "${name}" must be a multiple of ${CHUNK_UNIT_BLOCKS} blocks, at most ${MAX_CHUNK_BLOCKS}.`,
    )
  }
  if (sections.length < rule.minSections) {
    return wrong(
      'bad-parameter',
      'sections',
      `Group "${name}" has ${sections.length} sections; ${LEVEL_NAMES[level]} needs at least ${rule.minSections}.`,
    )
  }
  if (sections.length % rule.sectionMultiple !== 0) {
    return wrong(
      'bad-parameter',
      'sections',
      `Group "${name}" has ${sections.length} sections; ${LEVEL_NAMES[level]} needs a multiple of ${rule.sectionMultiple}.`,
    )
  }
  if (rule.distinctDrives && new Set(sections.map((section) => section.drive)).size < sections.length) {
    return wrong(
      'bad-parameter',
      'sections',
      `Group "${name}" has two sections on one drive; ${LEVEL_NAMES[level]} would lose both with it.`,
    )
  }
  return undefined
}

function checkSection(section: Section, group: RaidGroup, drives: readonly DriveEntry[]): Finding {
  const drive = drives.find((candidate) => candidate.index === section.drive)
  if (drive === undefined) {
    return wrong('not-found', 'sections', `Group "${group.name}" has a section on drive ${section.drive}, which does not exist.`)
  }
  if (section.firstBlock < SUPERBLOCK_AREA_BLOCKS) {
    const where = `the first ${SUPERBLOCK_AREA_BLOCKS} blocks of drive ${drive.index}, where its superblocks are`
    return wrong('bad-parameter', 'sections', `A section of group "${group.name}" is in ${where}.`)
  }
  if (section.firstBlock + section.blockCount > drive.blockCount) {
    return wrong('no-space', 'sections', `A section of group "${group.name}" goes beyond the end of drive ${drive.index}.`)
  }
  return undefined
}

function checkSectionsApart(groups: readonly RaidGroup[]): Finding {
  const sections = groups.flatMap((group) => group.sections.map((section) => ({ ...section, group })))
  sections.sort((a, b) => a.drive - b.drive || a.firstBlock - b.firstBlock)
  return firstPair(sections, (section, next) =>
    section.drive === next.drive && section.firstBlock + section.blockCount > next.firstBlock
      ? wrong('conflict', 'sections', `Sections of groups "${section.group.name}" and "${next.group.name}" overlap on drive ${next.drive}.`)
      : undefined,
  )
}

function checkVolumes({ groups, volumes }: ArrayConfiguration): Finding {
  const layouts = new Map(groups.map((group) => [group.id, layoutOf(group)]))
  return (
    checkUnique(volumes, { of: (volume) => volume.id, field: 'volumes', says: (id) => `Two volumes have the number ${id}.` }) ??
    checkUnique(volumes, { of: (volume) => volume.name, field: 'name', says: (name) => `There is already a volume named "${name}".` }) ??
    checkUnique(volumes, {
      of: (volume) => volume.serial,
      field: 'serial',
      says: (serial) => `Two volumes have the serial number ${serial}.`,
    }) ??
    first(volumes, (volume) => checkSlice(volume, layouts.get(volume.groupId))) ??
    checkSlicesApart(volumes, layouts)
  )
}

function checkSlice(volume: Volume, layout: GroupLayout | undefined): Finding {
  if (layout === undefined) {
    return wrong('not-found', 'groupId', `Volume "${volume.name}" is in group ${volume.groupId}, which does not exist.`)
  }
  if (volume.firstBlock % layout.stripeBlocks !== 0) {
    return wrong(
      'bad-parameter',
      'firstBlock',
      `Volume "${volume.name}" must begin at a multiple of ${layout.stripeBlocks} blocks, with a stripe of its group.`,
    )
  }
  if (volume.firstBlock + volume.blockCount > layout.usableBlocks) {
    return wrong(
      'no-space',
      'blockCount',
      `Volume "${volume.name}" goes beyond the end of its group, which has ${layout.usableBlocks} blocks.`,
    )
  }
  return undefined
}

function checkSlicesApart(volumes: readonly Volume[], layouts: ReadonlyMap<number, GroupLayout>): Finding {
  const sorted = [...volumes].sort((a, b) => a.groupId - b.groupId || a.firstBlock - b.firstBlock)
  return firstPair(sorted, (volume, next) => {
    const layout = layouts.get(volume.groupId)
    if (layout === undefined || volume.groupId !== next.groupId) return undefined
    return volume.firstBlock + sliceBlocks(layout, volume.blockCount) > next.firstBlock
      ? wrong('conflict', 'firstBlock', `Volumes "${volume.name}" and "${next.name}" overlap.`)
      : undefined
  })
}

function checkLuns({ luns, volumes }: ArrayConfiguration): Finding {
  return (
    checkUnique(luns, { of: (mapping) => mapping.lun, field: 'lun', says: (lun) => `LUN ${lun} is already mapped.` }) ??
    checkUnique(luns, { of: (mapping) => mapping.volumeId, field: 'volume', says: (id) => `Volume ${id} is already mapped to a LUN.` }) ??
    first(luns, ({ lun, volumeId }) =>
      volumes.some((volume) => volume.id === volumeId)
        ? undefined
        : wrong('not-found', 'volume', `LUN ${lun} is mapped to volume ${volumeId}, which does not exist.`),
    )
  )
}

interface Uniqueness<T, K> {
  readonly of: (item: T) => K
  readonly field: string
  readonly says: (key: K) => string
}

function checkUnique<T, K>(items: readonly T[], by: Uniqueness<T, K>): Finding {
  const seen = new Set<K>()
  for (const item of items) {
    const key = by.of(item)
    if (seen.has(key)) return wrong('already-exists', by.field, by.says(key))
    seen.add(key)
  }
  return undefined
}

function first<T>(items: readonly T[], check: (item: T) => Finding): Finding {
  for (const item of items) {
    const finding = check(item)
    if (finding !== undefined) return finding
  }
  return undefined
}

function firstPair<T>(items: readonly T[], check: (item: T, next: T) => Finding): Finding {
  return first(
    items.slice(1).map((next, index) => ({ item: items[index], next })),
    ({ item, next }) => (item === undefined ? undefined : check(item, next)),
  )
}

function wrong(code: ServiceErrorCode, field: string, message: string): ServiceError {
  return { code, message, field }
}
