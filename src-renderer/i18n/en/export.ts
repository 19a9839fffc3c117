/** Files made of the run in the player. */
export const exporting = {
  export: {
    open: 'Export…',
    title: 'Export this run',
    intro: 'The file holds the whole run, from its first event to its last.',
    format: 'What to make of it',
    name: {
      report: 'Evidence report',
      'json-lines': 'Events as JSON lines',
      perfetto: 'Trace for Perfetto',
      pcapng: 'Traffic for Wireshark (pcapng)',
    },
    detail: {
      report:
        'A page to print or hand in: the pair at the moment that is shown, timeline, takeovers, latencies, verdict, configuration, ' +
        'and how to reproduce the run.',
      'json-lines': 'A head, then one event on each line, for programs.',
      perfetto: 'Opens in ui.perfetto.dev: a track for each part of the pair, with arrows from event to event.',
      pcapng:
        'The iSCSI and HTTP traffic around faults: every header with its time, and how long what followed it was. Opens in Wireshark.',
    },
    notes: 'Your notes, for the report',
    notesHint: 'What was tried, what was expected, what was seen',
    file: 'File:',
    run: 'Export',
    close: 'Close',
    underWay: 'Going through the run: {share}.',
    saved: 'Saved as {where}.',
    downloaded: 'Saved as {name}, where your browser keeps its downloads.',
  },
}
