/** `npm run mutate`. */
import { runBundled } from '../support/run-bundled.mjs'

await runBundled('mutation', ['bench'])
