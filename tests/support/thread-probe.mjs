/**
 * Loaded into every thread of a lab with `--import`. It says which thread of the system is which controller, and takes a
 * profile of each controller's thread while the process is told to: SIGUSR2 starts one, the next SIGUSR2 ends it.
 *
 * `--cpu-prof` would not do: it covers a thread's whole life, and a controller's thread is ended from outside.
 * `TAKEOVER_LAB_PROBE` names the folder for what is found.
 */
import { readlinkSync, renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
import { BroadcastChannel, isMainThread, workerData } from 'node:worker_threads'

const SAMPLE_EVERY_US = 200

const folder = process.env.TAKEOVER_LAB_PROBE
const place = isMainThread ? 'main' : controllerOf(workerData)
const channel = new BroadcastChannel('takeover-lab-probe')
channel.unref()

if (folder !== undefined && place !== undefined) {
  writeFileSync(join(folder, `${place}.thread`), readlinkSync('/proc/thread-self').split('/').at(-1))
  if (isMainThread) process.on('SIGUSR2', () => channel.postMessage('switch'))
  else profileWhenTold(place)
}

/** Other workers' data has no id of a controller. */
function controllerOf(data) {
  return data?.id === 'a' || data?.id === 'b' ? `controller-${data.id}` : undefined
}

function profileWhenTold(name) {
  let session
  channel.onmessage = () => {
    if (session === undefined) {
      session = new Session()
      session.connect()
      session.post('Profiler.enable')
      session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US })
      session.post('Profiler.start')
      return
    }
    const ended = session
    session = undefined
    ended.post('Profiler.stop', (error, result) => {
      if (error !== null) throw new Error(error.message)
      // Whoever waits for the file never sees half of it.
      const file = join(folder, `${name}.cpuprofile`)
      writeFileSync(`${file}.part`, JSON.stringify(result.profile))
      renameSync(`${file}.part`, file)
      ended.disconnect()
    })
  }
}
