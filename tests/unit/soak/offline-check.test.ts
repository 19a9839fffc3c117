import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import { checkRows, type ImageFile } from '../../soak/offline-check'
import { firstArrayState } from '../../support/fake-lab-data'
import { groupOf } from '../core/raid/world'

const BLOCKS = 160
const group = groupOf('raid5', 4)
let folder: string
let images: ImageFile[]

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'offline-check-'))
  images = group.sections.map(({ drive }) => ({ index: drive, file: path.join(folder, `drive-${drive}.img`), blockCount: BLOCKS }))
  for (const { file } of images) fs.writeFileSync(file, new Uint8Array(BLOCKS * BLOCK_BYTES))
})

afterEach(() => fs.rmSync(folder, { recursive: true }))

function check(): Promise<string[]> {
  return checkRows({ configuration: { ...firstArrayState(4).configuration, groups: [group] } }, images)
}

it('finds nothing where parity matches the data, and the stripe in which one bit does not', async () => {
  expect(await check()).toEqual([])
  const { file } = present(images[2], 'an image')
  const image = fs.readFileSync(file)
  const { firstBlock } = present(group.sections[2], 'a section')
  image[(firstBlock + 3 * group.chunkBlocks + 1) * BLOCK_BYTES + 7]! ^= 1
  fs.writeFileSync(file, image)
  expect(await check()).toEqual(['group "group", stripe 3: copies or parity do not match the data'])
})

it('finds a drive that is cut', async () => {
  fs.truncateSync(present(images[1], 'an image').file, 40 * BLOCK_BYTES)
  expect((await check()).length).toBeGreaterThan(0)
})
