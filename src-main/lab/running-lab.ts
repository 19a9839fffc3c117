import * as path from 'node:path'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { LabApi } from '../contract/lab-api'
import type { ControllerAddresses } from '../contract/midplane'
import type { RecordingShelf } from '../contract/recording'
import type { LabSnapshot } from '../contract/snapshot'
import type { LiveLab } from '../exercise/live/live-lab'
import { clockOrigin, traceClock } from '../platform/clock'
import { listRecordings } from '../platform/recording-files'
import { RecordingJudge } from './recording-soundness'
import { openTraceFiles, type TraceFiles } from '../platform/trace-files'
import { createTraceWriter, type TraceWriter } from '../platform/trace-writer'
import { Batteries } from './batteries'
import { runLabCommand, type CommandTargets } from './commands'
import { DriveBays } from './drive-bays'
import { openDesk, type OpenDesk } from './exercise-desk'
import { createFlightSaver, type FlightSaver } from './flight-saver'
import { HostSupervisor } from './host-supervisor'
import type { Lab, LabOptions } from './lab'
import { KeptWorkload } from './kept-workload'
import { LabAddresses } from './lab-addresses'
import type { OpenLabFolder } from './lab-folder'
import { LabForExercises } from './lab-for-exercises'
import { createFlightRings, createTraceRings, TRACE_WRITERS } from './lab-rings'
import { postServiceRequest } from './management-client'
import { Midplane } from './midplane'
import { PairBook } from './pair-book'
import { PageRefusals } from './page-refusals'
import { createRecorder, headOf, recordingBounds, type Recorder } from './recorder'
import { RecordingRoom } from './recording-room'
import { runningApi } from './running-api'
import { ShelfThread } from './shelf-thread'
import { SimulationSupervisor } from './simulation'
import { createSnapshotComposer } from './snapshot'
import { createSnapshotSender, urgentPart, type SnapshotSender } from './snapshot-sender'
import { Surprise } from './surprise'
import { Surroundings } from './surroundings'
import { createTraceCollector, type TraceCollector } from './trace-collector'
import { untilServing } from './until-serving'
import { WholeMaker } from './whole-maker'

export interface RunningLabParts {
  readonly options: LabOptions
  readonly folder: OpenLabFolder
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly notices: readonly string[]
}

/** The parts of a lab in this process, and the one interface to them. */
export class RunningLab implements Lab {
  readonly api: LabApi
  readonly live: LiveLab
  readonly #forExercises: LabForExercises
  readonly notices: readonly string[]
  readonly #folder: OpenLabFolder
  readonly #addresses: LabAddresses
  readonly #book = new PairBook()
  readonly #now: () => number
  readonly #trace: TraceWriter
  readonly #pageRefusals: PageRefusals
  readonly #recordingRoom: RecordingRoom
  readonly #files: TraceFiles
  readonly #judge: RecordingJudge
  readonly #collector: TraceCollector
  readonly #recorder: Recorder
  readonly #flightSaver: FlightSaver | undefined
  readonly #bays: DriveBays
  readonly #batteries: Batteries
  readonly #surroundings: Surroundings
  readonly #midplane: Midplane
  readonly #host: HostSupervisor
  readonly #simulation: SimulationSupervisor
  readonly #shelf: ShelfThread
  readonly #desk: OpenDesk
  readonly #surprise: Surprise
  readonly #wholeMaker: WholeMaker
  readonly #snapshots: SnapshotSender
  readonly #compose: () => LabSnapshot
  readonly #workload: KeptWorkload
  #shownAtOnce = ''

