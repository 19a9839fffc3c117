import type { FuzzTarget } from '../target'
import { cdbTarget } from './cdb'
import { deskTarget } from './desk'
import { folderTarget } from './folder'
import { givenTarget } from './given'
import { httpTarget } from './http'
import { imagesTarget } from './images'
import { iscsiTarget } from './iscsi'
import { recordingTarget } from './recording'
import { serviceTarget } from './service'
import { startTarget } from './start'

export const TARGETS: readonly FuzzTarget[] = [
  iscsiTarget,
  cdbTarget,
  imagesTarget,
  serviceTarget,
  httpTarget,
  startTarget,
  folderTarget,
  recordingTarget,
  givenTarget,
  deskTarget,
]
