/** A bound on everything that is counted, queued or buffered, in one place. Crossing one inside the core is a bug. */
export const LIMITS = {
  // ---- The array
  drives: 24,
  /** Faults that a person gives to one drive. */
  badSectors: 64,
  driveExtraLatencyMs: 2000,
  /** Of each message between the controllers. With more, the silence at its beginning would be a cut. */
  interconnectExtraLatencyMs: 500,
  /** Of a surprise: short enough to be read out and typed in. */
  surpriseSeed: 999_999,
  groups: 16,
  /** The most drives that the RAID-5 group of a new array takes; more would make its stripes long. */
  parityGroupDrives: 8,
  /** Parity chunks of a stripe: the most that any RAID level has. */
  parityChunks: 2,
  chunkBlocks: 2048,
  volumes: 64,
  volumeMegabytes: 1024 * 1024,
  luns: 64,
  /** A call to a drive costs as much as copying this many blocks, so smaller gaps are read and written along. */
  gapBlocks: 128,

  // ---- iSCSI and SCSI at a portal
  /** iSCSI sessions of one portal. A controller that serves both has twice as many. */
  sessions: 64,
  connectionsPerSession: 1,
  /** Connections of one portal that have not logged in. The oldest gives way. */
  loginsUnderWay: 32,
  /** TCP connections of one portal, with those that are ending. */
  portalConnections: 128,
  /** From the accepted connection to the full feature phase. */
  loginWithinMs: 15_000,
  /** A session silent for this long is pinged; silent for as long again, it is dropped. */
  pingAfterMs: 15_000,
  /** A session whose initiator was heard within this time is in use: no other login takes its place. */
  sessionInUseMs: 250,
  /** How long a connection that is ending may take. Then it is cut. */
  closeWithinMs: 2000,
  /** Commands in the window of one session (MaxCmdSN - ExpCmdSN + 1). */
  commandWindow: 128,
  /** Data of one SCSI command, in or out. The Block Limits page says so. */
  transferBytes: 4 * 1024 * 1024,
  /** The longest write that is done as a whole or not at all, whatever dies. It must fit into one record of the NVRAM log. */
  atomicBytes: 128 * 1024,
  /** Extents that one UNMAP has. */
  unmapExtents: 64,
  /** Of an iSCSI initiator port: a name of 223 characters, ",i,0x" and the ISID (RFC 7143 §4.2.7.1). */
  initiatorPortLength: 240,
  /** I_T nexuses registered with one logical unit, and with all of the array, because the array state has them all. */
  registrationsOfUnit: 64,
  registrations: 256,
  /**
   * What registrations leave free of the superblock: for a reservation of each unit, news to everyone registered with one, and a
   * takeover, which must never find the state too long.
   */
  registrationsLeaveBytes: 80 * 1024,
  /** Data of one PDU to the target; of one burst, and of what a host sends without being asked. */
  segmentBytes: 256 * 1024,
  burstBytes: 1024 * 1024,
  firstBurstBytes: 64 * 1024,
  outstandingR2t: 4,
  /** Pieces of one data segment, and of the data of one command, that are kept without copying. */
  segmentPieces: 32,
  commandPieces: 256,
  /** Immediate commands under way in one session, which the window does not count. */
  immediateCommands: 16,
  /** Data of all commands that one session may hold at once, and all sessions of one controller. */
  sessionBufferBytes: 64 * 1024 * 1024,
  controllerBufferBytes: 256 * 1024 * 1024,
  /** Data that one session may always hold for commands that have not begun. */
  sessionAssuredBytes: 256 * 1024,
  /** Bytes queued on a connection beyond which the target stops reading from it. */
  connectionQueueBytes: 4 * 1024 * 1024,
  /** Text of a login or a text request, with all its continuations, and the keys in it. */
  textBytes: 64 * 1024,
  textKeys: 256,
  /** What has come in by a connection and waits to be served, beyond which no more is read from it. */
  connectionInboxBytes: 256 * 1024,

  // ---- The time of a controller
  /** Completions that run in one turn before the event loop gets its chance: a busy drive cannot starve the sockets. */
  completionsPerTurn: 1024,
  /** How long they may run. */
  completionsMs: 4,
  /** What is done for guests in one turn: bytes that are moved, and the time it takes. */
  turnBytes: 1024 * 1024,
  turnMs: 2,
  /** What one guest may do before the others have their turn. */
  portionBytes: 256 * 1024,
  /** The least that a portion is charged for: a chunk or a PDU, a SCSI command, and what needs more thought than these. */
  pduBytes: 1024,
  commandBytes: 4096,
  dialogueBytes: 16 * 1024,
  /** How long the patient rest at most while others are served, as a multiple of what they took. */
  patientRest: 8,
  /** What they moved counts as if it had taken at least this long. */
  patientBytesPerMs: 256 * 1024,
  /** The others count as gone after this time at most: after one millisecond for each of the patient. */
  patientQuietMs: 10,
  /** Whoever had more than a portion within this time counts as one of the patient. */
  patientWithinMs: 100,
  /** The peer forwards for many: it counts as so many guests. */
  peerWeight: 4,

  // ---- A controller and its peer
  /** Operations under way on the array of one controller. */
  volumeOperations: 4096,
  /** Task management of one controller waiting until the peer has ended its tasks. More is refused. */
  taskEndsAtPeer: 64,
  /** I/O of one controller waiting for the peer's answer. */
  forwardedOperations: 4096,
  /** Times an operation may find that its volume has just moved. Each move drains the volume, so two is already rare. */
  misdirections: 4,
  /** Messages to the peer that it has not confirmed. Never reached, because every sender bounds its own calls. */
  unconfirmedMessages: 32_768,
  /** NVRAM of one controller: its own log and the mirror of the peer's, half each. */
  nvramBytes: 32 * 1024 * 1024,
  /** A longer write is logged in pieces, so that it fits between others. */
  loggedPieceBytes: 256 * 1024,

  // ---- HTTP, WebSockets and JSON from outside
  /** Arrays and objects within each other, of all JSON that comes from outside. */
  jsonDepth: 32,
  /** HTTP connections of one management address, and of the page. The oldest without a request gives way. */
  httpConnections: 256,
  /** Readers of the events by HTTP, what waits for one of them, and how much of the past one gets. */
  eventStreams: 32,
  eventStreamBytes: 4 * 1024 * 1024,
  eventStreamRecent: 10_000,
  accessFileBytes: 16 * 1024,
  httpHeaderBytes: 16 * 1024,
  httpHeadersWithinMs: 10_000,
  httpRequestWithinMs: 30_000,
  /** WebSockets of the page. The oldest that has not said hello gives way. */
  labSockets: 16,
  labSocketMessageBytes: 128 * 1024,
  labSocketHelloWithinMs: 5000,
  /** Calls of one window that wait for their answers. */
  labCallsUnderWay: 256,
  /** What may be queued for a page. One that falls behind gets no pushes until it catches up: each snapshot replaces the last. */
  labPushBytes: 4 * 1024 * 1024,

  // ---- Service requests, and what is kept of them
  serviceRequestBytes: 64 * 1024,
  /** The longest answer that the window's side reads. */
  serviceAnswerBytes: 4 * 1024 * 1024,
  serviceRequestIdLength: 64,
  serviceRequestsUnderWay: 256,
  /** Answers kept so that the same id gives the same result. */
  completedRequests: 128,
  /** Failed operations of which the reason is kept: far more than requests are under way at once. */
  endedOperations: 1024,
  /** Asks for service ownership: one from each controller, which asks once for all requests that wait there. */
  serviceOwnershipAsks: 2,
  /** Of the filter that knows the ids of dropped answers. It is a part of the array state. */
  expiredIdBits: 64 * 1024,
  /** Long-running requests kept in the array state. */
  operations: 32,
  eventLogEntries: 512,
  /** Of each kind in the security log. What the same does again is counted, and is an event again only after this time. */
  securityEntriesPerKind: 64,
  securityEventAgainMs: 10_000,
  takeoverRecords: 64,

  // ---- The lab's host
  workloadRequestsPerSecond: 20_000,
  /** Bytes at the start of each volume that the host's workload may touch. */
  workloadRegionBytes: 1024 * 1024 * 1024,
  /** Requests of all volumes that are sent and not answered, and that wait to be sent: of all volumes, and of any. */
  workloadUnderWay: 512,
  workloadQueued: 4096,
  workloadQueuedOfVolume: 4096,
  /** A host that slept longer than this does not catch up. */
  workloadLagMs: 1000,
  /** Tries at finding a position without a pending write. After that, the request waits for one to end. */
  workloadPicks: 8,
  /** Commands of the host: all that may be under way or waiting for a path. */
  hostCommands: 1024,
  /** Unit attentions that one command meets before it waits, too. */
  hostRetriesAtOnce: 8,
  /** How often a control command is tried before the path does without its answer, and how much an answer may be. */
  hostControlAttempts: 20,
  hostControlBytes: 4096,
  /** Reads of a verification at a time. */
  hostVerificationReads: 2,
  /** Lost blocks that get their own event, per workload or verification. All lost blocks are counted. */
  hostLostEvents: 128,
  /** Data of one PDU to the host, and requests of a login and of a text before the target has come to its end. */
  hostSegmentBytes: 256 * 1024,
  hostLoginRounds: 8,
  hostTextPieces: 64,
  /** The longest outages of a LUN that are remembered; expected are few: the logarithm of how many there were. */
  hostLongestOutages: 64,
  hostLedgerBytes: 512 * 1024 * 1024,
  /** In the file of the ledger: names, ranges of one volume, and sequence numbers, which a lab never comes to the end of. */
  hostLedgerNameLength: 64,
  hostLedgerRanges: 64,
  hostLedgerSequence: 2 ** 52,
  /** Writes without a known outcome that one block of a volume may have, on the average. */
  hostLedgerUnknownPerBlock: 8,

  // ---- The main process and the lab's folder
  /** Longer files in a lab's folder are nobody's. */
  labDescriptionBytes: 1024 * 1024,
  traceRecordBytes: 4096,
  /** The ring in shared memory of each thread that traces. */
  traceRingBytes: 2 * 1024 * 1024,
  /** Events kept for windows that open later. */
  recentEvents: 20_000,
  /** Besides those, all that are rare: enough for five hundred takeovers with their givebacks, the life of a lab. */
  rareEvents: 20_000,
  /** Causes of outages that are remembered. */
  outageEpisodes: 256,
  /** Whoever has longer numbers of trace files did not get them here. So the next number is always a short one. */
  traceFileNumber: 1_000_000_000,
  /** One file of trace events; then the next is begun, and the oldest beyond these is deleted. */
  traceFileBytes: 16 * 1024 * 1024,
  /** One in which a fault and what follows it would be parted goes on until then. Less than two, with what is written at once. */
  traceFileMostBytes: 28 * 1024 * 1024,
  traceFiles: 64,
  traceBytes: 64 * 1024 * 1024,
  /** The most that a person may give to recordings. */
  recordingsMib: 16 * 1024,
  /** Recordings that a person keeps. They do not count above. */
  pinnedRecordings: 64,
  /** The head and the first frame of a file come on top, and what was under way when it was full. */
  recordingBytes: 48 * 1024 * 1024,
  /** One that a person gives comes to the lab in pieces. A message has room for one in base64. */
  givenPieceBytes: 64 * 1024,
  /** The first line of a recording. */
  recordingHeadBytes: 4096,
  /** A frame. The player sends a frame to the window many times a second, through the process of the live lab. */
  recordingLineBytes: 2 * 1024 * 1024,
  /** A line that is no frame: somewhat more than the record of an event. The player sends up to `playedEvents` of them at once. */
  recordingEventBytes: 8 * 1024,
  /** Some centuries. Beyond that, a time is nothing that can be shown, and too coarse for milliseconds. */
  recordedMs: 1e13,
  /** The flight recorder of each controller: records in shared memory, and of those around a fault, which are kept. */
  flightRingRecords: 32 * 1024,
  flightBeforeRecords: 6 * 1024,
  flightAfterRecords: 12 * 1024,
  /** Records that are copied at once, that stand in one line of a recording, and how long such a line is. */
  flightPieceRecords: 2048,
  flightLineRecords: 256,
  flightLineBytes: 64 * 1024,
  /** Payload that the flight recorder of a controller hashes in a second. More would slow down its I/O. */
  flightHashedBytesPerSecond: 8 * 1024 * 1024,
  /** Text of login answers that it looks into for what was agreed. */
  flightLoginText: 8192,
  /** Records of a recording that the player knows, and that it shows at once. */
  playedFlightRecords: 400_000,
  shownFlightRecords: 400,
  /** Why there was a takeover. */
  recordedReasonLength: 64,
  /** Lines that may wait for the disk. More are dropped, because the trace must never hold up the lab. */
  traceQueueBytes: 8 * 1024 * 1024,
  /** What is made of a run for other programs, in all and at once, and the person's notes in it. */
  exportBytes: 128 * 1024 * 1024,
  exportPieceBytes: 256 * 1024,
  exportNotesLength: 8000,
  /** Of a report: acts that are kept, and marks that are listed. */
  exportActs: 2000,
  exportListedMarks: 400,
  exportDrawnNames: 58,
  /** Of a trace for Perfetto: what goes on at once in a place, and how many events and requests are remembered as causes. */
  exportLanes: 512,
  exportCauses: 50_000,
  /** Commands traced in full per second and worker; the rest is counted. */
  tracedCommandsPerSecond: 400,
  /**
   * What the player in the window plays: host commands of a world, trace events of a step, of a view and of a push, answers, spans of a
   * lane, and marks.
   */
  playedOperations: 20_000,
  playedEventsAStep: 10_000,
  playedEvents: 3000,
  playedAnswers: 100_000,
  playedSpans: 10_000,
  playedMarks: 2000,
  playedForks: 8,
  /** Random numbers that the plan of a world skips at once in a fork. No fault draws as many. */
  playedForkDraws: 10_000,
  /** Making a lab whole: how often an act is tried that changes nothing, and the acts that are told. */
  wholeStepTries: 5,
  wholeSteps: 50,
  /** Commands that are followed at once through a run, and LUNs. No host has as many under way, and no array as many LUNs. */
  followedCommands: 8192,
  followedLuns: 256,
  /** The thread of the player. At this limit it dies instead of the lab. */
  playerHeapMib: 1024,
  shelfHeapMib: 256,
  /** How long the host waits for a portal to accept its connection. */
  connectWithinMs: 5000,

  // ---- Exercises
  /** The file of an exercise, and what is in it. */
  exerciseBytes: 512 * 1024,
  exerciseEntries: 200,
  exerciseTextLength: 20_000,
  exerciseVolumes: 8,
  exerciseVariables: 40,
  exerciseRunMs: 600_000,
  /** What a learner hands in: the file, his name, and what he did. */
  exerciseSubmissionBytes: 1024 * 1024,
  /** In a live lab: requests of its workload, so that each is traced, the recording of a try, and it packed in what is handed in. */
  liveExerciseRequestsPerSecond: 100,
  liveExerciseRecordingBytes: 32 * 1024 * 1024,
  liveExerciseSubmissionBytes: 16 * 1024 * 1024,
  exerciseLearnerLength: 80,
  exerciseActs: 200,
  /** Pictures of an exercise, and the bytes of each. */
  exercisePictures: 8,
  exercisePictureBytes: 128 * 1024,
  /** A recording that ships with an exercise: some seconds of a calm host. */
  exerciseRecordingBytes: 1024 * 1024,
  /** Options of a choice, items of an order, and blocks that a learner names. */
  exerciseOptions: 32,
  exerciseBlocks: 512,
  exerciseReplyText: 4000,
  /** Learners of one lab, and the file of each. */
  learners: 200,
  learnerNameLength: 40,
  learnerBytes: 4 * 1024 * 1024,
  /** The folder of a class: its name, what is looked at in it, the file of a reply, and texts in it as the window has them. */
  classFolderLength: 1000,
  classFiles: 4000,
  classFileBytes: 32 * 1024,
  classReplies: 500,
  classTextLength: 300,
  classSkippedNamed: 20,
  /** How long it is looked at after a window has asked for it: windows that go away say nothing. */
  classLookedAtMs: 15_000,
  /** Replies of this lab that wait for the folder, and how long it may take to answer. */
  classWaiting: 100,
  classAnswersWithinMs: 5000,
  /** A demo: its steps, and what a room can read of each. */
  demoSteps: 40,
  demoTitleLength: 70,
  demoTextLength: 260,
  /** A check: its text, how deep its parts are within each other, and what it may look at before it gives up. */
  checkLength: 4000,
  checkDepth: 64,
  checkSteps: 4_000_000,
  /** Events that a verdict names, and moments at which a check of `throughout` is asked again. */
  checkEvents: 32,
  checkMoments: 4000,

  // ---- The window
  /** Events kept in the window, besides the rare ones, which stay. The oldest go first, I/O before others. */
  windowEvents: 16_000,
  /** Requests of the window's console that are shown. */
  consoleEntries: 60,
  /** Lines of a story. */
  storySteps: 400,
  /** What flies in the picture at once, what is remembered of events for it, and marks on it. */
  flights: 320,
  flightEvents: 20_000,
  flightBursts: 80,
  /** Sentences that wait for their turn in presenter mode. */
  waitingLines: 12,
  /** Events of one step or jump that are followed with the eye. */
  followedEvents: 24,
} as const
