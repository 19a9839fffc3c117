/** `npm run soak`, once the lab is built. */
import { runBundled } from '../support/run-bundled.mjs'

await runBundled('soak')
