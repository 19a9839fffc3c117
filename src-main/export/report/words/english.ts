import type { TraceKind } from '../../../contract/trace'
import { html, type Markup } from '../markup'
import { FAULT_NAMES } from './english-faults'

/** The words of the report. Numbers and times come as they are written in the language. German has the same type. */
export const ENGLISH = {
  titleOfRecording: (name: string) => `Takeover Lab: evidence of recording ${name}`,
  titleOfExercise: (id: string, seed: number) => `Takeover Lab: evidence of exercise ${id}, seed ${seed}`,
  titleOfSeed: (seed: number, isFork: boolean) => `Takeover Lab: evidence of ${isFork ? 'a fork of ' : ''}simulated seed ${seed}`,
  verdict: {
    violations: (count: string) => `Checkers found violations: ${count}.`,
    noViolation: 'No checker found a violation from the first event to the last.',
    lost: (count: string) => `Acknowledged blocks that were lost: ${count}.`,
    noHost: 'There was no host, so nothing is known of acknowledged writes.',
    acknowledged: (count: string) => `${count} writes were acknowledged`,
    underWay: (writes: string, checked: string, blocks: string) =>
      `${writes}; reading back was under way: ${checked} of ${blocks} blocks, none lost.`,
    readBack: (writes: string, blocks: string) => `${writes}; ${blocks} blocks were read back, and none was lost`,
    before: (readBack: string) => `${readBack}, but that was before the last fault or takeover. Not checked since.`,
    notChecked: (writes: string) => `${writes}. Not checked: they were not read back in this run.`,
  },
  facts: {
    virtualSeconds: 'virtual seconds',
    seconds: 'seconds',
    events: 'events',
    faults: 'faults',
    takeovers: 'takeovers',
    slowest: 'slowest answer, ms',
    none: 'none',
  },
  notes: 'Notes',
  pair: {
    heading: 'The pair',
    noPicture: 'There is no picture of this moment.',
    shown: (time: string) => `At ${time}, which the player showed.`,
    end: (time: string) => `At ${time}, the end of the run.`,
    portal: (letter: string) => `portal ${letter}`,
    nobodyAnswers: 'nobody answers',
    controller: (letter: string) => `Controller ${letter}`,
    noHost: 'no host',
    workloadRuns: 'workload runs',
    workloadStopped: 'workload stopped',
    requests: (count: string) => `${count} requests/s`,
    acknowledged: (count: string) => `${count} writes acknowledged`,
    lost: (count: string) => `${count} blocks lost`,
    state: { starting: 'starting', running: 'running', hung: 'hung', resetting: 'resetting', down: 'down' },
    phase: { booting: 'booting', waiting: 'waiting', joining: 'joining', serving: 'serving', 'taking-over': 'taking over' },
    phaseUnknown: 'not known',
    startNumber: (count: number) => `start number ${count}`,
    serviceOwner: 'service owner',
    ownsNothing: 'owns no volume',
    owns: (volumes: string) => `owns ${volumes}`,
    volumes: (count: number) => `${count} volumes`,
    nvram: (mirror: string, policy: string) => `NVRAM: mirror ${mirror}, policy ${policy}`,
    mirror: { 'in-step': 'in step', resyncing: 'resyncing', away: 'away', off: 'off' },
    interconnect: { up: 'interconnect up', cut: 'interconnect cut' },
    drive: (index: number | string, state: string) => `drive ${index}: ${state}`,
    faulty: 'fault',
    accesses: (reads: string, writes: string) => `${reads} reads, ${writes} writes`,
  },
  driveState: { online: 'online', failed: 'failed', rebuilding: 'rebuilding' },
  timeline: {
    heading: 'Timeline',
    picture: 'Timeline of the run',
    lanes: { fault: 'Faults', act: 'Acts', takeover: 'Takeovers', violation: 'Violations' },
    hostWaits: 'Host waits',
    latency: 'Latency',
    caption: (all: string, good: string, bad: string) =>
      `${all} answers of the host: when each came, and how long the host had waited for it, on a logarithmic scale. ` +
      `Green dots: good (${good}). Red bars: lost, refused or failed (${bad}). ` +
      `While nobody answers, there is none. Bars in “Host waits” are outages that the host measured.`,
    omitted: (count: string) => ` ${count} commands were counted, but not traced.`,
  },
  takeovers: {
    heading: 'Takeovers',
    none: 'There was none.',
    earlier: (count: number) => `Takeovers of this lab before the run began: ${count}.`,
    title: (survivor: string, dead: string, reason: string) => `${survivor} takes over from ${dead}: ${reason}`,
    reason: { crash: 'crash', hang: 'hang', interconnect: 'interconnect cut', planned: 'planned', restart: 'planned restart' },
    lastHeard: (time: string) => `Failed, or last heard of, at ${time}.`,
    toService: (ms: string) => `From then to service: ${ms} ms.`,
    notCompleted: 'It was not completed.',
    waited: (ms: string, lun: number, isOver: boolean) =>
      `The host waited ${ms} ms for LUN ${lun}${isOver ? '' : ' until the next fault or the end, and had no answer yet'}.`,
    volumes: (count: number) => `Volumes taken over: ${count}.`,
    notGivenBack: 'Not given back.',
    givenBack: (time: string) => `Given back at ${time}.`,
    picture: 'What the host waited for each LUN, and the phases, in proportion',
    waitBar: (lun: number, ms: string) => `LUN ${lun} waited ${ms} ms`,
    columns: { phase: 'Phase', took: 'took, ms', ended: 'ended at', records: 'log records' },
    phases: {
      detect: 'detect: the failure is noticed',
      fence: 'fence: the other controller is proven unable to write',
      claim: 'claim: its volumes, in a new epoch',
      replay: 'replay: of its mirrored log, to the drives',
      adopt: 'adopt: volumes and addresses',
      serve: 'serve: hosts and service requests',
    },
  },
  marks: {
    heading: 'Faults, acts and takeovers',
    none: 'There were none.',
    columns: { time: 'Time', kind: 'Kind', what: 'What', where: 'Where' },
    kinds: { fault: 'fault', act: 'act', takeover: 'takeover', violation: 'violation' },
    takeover: (survivor: string, dead: string, reason: string) => `${survivor} takes over from ${dead} (${reason})`,
    wholePair: 'the pair',
    hitNothing: 'hit nothing',
    left: (left: string, notDrawn: string) => `${left} more are not listed. All but ${notDrawn} are in the picture.`,
  },
  places: {
    host: 'host',
    interconnect: 'interconnect',
    midplane: 'midplane',
    portal: 'portal',
    management: 'management',
    controller: 'controller',
    drive: 'drive',
  },
  faults: FAULT_NAMES,
  /** What people and the lab did that is no fault, by the event that tells of it. */
  acts: {
    'lab.started': 'The lab starts',
    'lab.stopped': 'The lab stops',
    'host.workload-started': 'The workload starts',
    'host.workload-stopped': 'The workload stops',
    'host.verification-started': 'The ledger is read back',
    'host.verification-finished': 'The ledger has been read back',
    'midplane.controller-started': 'Started',
    'midplane.interconnect-mended': 'The interconnect is mended',
    'midplane.portal-plugged-in': 'Plugged in',
    'midplane.management-plugged-in': 'Plugged in',
    'midplane.address-given-back': 'The other device is gone',
    'midplane.battery-put-back': 'The battery is back',
    'drive.put-back': 'Put back',
    'drive.rebuild-started': 'A rebuild starts',
    'drive.rebuilt': 'Rebuilt',
    'giveback.started': 'Giveback starts',
    'giveback.completed': 'Giveback is complete',
    'service.owner-changed': 'Has service ownership',
    'volume.owner-changed': 'Has another volume',
    'volume.created': 'A volume is created',
    'volume.deleted': 'A volume is deleted',
    'cache.policy-changed': 'The cache policy is changed',
  } satisfies Partial<Readonly<Record<TraceKind, string>>>,
  configuration: {
    heading: 'Configuration at the end of the run',
    none: 'No controller said how the array is configured.',
    drives: 'Drives',
    driveColumns: { drive: 'Drive', id: 'Identifier', size: 'Size', state: 'State', reads: 'Reads', writes: 'Writes' },
    noHost: 'There was no host.',
    workload: (rate: string, reads: number, block: string, region: string) =>
      `Workload: ${rate} requests a second, ${reads} % reads, blocks of ${block} bytes, in the first ${region} of each volume.`,
    array: (name: string, generation: number) => `Array “${name}”, generation ${generation}.`,
    scheme: (scheme: string) => `Dispatch scheme: ${scheme}.`,
    serviceOwner: (letter: string) => `Service owner: ${letter}.`,
    cachePolicy: (policy: string) => `While the mirror is away: ${policy}.`,
    automaticGiveback: (isOn: boolean) => `Automatic giveback: ${isOn ? 'on' : 'off'}.`,
    ownershipByLoad: (isOn: boolean) => `Ownership by load: ${isOn ? 'on' : 'off'}.`,
    groups: 'Groups',
    groupColumns: { group: 'Group', level: 'Level', chunk: 'Chunk', sections: 'Sections' },
    levels: { linear: 'linear', raid0: 'RAID 0', raid1: 'RAID 1', raid5: 'RAID 5', raid6: 'RAID 6', raid10: 'RAID 10' },
    section: (drive: number, size: string) => `drive ${drive}: ${size}`,
    volumes: 'Volumes',
    volumeColumns: { volume: 'Volume', lun: 'LUN', group: 'Group', size: 'Size', owner: 'Owner', preferred: 'Preferred owner' },
    owner: (letter: string, epoch: number) => `${letter}, epoch ${epoch}`,
    noLun: 'none',
  },
  origin: {
    heading: 'Where it comes from, and how to reproduce it',
    madeBy: (version: string, time: string) => `This report was made by Takeover Lab ${version} at ${time}.`,
    exercise: (id: string, seed: number, acts: number) =>
      `A simulated run: exercise ${id} with seed ${seed}, and what its learner did: ${acts} acts. Times are virtual. The same version ` +
      'gives the same run, event by event, on any machine.',
    seed: (seed: number, operations: number, around: { readonly hosts: number; readonly stations: number } | undefined) =>
      `A simulated run: seed ${seed}, ${operations} operations` +
      `${around === undefined ? '' : `, ${around.hosts} hosts, ${around.stations} stations`}. ` +
      'Times are virtual. The same version gives the same run, event by event, on any machine:',
    hash: (hash: string): Markup => html`The hash of its events must be <code>${hash}</code>.`,
    fork: (parted: { readonly event: number; readonly at: string } | undefined): Markup =>
      html`It is a fork of that seed: the same run up to an event, after which something was changed, as the command
        says.${parted === undefined ? '' : ` The last change came about at event ${parted.event}, at ${parted.at}.`} Without
        <code>--fork</code> the command gives the run that it parted from.`,
    recording: (name: string, lab: string, target: string): Markup =>
      html`A recording of a live lab: file <code>${name}</code> of lab <code>${lab}</code>, target <code>${target}</code>,`,
    recordedBy: (version: string) => `recorded by version ${version}`,
    begins: (time: string, clock: string) => ` It begins at ${time}, and its clock at ${clock}.`,
    watchAgain: 'To watch it again, open the file under Simulation in any lab.',
    nothingDone: 'Nobody did anything to the pair in this recording.',
    commands: (): Markup =>
      html`To do the same to a lab with this configuration, send these commands at these times (<code>POST /api/lab/NAME</code> with the
        JSON as body, or the buttons of the window). Threads never run twice alike, so milliseconds will differ. Starts that the lab did by
        itself are in the list, too: where one is done already, it is refused.`,
    moreCommands: (count: string) => `After the last of them there were ${count} more, which are not listed.`,
  },
}

export type ReportWords = typeof ENGLISH
