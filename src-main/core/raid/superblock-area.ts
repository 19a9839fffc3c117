/** Blocks at the beginning of every drive that no section may use: 1 MiB. */
export const SUPERBLOCK_AREA_BLOCKS = 2048
