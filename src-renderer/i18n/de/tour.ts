import type { tour as english } from '../en/tour'

/** Der Rundgang durch das laufende Lab. Seine Wörter werden zu Markup: Kein Zeichen hier darf dort etwas bedeuten. */
export const tour: typeof english = {
  tour: {
    take: 'Rundgang beginnen',
    progress: 'Schritt {step} von {count}',
    next: 'Weiter',
    back: 'Zurück',
    close: 'Rundgang beenden',
    toExercises: 'Zu den Übungen',
    pair: {
      title: 'Zwei Controller, ein Array',
      text:
        'A und B laufen beide, und beide sehen alle Laufwerke. Jedem gehören einige der Volumes, und er bedient sie. ' +
        'Fällt einer aus, übernimmt der andere seine Arbeit.',
    },
    host: {
      title: 'Der Host und seine zwei Pfade',
      text:
        'Der Host erreicht die Volumes über zwei Pfade, einen zu jedem Controller. Er zieht den Pfad zum Owner des Volumes vor. ' +
        'Hier startet der Workload: Dann liest und schreibt der Host ständig.',
    },
    kill: {
      title: 'Kill von A, und was B dann tut',
      text:
        'Kill beendet A sofort. Dann auf B achten: Er vermisst A, stellt sicher, dass A nicht mehr schreiben kann, ' +
        'beansprucht dessen Volumes, schreibt die Daten aus dem Log auf die Laufwerke und bedient. Das geht schon jetzt. ' +
        'Ein Neustart bringt A zurück.',
    },
    serving: {
      title: 'Wer was bedient',
      text:
        'Diese Zeile sagt, welcher Controller jede LUN bedient und unter jeder Adresse antwortet. ' +
        'Nach einem Takeover stehen die LUNs und die Adressen des toten Controllers beim anderen.',
    },
    vitals: {
      title: 'Wie lange, und ob etwas verloren ging',
      text:
        'Die Anzeige der Unterbrechung sagt, wie lange der Host keine Antwort bekam. Das Ledger hat jeden Write, ' +
        'der dem Host bestätigt wurde, und liest ihn zurück: Nichts darf verloren gehen.',
    },
    exercises: {
      title: 'Und jetzt selbst',
      text:
        'In den Übungen kommt zuerst die Vorhersage, dann geht etwas kaputt, und am Ende steht, ' +
        'welche Ereignisse über die Vorhersage entscheiden. Die erste dauert fünf Minuten.',
    },
  },
}
