/** A bound on everything that is counted, queued or buffered, in one place. Crossing one inside the core is a bug. */
export const LIMITS = {
  drives: 24,
  /** Faults that a person gives to one drive. */
  badSectors: 64,
  driveExtraLatencyMs: 2000,
  groups: 16,
  volumes: 64,
  luns: 64,
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
  /** Operations under way on the array of one controller. */
  volumeOperations: 4096,
  /** Task management of one controller waiting until the peer has ended its tasks. More is refused. */
  taskEndsAtPeer: 64,
  /** I/O of one controller waiting for the peer's answer. */
  forwardedOperations: 4096,
  /** NVRAM of one controller: its own log and the mirror of the peer's, half each. */
  nvramBytes: 32 * 1024 * 1024,
  /** Arrays and objects within each other, of all JSON that comes from outside. */
  jsonDepth: 32,
  /** HTTP connections of one management address, and of the page. The oldest without a request gives way. */
  httpConnections: 256,
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
  serviceRequestBytes: 64 * 1024,
  /** The longest answer that the window's side reads. */
  serviceAnswerBytes: 4 * 1024 * 1024,
  serviceRequestIdLength: 64,
  serviceRequestsUnderWay: 256,
  /** Answers kept so that the same id gives the same result. */
  completedRequests: 128,
  /** Of the filter that knows the ids of dropped answers. It is a part of the array state. */
  expiredIdBits: 64 * 1024,
  /** Long-running requests kept in the array state. */
  operations: 32,
  eventLogEntries: 512,
  /** Of each kind in the security log. What the same does again is counted, and is an event again only after this time. */
  securityEntriesPerKind: 64,
  securityEventAgainMs: 10_000,
  takeoverRecords: 64,
  /** Bytes at the start of each volume that the host's workload may touch. */
  workloadRegionBytes: 1024 * 1024 * 1024,
  /** Longer files in a lab's folder are nobody's. */
  labDescriptionBytes: 1024 * 1024,
  hostLedgerBytes: 512 * 1024 * 1024,
  traceRecordBytes: 4096,
  /** One file of trace events; then the next is begun, and the oldest beyond these is deleted. */
  traceFileBytes: 16 * 1024 * 1024,
  traceFiles: 64,
  traceBytes: 64 * 1024 * 1024,
  /** Recordings that a person keeps. They do not count above. */
  pinnedRecordings: 64,
  /** The head and the first frame of a file come on top, and what was under way when it was full. */
  recordingBytes: 48 * 1024 * 1024,
  /** The first line of a recording. */
  recordingHeadBytes: 4096,
  /** Any line. The player sends a frame to the window many times a second, through the process of the live lab. */
  recordingLineBytes: 2 * 1024 * 1024,
  /** Lines that may wait for the disk. More are dropped, because the trace must never hold up the lab. */
  traceQueueBytes: 8 * 1024 * 1024,
  /** Commands traced in full per second and worker; the rest is counted. */
  tracedCommandsPerSecond: 400,
} as const
