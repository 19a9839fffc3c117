/** The Debian packages that the tests use, beside Node itself. */
import { spawnSync } from 'node:child_process'

/** `a|b`: either will do; later releases of Debian renamed some libraries. */
const PACKAGES = [
  // Electron
  ...['libnss3', 'libgtk-3-0|libgtk-3-0t64', 'libasound2|libasound2t64', 'libgbm1', 'libxss1'],
  ...['libatk-bridge2.0-0|libatk-bridge2.0-0t64', 'libatspi2.0-0|libatspi2.0-0t64', 'libdrm2', 'libxkbcommon0'],
  ...['libcups2|libcups2t64', 'libxtst6', 'xvfb', 'xauth', 'fonts-dejavu-core'],
  // the browser of the browser shell
  ...['chromium', 'chromium-driver'],
  // outside iSCSI initiators, and a target to compare with
  ...['libiscsi-bin', 'qemu-utils', 'qemu-block-extra', 'tgt'],
  // a client of the management ports
  'redfishtool',
  // what captured traffic is checked with
  'tshark',
  // installers
  ...['dpkg', 'fakeroot', 'zip', 'unzip'],
]

export function ensureDebianPackages({ mayAskSudo }) {
  if (spawnSync('dpkg-query', ['--version']).error) {
    console.log('Not a Debian system: whether the programs that the tests use are there is not checked.')
    return
  }
  const missing = PACKAGES.filter((names) => !names.split('|').some(isInstalled)).map(installableName)
  if (missing.length === 0) return
  const isRoot = process.getuid?.() === 0
  console.log(`Missing Debian packages: ${missing.join(' ')}`)
  if (!isRoot && !mayAskSudo) {
    console.error(`Install them, or run "npm test -- --install":\n  sudo apt-get install ${missing.join(' ')}`)
    process.exit(2)
  }
  const prefix = isRoot ? [] : ['sudo']
  run([...prefix, 'apt-get', 'update', '-q'])
  run([...prefix, 'apt-get', 'install', '-q', '-y', '--no-install-recommends', ...missing])
}

function isInstalled(name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' })
  return stdout.includes('install ok installed')
}

function installableName(names) {
  const candidates = names.split('|')
  return candidates.find((name) => spawnSync('apt-cache', ['show', name]).status === 0) ?? candidates[0]
}

function run([file, ...args]) {
  const { status } = spawnSync(file, args, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) {
    console.error(`${file} ${args.join(' ')} failed`)
    process.exit(2)
  }
}
