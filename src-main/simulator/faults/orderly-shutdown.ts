import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { Fault } from './fault'
import { kill, killApplication } from './kills'

/** A controller that cannot finish, for example for want of room, is not waited for any longer. */
const PATIENCE_MS = 2000

/** The application is quit: both controllers finish what is under way and end. Somebody starts it again later. */
export const orderlyShutdown: Fault = {
  name: 'orderly-shutdown',
  strike({ world, hit }) {
    const told = CONTROLLER_IDS.flatMap((id) => world.incarnation(id) ?? []).filter(({ isAlive }) => isAlive)
    let left = told.length
    let isQuit = false
    const quit = (): void => {
      const standing = told.filter((incarnation) => world.incarnation(incarnation.controller) === incarnation)
      if (!isQuit && standing.length === CONTROLLER_IDS.length) killApplication({ world, hit })
      else if (!isQuit) for (const { controller } of standing) kill({ world, hit }, controller)
      isQuit = true
    }
    for (const incarnation of told) {
      const { controller } = incarnation
      incarnation.deliver(() =>
        world.controller(controller)?.stop(() => {
          left--
          if (left === 0) world.clock.after(0, quit)
        }),
      )
    }
    if (told.length > 0) world.clock.after(PATIENCE_MS, quit)
  },
}
