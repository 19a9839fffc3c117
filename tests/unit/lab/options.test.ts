import { describe, expect, it } from 'vitest'
import { parseCommandLine } from '../../../src-main/lab/options'

function parsed(...args: string[]) {
  const result = parseCommandLine(args)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

function complaint(...args: string[]): string {
  const result = parseCommandLine(args)
  return result.ok ? 'accepted' : result.error
}

describe('command line', () => {
  it('has a default for everything', () => {
    expect(parsed()).toMatchObject({
      lab: { driveCount: undefined, portalPorts: { a: undefined, b: undefined }, startWorkload: undefined, workload: {} },
      httpPort: undefined,
      help: false,
    })
  })

  it('reads every option', () => {
    const drives = '--lab /x --drives 8 --drive-mib 64 --accept-copy --no-workload'
    const ports = '--portal-a 0 --portal-b 4000 --management-a 4001 --management-b 4002 --http 0'
    const workload =
      '--workload-rate 50 --workload-read-share 0.25 --workload-block-kib 0.5 --workload-region-mib 2 ' +
      '--recordings-mib 512 --class-folder /share/class --no-flight-recorder'
    expect(parsed(...`${drives} ${ports} ${workload}`.split(' '))).toEqual({
      lab: {
        folder: '/x',
        driveCount: 8,
        driveMib: 64,
        acceptsCopy: true,
        portalPorts: { a: 0, b: 4000 },
        managementPorts: { a: 4001, b: 4002 },
        startWorkload: false,
        workload: { requestsPerSecond: 50, readShare: 0.25, blockBytes: 512, regionBytes: 2 * 1024 * 1024 },
        recordingsMib: 512,
        classFolder: '/share/class',
        withoutFlightRecorder: true,
      },
      httpPort: 0,
      help: false,
    })
  })

  it.each([
    [['--drives', '3'], '--drives must be a whole number from 4 to 24, not "3".'],
    [['--recordings-mib', '31'], '--recordings-mib must be a whole number from 48 to 16384, not "31".'],
    [['--class-folder', ''], '--class-folder must be the path of a folder.'],
    [['--drive-mib', 'big'], '--drive-mib must be a whole number from 16 to 16384, not "big".'],
    [['--portal-a', '65536'], '--portal-a must be a whole number from 0 to 65535, not "65536".'],
    [['--http', '5000', '--portal-b', '5000'], 'Port 5000 is given twice. Each portal, each management port, and the page need their own.'],
    [['--workload', '--no-workload'], 'Give either --workload or --no-workload, not both.'],
    [['--workload-read-share', '2'], expect.stringContaining('--workload-read-share is out of range')],
    [['--workload-rate', ''], expect.stringContaining('--workload-rate is out of range')],
    [['--colour', 'red'], expect.stringContaining("'--colour'")],
    [['extra'], expect.stringContaining("'extra'")],
    [['--lab'], expect.stringContaining("'--lab <value>' argument missing")],
  ])('refuses %j with a sentence', (args, message) => {
    expect(complaint(...args)).toEqual(message)
  })
})
