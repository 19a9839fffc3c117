import { CONTROLLER_IDS } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { RunAnswers, RunExperience, RunLane, SimulationMoment } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import { AddressAvailability } from './address-availability'
import { HostCommands, type HostAnswer } from './host-commands'
import { LunAvailability } from './lun-availability'
import { measuredOutages } from './measured-outages'
import { RunActs } from './run-acts'
import { RunAnswerList } from './run-answers'
import type { TimeSpan } from './time-spans'

/** What hosts and addresses experience, from the events of a run in their order, and from what a host has measured. */
export class ExperienceBook {
  readonly #luns = new Map<number, LunAvailability>()
  readonly #addresses = new AddressAvailability()
  readonly #acts = new RunActs()
  readonly #answers = new RunAnswerList()
  readonly #commands: HostCommands

  /** `givenUpAfterMs`: no host waits for longer without a word. The lab's host fails a command that has found no path for 30 seconds. */
  constructor(givenUpAfterMs = 35_000) {
    this.#commands = new HostCommands(
      {
        requested: (lun, atMs) => this.#lun(lun)?.requested(atMs),
        answered: (answer) => this.#answered(answer),
        abandoned: (lun, atMs) => this.#lun(lun)?.abandoned(atMs),
      },
      givenUpAfterMs,
    )
  }

  take(event: TraceEvent, moment: SimulationMoment): void {
    this.#commands.take(event, moment)
    this.#addresses.take(event, moment.atMs)
    this.#acts.take(event, moment)
  }

  /** A picture of the pair, of which the host's own measurements count, and of the first one how it stood. */
  look(snapshot: LabSnapshot): void {
    this.#addresses.begin(snapshot, snapshot.timeMs)
    for (const { lun, startedAtMs, durationMs } of measuredOutages(snapshot)) this.#lun(lun)?.measured(startedAtMs, durationMs)
  }

  get answers(): RunAnswers {
    return this.#answers.all
  }

  upTo(run: TimeSpan): RunExperience {
    const luns = [...this.#luns].toSorted(([one], [other]) => one - other)
    const lanes = [
      ...luns.map(([lun, availability]): RunLane => ({ of: { kind: 'lun', lun }, ...availability.spans(run) })),
      ...CONTROLLER_IDS.map((controller): RunLane => {
        return { of: { kind: 'management', controller }, leastMs: 0, spans: this.#addresses.spans(controller, run) }
      }),
    ]
    const asked = lanes.filter(({ spans }) => spans.length > 0)
    return { acts: this.#acts.all, answers: this.#answers.all, commands: this.#commands.all, lanes: asked }
  }

  #answered(answer: HostAnswer): void {
    this.#answers.add(answer)
    if (answer.outcome !== 'bad') this.#lun(answer.lun)?.answered(answer.atMs, answer.isFollowed)
  }

  #lun(lun: number): LunAvailability | undefined {
    const known = this.#luns.get(lun)
    if (known !== undefined || lun < 0 || this.#luns.size >= LIMITS.followedLuns) return known
    const availability = new LunAvailability()
    this.#luns.set(lun, availability)
    return availability
  }
}
