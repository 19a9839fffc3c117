import { FolderShelf } from '../../src-main/exercise/shelf/folder-shelf'
import type { Shelf } from '../../src-main/exercise/shelf/shelf'

/** The shelf of the lab without its thread: exercises are read where they are asked for. */
export function directShelf(folders: readonly string[]): Shelf {
  const shelf = new FolderShelf(folders)
  return { list: (language) => Promise.resolve(shelf.list(language)), open: (id, options) => Promise.resolve(shelf.open(id, options)) }
}
