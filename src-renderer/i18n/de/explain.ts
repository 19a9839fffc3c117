import type { explain as english } from '../en/explain'
import type { OwnTopic, OwnWords } from '../topics'

const own: Readonly<Record<OwnTopic, OwnWords>> = {
  'pair-state': {
    title: 'Zustand des Paars',
    is: 'Was das Paar als Ganzes jetzt kann: ob es bedient, und was es als Nächstes verlieren dürfte.',
  },
  serving: {
    title: 'Wer bedient',
    is: 'Welcher Controller für jede LUN und jede Adresse antwortet, so wie Host und Portale es vorfinden.',
  },
  access: { title: 'Zugang', is: 'Adressen und Token, mit denen andere Programme dieses Labor erreichen.' },
  whole: {
    title: 'Wieder heil',
    is: 'Macht Schritt für Schritt alles rückgängig, was dem Labor angetan wurde, bis es auf jedes einzelne Teil verzichten kann.',
  },
  'management-address': { title: 'Management-Port', is: 'Wo ein Controller Service-Requests annimmt, als JSON über HTTP.' },
  'count-reads': { title: 'Reads', is: 'Reads von Hosts, die dieser Controller seit seinem Start beantwortet hat.' },
  'count-writes': { title: 'Writes', is: 'Writes von Hosts, die dieser Controller seit seinem Start beantwortet hat.' },
  kill: { title: 'Kill', is: 'Beendet den Controller sofort, als fiele sein Strom aus. Sein NVRAM bleibt.' },
  hang: { title: 'Hang', is: 'Der Controller steht still, bleibt aber an seinem Platz: Er sendet nichts und antwortet nicht.' },
  panic: { title: 'Panic', is: 'Der Controller stirbt an einem unbehandelten Fehler, als hätte er einen Bug.' },
  restart: {
    title: 'Neustart',
    is: 'Startet den Controller. Er verbindet sich mit seinem Partner und bekommt Volumes und Adressen zurück.',
  },
  cut: { title: 'Trennen und verbinden', is: 'Unterbricht die Verbindung der Controller. Beide leben, und keiner hört den anderen.' },
  'fault-palette': {
    title: 'Störungen',
    is: 'Alles, was jemand hier kaputt machen kann, und was jetzt kaputt ist, je mit dem, was es beendet.',
  },
  'fault-portal': {
    title: 'Portal ausstecken',
    is:
      'Zieht den Stecker, über den Hosts diesen Controller erreichen, für jedes Portal, das er bedient. ' +
      'Sie sind abgeschnitten und gehen über den anderen. Der Controller lebt.',
  },
  'fault-management': {
    title: 'Management-Port ausstecken',
    is:
      'Zieht den Stecker, über den Service-Requests diesen Controller erreichen. Sie müssen zum anderen. ' +
      'Der Controller und die I/O gehen weiter.',
  },
  'fault-stolen': {
    title: 'Adresse stehlen',
    is:
      'Ein fremdes Gerät nimmt die Adresse: Es nimmt Verbindungen an und antwortet Unsinn. ' +
      'Der Controller bemerkt es und hat die Adresse wieder, wenn das Gerät weg ist.',
  },
  'fault-battery': {
    title: 'NVRAM-Batterie',
    is: 'Ohne sie ist verloren, was im NVRAM steht, wenn der Controller endet. Der Spiegel beim anderen Controller hat es noch.',
  },
  'fault-slow-link': {
    title: 'Langsamer Interconnect',
    is:
      'Jede Nachricht zwischen den Controllern braucht so viel länger, in jeder Richtung. ' +
      'Was gespiegelt oder weitergeleitet wird, braucht mit ihr länger.',
  },
  surprise: {
    title: 'Überrasch mich',
    is:
      'Eine Störung, aus einem Seed gezogen, schlägt einige Sekunden später zu. ' +
      'Zu sehen ist, was daraus wird, und nicht, was es ist, bis sie aufgedeckt wird. Derselbe Seed gibt dieselbe Störung wieder.',
  },
  'legend-read': { title: 'Read', is: 'Ein Punkt ist ein Read unterwegs, in der Farbe des Portals, über das er kam.' },
  'legend-write': { title: 'Write', is: 'Ein Quadrat ist ein Write unterwegs, in der Farbe des Portals, über das er kam.' },
  'legend-answer': { title: 'Antwort', is: 'Ein Ring ist eine Antwort auf dem Rückweg, auf dem Pfad der Anfrage.' },
  'legend-drawn': {
    title: 'Was gezeichnet ist',
    is: 'Von vielen Anfragen sind nur einige gezeichnet, damit man jeder folgen kann. Gezählt sind alle.',
  },
  requests: { title: 'Anfragen', is: 'Reads und Writes des Hosts, die in der letzten vollen Sekunde beantwortet wurden.' },
  throughput: { title: 'Durchsatz', is: 'Daten, die der Host in der letzten vollen Sekunde gelesen und geschrieben hat.' },
  'latency-p50': { title: 'Latenz p50', is: 'Die Hälfte der Anfragen der letzten vollen Sekunde wurde schneller beantwortet.' },
  'latency-p99': {
    title: 'Latenz p99',
    is: 'Alle außer einer von hundert Anfragen der letzten vollen Sekunde wurden schneller beantwortet.',
  },
  'answers-chart': {
    title: 'Antworten pro Sekunde',
    is: 'Wie viele Antworten in jeder Sekunde der letzten Minute kamen. Eine Lücke ist eine Zeit ohne Dienst.',
  },
  'workload-rate': {
    title: 'Eingehende Anfragen',
    is: 'Wie viele Anfragen der Host in einer Sekunde beginnt, wie langsam sie auch beantwortet werden.',
  },
  'workload-mix': { title: 'Mischung', is: 'Der Anteil der Reads an den Anfragen. Der Rest sind Writes.' },
  'workload-block': { title: 'Blockgröße', is: 'Wie viel eine Anfrage liest oder schreibt.' },
  'workload-region': { title: 'Bereich', is: 'Wie viel von jedem Volume der Workload benutzt, vom ersten Block an.' },
  'ledger-verified': { title: 'Geprüft', is: 'Blöcke, in denen beim letzten Zurücklesen stand, was zuletzt bestätigt wurde.' },
  'ledger-retried': {
    title: 'Wiederholt',
    is: 'Anfragen, die auf einem anderen Pfad oder in neuer Sitzung noch einmal gesendet wurden, weil keine Antwort kam.',
  },
  'ledger-unknown': {
    title: 'Unbekannt',
    is: 'Writes, von denen der Host nie erfuhr, ob sie geschahen. Beides ist richtig, nur kein halber.',
  },
  'ledger-lost': { title: 'Verloren', is: 'Blöcke, in denen nicht steht, was bestätigt wurde. Einer ist einer zu viel.' },
  detect: {
    title: 'Detect',
    is: 'Erste Phase eines Takeovers: Heartbeats bleiben aus, oder die Midplane meldet, dass der Partner fort ist.',
  },
  adopt: { title: 'Adopt', is: 'Fünfte Phase eines Takeovers: Der Überlebende übernimmt Volumes und Adressen seines Partners.' },
  serve: { title: 'Serve', is: 'Letzte Phase eines Takeovers: Der Überlebende antwortet Hosts an beiden Portalen.' },
  'takeover-total': { title: 'Vom Ausfall bis zum Bedienen', is: 'Vom Ausfall des Controllers, bis sein Partner alles bediente.' },
  'takeover-outage': {
    title: 'Längste Unterbrechung am Host',
    is: 'Die längste Zeit um diesen Takeover, in der eine Anfrage wartete und keine beantwortet wurde.',
  },
  operations: { title: 'Operationen', is: 'Anfragen der simulierten Hosts und Stationen, aus denen der Lauf besteht.' },
  verdict: { title: 'Urteil', is: 'Ob im ganzen Lauf jede Regel hielt, so wie die Prüfer es sahen.' },
  marks: { title: 'Marken', is: 'Was dem Paar zustieß und was es dagegen tat, der Reihe nach. Jede führt zu ihrem Zeitpunkt.' },
  event: { title: 'Ereignis', is: 'Etwas, das in einem Moment an einem Ort geschah. Was es auslöste, steht in seiner ganzen Geschichte.' },
  waterfall: {
    title: 'Wo die Zeit blieb',
    is: 'Der Weg dieser Anfrage, Strecke für Strecke, bis ihre Antwort kam. Die längste sieht man sich zuerst an.',
  },
  availability: {
    title: 'Was antwortete',
    is: 'Eine Linie, wo diese LUN oder Adresse antwortete; ein schraffierter Block, wo sie es trotz Anfrage nicht tat.',
  },
  'answer-dots': {
    title: 'Antworten',
    is:
      'Jede Antwort des Hosts: weiter rechts kam sie später, weiter oben wurde länger auf sie gewartet. ' +
      'Ein Ring wurde wiederholt, ein Strich ist ein Fehler.',
  },
  'service-route': {
    title: 'Weg der Anfrage',
    is: 'Durch welchen Port und welche Controller der Service-Request ging. Das Schema bestimmt, welcher davon ihn ausführt.',
  },
  'payload-hash': {
    title: 'Nutzdaten',
    is: 'CRC-32C der Daten, anstelle der Daten: Gleiche Daten haben überall denselben Wert. Wo Daten schnell fließen, haben manche keinen.',
  },
  divergence: {
    title: 'Erster Unterschied',
    is: 'Das Erste, was dem Paar in einem Lauf zustieß und im anderen nicht. Spätere Unterschiede folgen vielleicht nur daraus.',
  },
  fork: {
    title: 'Abzweig',
    is: 'Derselbe simulierte Lauf bis zu einem Ereignis, an dem eines geändert ist. Jeder Unterschied kommt davon.',
  },
}