  constructor({ options, folder, addresses, notices }: RunningLabParts) {
    this.notices = notices
    this.#folder = folder
    this.#addresses = new LabAddresses(folder.id, addresses)
    const { targetName, token } = this.#addresses
    const clockOriginNs = clockOrigin()
    const now = traceClock(clockOriginNs)
    this.#now = now
    const rings = createTraceRings()
    this.#trace = createTraceWriter({ setup: rings.midplane, now, place: 'midplane' })
    this.#workload = new KeptWorkload({ options, folder, trace: this.#trace })
    this.#pageRefusals = new PageRefusals({ trace: this.#trace, nowMs: now })
    this.#recordingRoom = new RecordingRoom({ given: options.recordingsMib, folder })
    this.#judge = new RecordingJudge(folder.traceFolder)
    this.#files = openTraceFiles(folder.traceFolder, () => headOf(this.#compose()), recordingBounds(this.#recordingRoom.mib))
    this.#collector = createTraceCollector({ rings: TRACE_WRITERS.map((name) => rings[name].memory), now, files: this.#files })
    const flightRings = options.withoutFlightRecorder === true ? undefined : createFlightRings()
    const shared = { spawn: options.spawn, clockOriginNs, targetName, trace: this.#trace }
    this.#bays = new DriveBays({ drives: folder.drives, trace: this.#trace, changed: () => this.#snapshots.soon() })
    this.#batteries = new Batteries({ files: folder.nvramFiles, trace: this.#trace })
    this.#surroundings = new Surroundings({
      addresses,
      batteries: this.#batteries,
      isUp: (id) => this.#midplane.slots[id].isPresent,
      trace: this.#trace,
      networkChanged: () => this.#midplane.networkChanged(),
      changed: () => this.#snapshots.soon(),
    })
    this.#midplane = new Midplane({
      ...shared,
      token,
      addresses,
      arrayId: folder.id,
      drives: folder.drives,
      driveFaults: this.#bays.memory,
      networkFaults: this.#surroundings.memory,
      batteries: this.#batteries,
      nvramFiles: folder.nvramFiles,
      traceRings: rings,
      flightRings,
      changed: () => this.#pairChanged(),
    })
    this.#host = new HostSupervisor({
      ...shared,
      portals: { a: addresses.a.portal, b: addresses.b.portal },
      traceRing: rings.host,
      loadLedger: () => folder.loadLedger(),
      saveLedger: (bytes) => folder.saveLedger(bytes),
      noteOutage: (startedAtMs, outage, waits) => this.#book.takeovers.noteHostOutage(startedAtMs, outage, waits),
    })
    this.#simulation = new SimulationSupervisor(
      (worker) => options.spawn.simulation(worker),
      (name) => this.#findRecording(name),
    )
    // Those that ship, and after them the lab's own.
    const exerciseFolders = [...(options.exerciseFolders ?? []), path.join(folder.folder, 'exercises')]
    this.#shelf = new ShelfThread((worker) => options.spawn.shelf(worker), exerciseFolders)
    this.#forExercises = new LabForExercises({
      nowMs: now,
      compose: () => this.#compose(),
      runCommand: (name, parameters) => runLabCommand(this.#commandTargets(), name, parameters),
      addresses: this.#addresses,
      collector: this.#collector,
    })
    this.live = this.#forExercises.lab
    this.#desk = openDesk({
      simulation: this.#simulation,
      shelf: this.#shelf,
      folders: exerciseFolders,
      labFolder: folder.folder,
      labVersion: options.version,
      labId: folder.id,
      ofClass: {
        folder: options.classFolder ?? folder.classFolder,
        remember: (classFolder) => folder.rememberClassFolder(classFolder),
      },
      live: this.live,
    })
    this.#compose = createSnapshotComposer({
      identity: this.#addresses.identity(folder, options, now()),
      slots: this.#midplane.slots,
      addresses,
      interconnect: this.#midplane.interconnect,
      counts: this.#book.counts,
      drives: folder.drives,
      faultsOf: (drive) => this.#bays.faultsOf(drive),
      faultsAround: (id) => this.#surroundings.faultsOf(id),
      nowMs: now,
      takeovers: () => this.#book.takeovers.records,
      host: () => this.#book.explained(this.#host.report),
      trace: () => this.#collector.counts(),
      makingWhole: () => this.#wholeMaker.report,
      surprise: () => this.#surprise.report,
    })
    this.#surprise = new Surprise({
      driveCount: folder.drives.length,
      run: (name, parameters) => runLabCommand(this.#commandTargets(), name, parameters),
      trace: this.#trace,
      nowMs: now,
      changed: () => this.#snapshots.soon(),
    })
    this.#wholeMaker = new WholeMaker({
      snapshot: this.#compose,
      midplane: this.#midplane,
      bays: this.#bays,
      surroundings: this.#surroundings,
      surprise: this.#surprise,
      requestService: (to, request) => postServiceRequest(this.#addresses.management(to), request),
      nowMs: now,
      changed: () => this.#snapshots.soon(),
    })
    this.#snapshots = createSnapshotSender(() => this.#shown())
    const onEvents = this.#collector.onEvents
    this.#recorder = createRecorder({ sink: this.#files, compose: this.#compose, onEvents })
    const keepTogether = (isOn: boolean): void => this.#files.keepTogether(isOn)
    this.#flightSaver = flightRings && createFlightSaver({ rings: flightRings, nowMs: now, sink: this.#files, keepTogether, onEvents })
    this.api = runningApi({
      shown: () => this.#shown(),
      addresses: this.#addresses,
      runCommand: (name, parameters) => runLabCommand(this.#commandTargets(), name, parameters),
      collector: this.#collector,
      snapshots: this.#snapshots,
      surprise: this.#surprise,
      simulation: this.#simulation,
      recordings: () => this.#recordings(),
      desk: this.#desk,
    })
    this.#collector.onEvents((events) => this.#book.lookForFaults(events, this.#host))
  }

  start(): void {
    this.#trace.record({ place: 'midplane', kind: 'lab.started', data: { lab: this.#folder.id } })
    this.#workload.remember(this.#workload.now)
    this.#recordingRoom.rememberGiven()
    this.#midplane.start(...CONTROLLER_IDS)
    this.#host.start(this.#workload.now.settings, this.#workload.now.running)
  }

  notePageRefusal(remote: string, text: string): void {
    this.#pageRefusals.note(remote, text)
  }

  announce({ commands, page }: Parameters<Lab['announce']>[0]): void {
    if (page) this.#addresses.httpUrl = commands
    this.#folder.publishAccess({ ...this.#addresses.access(), commands })
  }

  untilServing(timeoutMs: number): Promise<void> {
    return untilServing({ api: this.api, slots: this.#midplane.slots, timeoutMs })
  }

  /** Whatever fails, the folder is free only when nobody writes it any more. */
  async close(): Promise<void> {
    this.#wholeMaker.close()
    this.#surprise.close()
    this.#desk.classroom.close()
    await this.#desk.live.giveUp()
    try {
      await this.#simulation.close()
      await this.#shelf.close()
      await this.#host.close()
    } finally {
      this.#batteries.close()
      await this.#surroundings.close()
      await this.#midplane.close()
      this.#trace.record({ place: 'midplane', kind: 'lab.stopped' })
      this.#snapshots.close()
      this.#flightSaver?.close()
      this.#recorder.close()
      this.#trace.close()
      this.#collector.close()
      this.#folder.release()
    }
  }

  /** As those may see it who watch the lab. */
  #shown(): LabSnapshot {
    return this.#surprise.maskSnapshot(this.#compose())
  }

  #commandTargets(): CommandTargets {
    return {
      midplane: this.#midplane,
      bays: this.#bays,
      surroundings: this.#surroundings,
      surprise: this.#surprise,
      host: this.#host,
      wholeMaker: this.#wholeMaker,
      recordings: this.#files,
      boundRecordings: (mib) => this.#recordingRoom.set(mib, this.#files),
      nowMs: this.#now,
      workload: () => this.#workload.now,
      rememberWorkload: (workload) => this.#workload.remember(workload),
    }
  }

  #pairChanged(): void {
    this.#book.look(this.#midplane, this.#host)
    this.#recorder.look()
    this.#forExercises.look()
    const shownAtOnce = urgentPart(this.#midplane)
    if (shownAtOnce !== this.#shownAtOnce) this.#snapshots.soon()
    this.#shownAtOnce = shownAtOnce
  }

  #recordings(): RecordingShelf {
    const recordings = listRecordings(this.#folder.traceFolder, this.#files.currentName)
    return { recordings: this.#judge.judged(recordings), roomMib: this.#recordingRoom.mib }
  }

  async #findRecording(name: string): Promise<string> {
    if (name === this.#files.currentName) {
      this.#recorder.look()
      await this.#collector.flush()
    }
    return path.join(this.#folder.traceFolder, name)
  }
}
