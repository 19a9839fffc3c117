import type { timeline as english } from '../en/timeline'

/** The lane under the picture of a run: what answered, how long answers took, and sums of a stretch. */
export const timeline: typeof english = {
  timeline: {
    lun: 'LUN {lun}',
    address: 'Adresse {controller}',
    answersName: 'Antworten',
    lanes: 'Was in diesem Lauf antwortete, so wie Hosts und Adressen es erlebten.',
    alwaysAnswered: '{name} antwortete auf jede Anfrage.',
    unanswered: '{name} antwortete {ms} ms lang nicht.',
    answered: '{name} antwortete {ms} ms lang.',
    answeredBy: '{name} wurde {ms} ms lang von {controller} beantwortet.',
    answer: {
      good: 'LUN {lun} antwortete nach {ms} ms.',
      again: 'LUN {lun} antwortete nach {ms} ms, nachdem der Befehl neu gesendet war.',
      bad: 'Ein Versuch an LUN {lun} endete nach {ms} ms ohne gute Antwort.',
    },
    tools: 'Ausschnitt des Laufs',
    zoomIn: 'Genauer ansehen',
    zoomOut: 'Mehr vom Lauf zeigen',
    showAll: 'Den ganzen Lauf zeigen',
    markFrom: 'Summe ab hier',
    markTo: 'Summe bis hier',
    markDetail: 'Zählt Unterbrechungen und Anfragen einer Strecke: an beiden Enden hier drücken oder über die Balken ziehen.',
    sums: 'Summen der Strecke',
    stretch: '{from} bis {to}: {ms} ms',
    clear: 'Strecke aufheben',
    outage: '{ms} ms ohne Antwort',
    requests: 'Anfragen | Anfrage | Anfragen',
    again: 'neu gesendet',
    bad: 'nicht gut',
    longest: 'längstes Warten',
    omitted: 'Alle Anfragen stehen im Trace. | 1 weitere Anfrage wurde nur gezählt. | {count} weitere Anfragen wurden nur gezählt.',
    leftOut:
      'Keine Antwort fehlt im Bild. | 1 schnelle Antwort des Laufs fehlt im Bild. | {count} schnelle Antworten des Laufs fehlen im Bild.',
    least: 'Wartezeiten unter {ms} ms sind hier üblich und zählen nicht.',
    keys:
      'Plus und Minus zeigen den Lauf genauer oder weniger genau, 0 zeigt ihn ganz. ' +
      'M an beiden Enden einer Strecke zählt, was dazwischen geschah. Escape hebt das auf.',
  },
  waterfall: {
    title: 'Kritischer Pfad der Anfrage',
    answered: 'Nach {ms} ms beantwortet: wo die Zeit blieb',
    unanswered: 'Nach {ms} ms nicht beantwortet: wo die Zeit blieb',
    stage: {
      host: 'Host wartet',
      portal: 'Portal {which}',
      controller: 'Controller {which}',
      interconnect: 'Interconnect zu {which}',
      drive: 'Laufwerke {which}',
    },
    detail: 'Nach {kind}: {share} der Zeit',
  },
}
