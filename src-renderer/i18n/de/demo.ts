import type { demo as english } from '../en/demo'

/** Demos: was ein Trainer einer Klasse zeigt, Schritt für Schritt. */
export const demo: typeof english = {
  demo: {
    list: 'Demos für Trainer',
    how: 'Im Vortragsmodus: Bild ab und Bild auf gehen von Schritt zu Schritt, B macht schwarz, T öffnet das Fenster des Trainers.',
    facts: '{minutes} Minuten · ein Schritt | {minutes} Minuten · {count} Schritte',
    show: 'Zeigen',
    showNamed: 'Zeigen: {title}',
    end: 'Demo beenden',
    place: 'Schritt {step} von {of}',
    last: 'Das war der letzte Schritt',
    steps: 'Schritte der Demo',
    thisStep: 'Dieser Schritt',
    whole: 'Die Demo',
    plan: 'Zeitplan',
    elapsed: '{elapsed} von {planned}',
    late: '{by} zu spät',
    onTime: 'in der Zeit',
    back: 'Zurück',
    time: 'Zeit des Laufs',
    speed: 'Tempo',
    still: 'steht still',
    realTime: 'Echtzeit',
    slower: '{times}-mal langsamer',
    faster: '{times}-mal schneller',
  },
}
