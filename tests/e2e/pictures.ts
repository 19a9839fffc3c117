/** Pictures of the window, kept as artifacts of the run in a folder for each host. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const artifactsDir = fileURLToPath(new URL('../artifacts', import.meta.url))

/** Set by the configuration: specs do not know which host they run in. */
const HOST_VARIABLE = 'E2E_HOST'

export function keepPicturesOf(host: string): void {
  process.env[HOST_VARIABLE] = host
  mkdirSync(join(artifactsDir, host), { recursive: true })
}

export async function takePicture(name: string): Promise<void> {
  await browser.saveScreenshot(join(artifactsDir, process.env[HOST_VARIABLE] ?? '', `${name.replaceAll(/[^\w-]+/g, '-')}.png`))
}
