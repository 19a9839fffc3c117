import { chooseAddresses } from './addresses'
import type { Lab, LabOptions } from './lab'
import { openLabFolder } from './lab-folder'
import { LabStartError } from '../platform/lab-start-error'
import { RunningLab } from './running-lab'

/** Opens the lab in `options.folder`, or makes it there, and starts its controllers and its host. Throws LabStartError. */
export async function createLab(options: LabOptions): Promise<Lab> {
  const folder = openLabFolder(options)
  let lab: RunningLab | undefined
  try {
    const { addresses, notices } = await chooseAddresses(options)
    lab = new RunningLab({ options, folder, addresses, notices: [...folder.notices, ...notices] })
    lab.start()
    return lab
  } catch (error) {
    // Controllers that have started write the drives, so they end before the folder is free.
    if (lab === undefined) folder.release()
    else await lab.close()
    throw isOfSystem(error) ? new LabStartError(`Cannot start the lab in ${folder.folder}: ${error.message}.`) : error
  }
}

/** Something that a person can mend, for example a full disk, and no mistake of ours. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error
}
