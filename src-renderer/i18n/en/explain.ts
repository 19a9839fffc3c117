import type { OwnTopic, OwnWords } from '../topics'

const own: Readonly<Record<OwnTopic, OwnWords>> = {
  'pair-state': {
    title: 'State of the pair',
    is: 'What the pair as a whole can do now, in a few words: whether it serves, and what it could lose next.',
  },
  serving: { title: 'Who serves', is: 'Which controller answers for each LUN and each address, as the host and the portals find it.' },
  access: { title: 'Ways in', is: 'Addresses and the token with which other programs reach this lab.' },
  whole: { title: 'Whole again', is: 'Undoes everything that was done to the lab, step by step, until it could do without any one part.' },
  'management-address': { title: 'Management port', is: 'Where a controller takes service requests, as JSON over HTTP.' },
  'count-reads': { title: 'Reads', is: 'Reads of hosts that this controller answered since it started.' },
  'count-writes': { title: 'Writes', is: 'Writes of hosts that this controller answered since it started.' },
  kill: { title: 'Kill', is: 'Ends the controller at once, as if its power was cut. Its NVRAM stays.' },
  hang: { title: 'Hang', is: 'The controller stands still but keeps its place: it sends nothing and answers nothing.' },
  panic: { title: 'Panic', is: 'The controller dies of an uncaught error, as if it had a bug.' },
  restart: { title: 'Restart', is: 'Starts the controller. It joins its peer and gets its volumes and addresses back.' },
  cut: { title: 'Cut and mend', is: 'Interrupts the link between the controllers. Both live, and neither hears the other.' },
  'fault-palette': { title: 'Faults', is: 'All that a person can break here, and what is broken now, each with what ends it.' },
  'fault-portal': {
    title: 'Unplug the portal',
    is:
      'Pulls the plug by which hosts reach this controller, for each portal that it serves. ' +
      'They are cut off and go by the other controller. The controller lives.',
  },
  'fault-management': {
    title: 'Unplug the management port',
    is: 'Pulls the plug by which service requests reach this controller. They have to go to the other one. The controller and I/O go on.',
  },
  'fault-stolen': {
    title: 'Steal an address',
    is:
      'Another device takes the address: it accepts connections and answers nonsense. ' +
      'The controller notices, and has the address again when the device is gone.',
  },
  'fault-battery': {
    title: 'NVRAM battery',
    is: 'Without it, what is in the NVRAM is lost when the controller ends. The mirror at the other controller has it still.',
  },
  'fault-slow-link': {
    title: 'Slow interconnect',
    is: 'Each message between the controllers takes so much longer, in each direction. What is mirrored or forwarded takes longer with it.',
  },
  surprise: {
    title: 'Surprise me',
    is:
      'A fault that is drawn from a seed strikes some seconds later. ' +
      'You see what comes of it, and not what it is, until you reveal it. The same seed gives the same fault again.',
  },
  'legend-read': { title: 'Read', is: 'A dot is a read on its way; its colour is that of the portal it came by.' },
  'legend-write': { title: 'Write', is: 'A square is a write on its way; its colour is that of the portal it came by.' },
  'legend-answer': { title: 'Answer', is: 'A ring is an answer on its way back, by the path that the request came.' },
  'legend-drawn': { title: 'What is drawn', is: 'Of many requests only some are drawn, so that each can be followed. All are counted.' },
  requests: { title: 'Requests', is: 'Reads and writes of the lab’s host that were answered in the last full second.' },
  throughput: { title: 'Throughput', is: 'Data that the lab’s host read and wrote in the last full second.' },
  'latency-p50': { title: 'Latency p50', is: 'Half of the requests of the last full second were answered faster than this.' },
  'latency-p99': { title: 'Latency p99', is: 'All but one in a hundred requests of the last full second were answered faster than this.' },
  'answers-chart': {
    title: 'Answers per second',
    is: 'How many answers came in each second of the last minute. A gap is a time without service.',
  },
  'workload-rate': { title: 'Requests arriving', is: 'How many requests the host begins in a second, however slowly they are answered.' },
  'workload-mix': { title: 'Mix', is: 'The share of reads among the requests. The rest are writes.' },
  'workload-block': { title: 'Block size', is: 'How much one request reads or writes.' },
  'workload-region': { title: 'Region', is: 'How much of each volume the workload uses, starting at its first block.' },
  'ledger-verified': { title: 'Verified', is: 'Blocks that the last reading back found to hold what was acknowledged last.' },
  'ledger-retried': {
    title: 'Retried',
    is: 'Requests that were sent again, on another path or in a new session, because no answer had come.',
  },
  'ledger-unknown': {
    title: 'Unknown',
    is: 'Writes of which the host never learned whether they were done. Either is right, but not half of one.',
  },
  'ledger-lost': { title: 'Lost', is: 'Blocks that do not hold what was acknowledged. One is one too many.' },
  detect: { title: 'Detect', is: 'First phase of a takeover: heartbeats stop, or the midplane reports that the peer is gone.' },
  adopt: { title: 'Adopt', is: 'Fifth phase of a takeover: the survivor takes the volumes and the addresses of its peer.' },
  serve: { title: 'Serve', is: 'Last phase of a takeover: the survivor answers hosts on both portals.' },
  'takeover-total': { title: 'From failure to serving', is: 'From the moment the controller failed until its peer served everything.' },
  'takeover-outage': {
    title: 'Longest outage at the host',
    is: 'The longest time around this takeover in which a request waited and none was answered.',
  },
  operations: { title: 'Operations', is: 'Requests of the simulated hosts and stations that the run is made of.' },
  verdict: { title: 'Verdict', is: 'Whether every rule held throughout the run, as the checkers saw it.' },
  marks: { title: 'Marks', is: 'What struck the pair and what it did about it, in order. Each leads to its moment.' },
  event: { title: 'Event', is: 'Something that happened at one place at one moment. What made it happen is in its whole story.' },
  waterfall: {
    title: 'Where the time went',
    is: 'The way of this request, leg by leg, until its answer came. The longest leg is where to look first.',
  },
  availability: {
    title: 'What answered',
    is: 'A line where this LUN or address answered, a hatched block where it did not although it was asked.',
  },
  'answer-dots': {
    title: 'Answers',
    is: 'Each answer of the host: further right it came later, higher it took longer. A ring had to be sent again, a bar is an error.',
  },
  'service-route': {
    title: 'Way of the request',
    is: 'Which port and controllers the service request went through. The scheme decides which of them carries it out.',
  },
  'payload-hash': {
    title: 'Payload',
    is: 'CRC-32C of the data, in place of the data: the same data has the same value wherever it passes. Where much flows, some has none.',
  },
  divergence: {
    title: 'First difference',
    is: 'The first thing that happened to the pair in one run and not in the other. What differs later may only follow from it.',
  },
  fork: { title: 'Fork', is: 'The same simulated run up to one event, with one thing changed there. Every difference comes from that.' },
}

