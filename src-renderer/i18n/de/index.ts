import type en from '../en'
import { attach } from './attach'
import { classroom } from './class'
import { compare } from './compare'
import { demo } from './demo'
import { exercise } from './exercise'
import { explain } from './explain'
import { exporting } from './export'
import { faults } from './faults'
import { flight } from './flight'
import { fork } from './fork'
import { meanings } from './meanings'
import { panels } from './panels'
import { reasons } from './reasons'
import { room } from './room'
import { shell } from './shell'
import { simulation } from './simulation'
import { table } from './table'
import { timeline } from './timeline'
import { topology } from './topology'
import { tour } from './tour'
import { words } from './words'

/**
 * The window in German, as storage engineers write it. One word for one thing:
 *
 * | English | German | English | German |
 * |---|---|---|---|
 * | acknowledged write | bestätigter Write | peer | Partner |
 * | address | Adresse | portal, path | Portal, Pfad |
 * | answer | Antwort | record (of a log) | Eintrag |
 * | checker, violation | Prüfer, Verstoß | recording | Aufzeichnung |
 * | cut, mend (interconnect) | trennen, verbinden | refuse | ablehnen |
 * | dispatch | Dispatch | request (I/O) | Anfrage |
 * | act | Eingriff | retried | wiederholt |
 * | drive | Laufwerk | stretch (of a run) | Strecke |
 * | epoch, generation | Epoche, Generation | run | Lauf |
 * | event | Ereignis | section | Abschnitt |
 * | failure | Ausfall | serve | bedienen |
 * | fault | Störung | service request | Service-Request |
 * | flight recorder | Flugschreiber | line (reset, serving) | Leitung |
 * | fence | Fencing | survivor | Überlebender |
 * | ledger | Ledger | unserved | inaktiv |
 * | mirror (NVRAM) | Spiegel | verify, read back | zurücklesen |
 * | outage | Unterbrechung | workload | Workload |
 *
 * Kept in English, as Germans do: Arbiter, Chunk, Claim, Commit, Controller, Destage, dirty, Giveback, Hang, Host, Interconnect,
 * Kill, LUN, Mapping, Midplane, NVRAM, Owner, Panic, Primary, RAID, Read, Rebuild, Replay, Reset, Resync, Secondary, Seed, Stripe,
 * Superblock, Takeover, Volume, Write, and the phases of a takeover, which have the same names in events.
 */
export default {
  ...shell,
  ...topology,
  ...tour,
  ...panels,
  ...simulation,
  ...fork,
  ...compare,
  ...timeline,
  ...exporting,
  ...exercise,
  ...reasons,
  ...classroom,
  ...demo,
  ...flight,
  ...faults,
  ...room,
  ...table,
  ...explain,
  ...meanings,
  ...words,
  ...attach,
} satisfies typeof en
