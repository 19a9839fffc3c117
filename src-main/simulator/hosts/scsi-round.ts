import { STATUS } from '../../core/scsi/spec'
import { decodeSense } from '../../core/scsi/sense'
import { SENSE_KEY } from '../../core/scsi/spec'
import type { ScsiCheck } from '../checkers/scsi-check'
import type { World } from '../world'
import type { HostVolume } from './ground'
import type { ScsiCommands, ScsiPlan } from './scsi-commands'
import type { ScsiPath } from './scsi-path'
import type { ScsiAnswer } from './scsi-task'

/** Every unit attention, one after the other, and what a move may do beside it. */
const MAX_TRIES = 40
const RETRY_MS = 25

export interface RoundParts {
  readonly world: World
  readonly commands: ScsiCommands
  readonly check: ScsiCheck
  readonly paths: readonly ScsiPath[]
  /** `done`: with the answer, or without one. */
  send(path: ScsiPath, plan: ScsiPlan, done: (answer: ScsiAnswer | undefined) => void): void
}

type Draw = () => ScsiPlan

/** At the end of a world, when nothing fails any more: each path to each unit serves whatever it is asked. */
export class ScsiRound {
  readonly #parts: RoundParts
  #isBusy = false

  constructor(parts: RoundParts) {
    this.#parts = parts
  }

  get isBusy(): boolean {
    return this.#isBusy
  }

  start(volumes: readonly HostVolume[]): void {
    this.#isBusy = true
    const { paths } = this.#parts
    const visits = volumes.flatMap((volume) => paths.map((path) => ({ volume, path })))
    this.#each(
      visits,
      ({ volume, path }, next) => this.#visit(volume, path, next),
      () =>
        this.#each(
          volumes,
          (volume, next) => this.#compareStates(volume, 0, next),
          () => {
            this.#isBusy = false
            for (const path of paths) path.end()
          },
        ),
    )
  }

  #visit(volume: HostVolume, path: ScsiPath, done: () => void): void {
    const { commands } = this.#parts
    const places = commands.everything(volume)
    const asked: readonly Draw[] = [
      () => commands.testUnitReady(volume),
      () => commands.reportPortGroups(volume),
      () => commands.capacity(volume),
      () => commands.inquiry(volume),
      () => commands.reportLuns(volume),
      ...places.map((place) => () => commands.read(place)),
      ...places.flatMap((place) => [() => commands.compare(place, false), () => commands.compare(place, true)]),
    ]
    this.#each(asked, (draw, next) => this.#ask(path, draw, () => next()), done)
  }

  /** Both paths must tell the same, sooner or later. */
  #compareStates(volume: HostVolume, tries: number, done: () => void): void {
    const { commands, check, paths, world } = this.#parts
    const told: string[] = []
    this.#each(
      paths,
      (path, next) =>
        this.#ask(
          path,
          () => commands.reportPortGroups(volume),
          (answer) => {
            told.push(check.accessStates(answer.data) ?? 'nonsense')
            next()
          },
        ),
      () => {
        const isAlike = told.every((states) => states === told[0]) && told[0]?.includes('transitioning') === false
        if (!isAlike && tries < MAX_TRIES) world.clock.after(RETRY_MS, () => this.#compareStates(volume, tries + 1, done))
        else {
          check.settled(volume.lun, told)
          done()
        }
      },
    )
  }

  /** Asks until it is served. */
  #ask(path: ScsiPath, draw: Draw, done: (answer: ScsiAnswer) => void, tries = 0): void {
    const { world, check, send } = this.#parts
    const again = (count: number): void => {
      world.clock.after(RETRY_MS, () => this.#ask(path, draw, done, count))
    }
    if (!path.hasRoom) {
      again(tries)
      return
    }
    const plan = draw()
    send(path, plan, (answer) => {
      if (answer !== undefined && isServed(answer)) done(answer)
      else if (tries < MAX_TRIES) again(tries + 1)
      else {
        check.wrong(`the pair has settled, and LUN ${plan.lun} does not serve ${plan.kind} by portal ${path.portal}`)
        if (answer !== undefined) done(answer)
      }
    })
  }

  #each<T>(items: readonly T[], visit: (item: T, next: () => void) => void, done: () => void): void {
    const [first, ...rest] = items
    if (first === undefined) done()
    else visit(first, () => this.#each(rest, visit, done))
  }
}

/** Also a miscompare, or a block that is lost: whether they may be, the check has said. */
function isServed({ status, sense }: ScsiAnswer): boolean {
  if (status === STATUS.good) return true
  const key = sense === undefined ? undefined : decodeSense(sense)?.key
  return key === SENSE_KEY.miscompare || key === SENSE_KEY.mediumError
}
