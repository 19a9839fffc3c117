import type { LabCallOutcome } from '../../contract/lab-ipc'
import { isLabPage, type CallingFrame } from './page-origin'

/** What is used of a window here. */
export interface TrainerWindow {
  isMinimized(): boolean
  restore(): void
  focus(): void
  once(event: 'closed', listener: () => void): unknown
}

export interface TrainerOptions {
  readonly pageUrl: string
  readonly create: () => TrainerWindow
}

/** The page asks for the trainer's window and gets it, once: it can name no address, and open no other. */
export function createTrainerOpener({ pageUrl, create }: TrainerOptions): (frame: CallingFrame | null) => LabCallOutcome {
  let window: TrainerWindow | undefined
  return (frame) => {
    if (!isLabPage(frame, pageUrl)) return { error: 'Only the window of the lab may open another one.' }
    if (window === undefined) {
      window = create()
      window.once('closed', () => (window = undefined))
    } else {
      if (window.isMinimized()) window.restore()
      window.focus()
    }
    return { result: null }
  }
}
