import type { exporting as english } from '../en/export'

/** Files made of the run in the player. */
export const exporting: typeof english = {
  export: {
    open: 'Exportieren…',
    title: 'Diesen Lauf exportieren',
    intro: 'Die Datei enthält den ganzen Lauf, vom ersten bis zum letzten Ereignis.',
    format: 'Was daraus wird',
    name: {
      report: 'Bericht als Nachweis',
      'json-lines': 'Ereignisse als JSON-Zeilen',
      perfetto: 'Trace für Perfetto',
      pcapng: 'Verkehr für Wireshark (pcapng)',
    },
    detail: {
      report:
        'Eine Seite zum Drucken oder Abgeben: das Paar im gezeigten Moment, Zeitleiste, Takeovers, Latenzen, Urteil, ' +
        'Konfiguration und wie sich der Lauf wiederholen lässt.',
      'json-lines': 'Ein Kopf, dann ein Ereignis je Zeile, für Programme.',
      perfetto: 'Öffnet sich in ui.perfetto.dev: eine Spur für jeden Teil des Paars, mit Pfeilen von Ereignis zu Ereignis.',
      pcapng: 'Der iSCSI- und HTTP-Verkehr um Fehler herum: jeder Kopf mit seiner Zeit und wie viel ihm folgte. Öffnet sich in Wireshark.',
    },
    notes: 'Eigene Notizen für den Bericht',
    notesHint: 'Was wurde versucht, was erwartet, was gesehen',
    file: 'Datei:',
    run: 'Exportieren',
    close: 'Schließen',
    underWay: 'Der Lauf wird durchgegangen: {share}.',
    saved: 'Gespeichert als {where}.',
    downloaded: 'Gespeichert als {name}, wo der Browser seine Downloads ablegt.',
  },
}
