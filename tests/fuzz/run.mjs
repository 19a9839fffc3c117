/** `npm run fuzz`. Bundles the fuzzer, the core and the servers, and runs it. */
import { runBundled } from '../support/run-bundled.mjs'

await runBundled('fuzz', ['worker'])