/** Was jedes Ding ist, und warum es so ist. */
export const explain: typeof english = {
  explain: {
    modeName: 'Erklären (X)',
    modeOn: 'Auf etwas zeigen, es antippen, oder mit Tab von einem zum nächsten gehen. Nichts wird getan. Escape beendet es.',
    card: 'Erklärung',
    patent: 'Im Patent: {word}',
    toGlossary: 'Im Glossar: {word}',
    now: {
      died: 'Er starb: {message}',
      roleOwner: '{id} ist der Service-Owner in Epoche {epoch}. Das Schema ist: {scheme}.',
      scheme: 'Dieses Schema gilt jetzt.',
      otherScheme: 'Jetzt gilt: {scheme}.',
      path: { up: 'Er ist verbunden.', down: 'Er ist getrennt.', connecting: 'Der Host versucht sich zu verbinden.' },
      pathUse:
        'Er ist verbunden und in Gebrauch für LUN {luns}. | Er ist verbunden und in Gebrauch für LUN {luns}. | ' +
        'Er ist verbunden und in Gebrauch für LUNs {luns}.',
      lunOwner: '{path} Owner des Volumes ist {owner}.',
      volumeAway: '{title} Bis zu einem Giveback oder Umzug ist es nicht bei seinem bevorzugten Owner.',
      portalAway: '{address} bedient {id}, weil {of} nicht bedient.',
      portalHome: '{address} bedient {id}, der eigene Controller.',
      portalStolen: 'Unter {address} antwortet ein fremdes Gerät. Wer sich dort verbindet, erreicht keinen Controller.',
      portalUnplugged: '{id} hat {address}, aber sein Stecker ist draußen: Dort erreicht ihn niemand.',
      linkSlow: 'Jede braucht {ms} ms länger: Jemand hat es so eingestellt.',
      portalDead: '{address} bedient niemand.',
      cut: 'Es ist getrennt: Jemand hat es getrennt.',
      messages:
        'Es ist verbunden, bisher ohne Nachricht. | Es ist verbunden, bisher {count} Nachricht. | ' +
        'Es ist verbunden, bisher {count} Nachrichten.',
      drives: 'Kein Laufwerk steckt in ihr. | {count} Laufwerk steckt in ihr. | {count} Laufwerke stecken in ihr.',
      driveOut: 'Laufwerk {index} fehlt seit Generation {generation}. {note}',
      drive: 'Laufwerk {index}: {state}, {accesses}.',
      outage: '{ms} ms: {cause}, LUN {lun}.',
      usualWait: 'Keine Anfrage hat länger als {ms} ms gewartet. Ohne Ursache heißt eine Wartezeit erst ab {fromMs} ms Unterbrechung.',
      noOutage: 'Noch hat keine Anfrage gewartet.',
      notRunning: 'Es läuft kein Workload, darum wird nichts gemessen.',
      requests: '{count} in der Sekunde werden beantwortet, {asked} gehen ein. Auf Antwort warten jetzt: {waiting}.',
      throughput: '{count} in der Sekunde, je {size}.',
      latency: '{ms} ms. Auf Antwort warten jetzt: {waiting}.',
      rate: '{count} in der Sekunde.',
      mix: '{reads} % Reads, {writes} % Writes.',
      size: '{size}.',
      ledger: 'Bestätigt: {acknowledged}. Blöcke im Ledger: {blocks}. Verloren: {lost}.',
      count: 'Bisher {count}.',
      notYet: 'Noch wurde nichts zurückgelesen.',
      phase: 'Beim letzten Takeover dauerte das {ms} ms.',
      noTakeover: 'Es gab noch keinen Takeover.',
      total: '{survivor} hat {dead} übernommen: {ms} ms.',
      faults: 'Gestört: {faults}.',
      generation: 'Commits bisher: {count}.',
      drawn: 'Ereignisse im Trace: {count}.',
      event: '{kind}: {meaning}',
    },
    own,
  },
}