/** What each thing is, and why it is as it is. */
export const explain = {
  explain: {
    modeName: 'Explain (X)',
    modeOn: 'Point at anything, tap it, or go from one to the next with Tab. Nothing is done. Escape ends it.',
    card: 'Explanation',
    patent: 'In the patent: {word}',
    toGlossary: 'In the glossary: {word}',
    now: {
      died: 'It died: {message}',
      roleOwner: '{id} is the service owner in epoch {epoch}. The scheme is: {scheme}.',
      scheme: 'This is the scheme now.',
      otherScheme: 'The scheme now is: {scheme}.',
      path: { up: 'It is up.', down: 'It is down.', connecting: 'The host tries to connect.' },
      pathUse: 'It is up, and in use for LUN {luns}. | It is up, and in use for LUN {luns}. | It is up, and in use for LUNs {luns}.',
      lunOwner: '{path} Its volume is owned by {owner}.',
      volumeAway: '{title} It is away from its preferred owner until a giveback or a move.',
      portalAway: '{address} is served by {id}, because {of} does not serve.',
      portalHome: '{address} is served by {id}, its own controller.',
      portalStolen: 'Another device answers at {address}. Whoever connects there reaches no controller.',
      portalUnplugged: '{id} has {address}, but its plug is out: nobody reaches it there.',
      linkSlow: 'Each takes {ms} ms longer: a person made it so.',
      portalDead: '{address} is served by nobody.',
      cut: 'It is cut: a person cut it.',
      messages: 'It is up. No messages so far. | It is up. {count} message so far. | It is up. {count} messages so far.',
      drives: 'No drive is in its bays. | {count} drive is in its bays. | {count} drives are in its bays.',
      driveOut: 'Drive {index} is out since generation {generation}. {note}',
      drive: 'Drive {index}: {state}, {accesses}.',
      outage: '{ms} ms: {cause}, LUN {lun}.',
      usualWait: 'No request has waited longer than {ms} ms. Without a cause, only a wait from {fromMs} ms on is called an outage.',
      noOutage: 'No request has waited yet.',
      notRunning: 'No workload runs, so nothing is measured.',
      requests: '{count} per second are answered, {asked} arrive. Waiting for an answer now: {waiting}.',
      throughput: '{count} per second, {size} each.',
      latency: '{ms} ms. Waiting for an answer now: {waiting}.',
      rate: '{count} per second.',
      mix: '{reads}% reads, {writes}% writes.',
      size: '{size}.',
      ledger: 'Acknowledged: {acknowledged}. Blocks in the ledger: {blocks}. Lost: {lost}.',
      count: '{count} so far.',
      notYet: 'Nothing has been read back yet.',
      phase: 'In the last takeover it took {ms} ms.',
      noTakeover: 'There has been no takeover yet.',
      total: '{survivor} took over from {dead}: {ms} ms.',
      faults: 'In force: {faults}.',
      generation: 'Commits so far: {count}.',
      drawn: 'Events in the trace: {count}.',
      event: '{kind}: {meaning}',
    },
    own,
  },
}
