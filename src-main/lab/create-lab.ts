import { chooseAddresses } from './addresses'
import type { Lab, LabOptions } from './lab'
import { openLabFolder } from './lab-folder'
import { RunningLab } from './running-lab'

/** Opens the lab in `options.folder`, or makes it there, and starts its controllers and its host. Throws LabStartError. */
export async function createLab(options: LabOptions): Promise<Lab> {
  const folder = openLabFolder(options)
  try {
    const { addresses, notices } = await chooseAddresses(options)
    const lab = new RunningLab({ options, folder, addresses, notices: [...folder.notices, ...notices] })
    lab.start()
    return lab
  } catch (error) {
    folder.release()
    throw error
  }
}
