import * as v from 'valibot'

/** What the windows of one presentation share. */
const stateSchema = v.object({
  isOn: v.boolean(),
  isBlank: v.boolean(),
  next: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
})
export type PresenterState = v.InferOutput<typeof stateSchema>

/** `ask`: a window is new. `trainer`: the one that speaks has the trainer's controls. */
const noteSchema = v.variant('note', [
  v.object({ note: v.literal('ask') }),
  v.object({ note: v.literal('trainer') }),
  v.object({ note: v.literal('state'), state: stateSchema }),
])
type Note = v.InferOutput<typeof noteSchema>

export type PresenterRole = 'stage' | 'trainer'

export interface PresenterLink {
  readonly role: PresenterRole
  say(state: PresenterState): void
  /** `answer` is asked by windows that come later. */
  listen(listeners: {
    readonly answer: () => PresenterState
    readonly onState: (state: PresenterState) => void
    readonly onTrainer: (isThere: boolean) => void
  }): void
}

/** Of the browser: both reach all windows of this lab's page, and no others. */
export interface PresenterMeans {
  readonly channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>
  readonly locks: { request(name: string, options: LockOptions, held: () => Promise<void>): Promise<unknown> }
}

const CHANNEL = 'takeover-lab.presenter'
/** Held as long as the trainer's window is there: whoever waits for it learns when that has gone, however it went. */
const LOCK = 'takeover-lab.trainer'

/** Undefined where the page has no such means. Then each window presents for itself. */
export function presenterMeans(page: Window & typeof globalThis): PresenterMeans | undefined {
  if (!('BroadcastChannel' in page) || !('locks' in page.navigator)) return undefined
  return { channel: new page.BroadcastChannel(CHANNEL), locks: page.navigator.locks as PresenterMeans['locks'] }
}

/** The stage, which the class sees, and the trainer's window follow each other. */
export function joinPresentation(role: PresenterRole, { channel, locks }: PresenterMeans): PresenterLink {
  const post = (note: Note): void => channel.postMessage(note)
  return {
    role,
    say: (state) => post({ note: 'state', state }),
    listen({ answer, onState, onTrainer }) {
      const awaitEnd = (): void => void locks.request(LOCK, { mode: 'shared' }, () => Promise.resolve(onTrainer(false)))
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const parsed = v.safeParse(noteSchema, data)
        if (!parsed.success) return
        const said = parsed.output
        if (said.note === 'state') onState(said.state)
        if (said.note === 'trainer' && role === 'stage') {
          onTrainer(true)
          awaitEnd()
        }
        if (said.note !== 'ask') return
        if (role === 'trainer') post({ note: 'trainer' })
        post({ note: 'state', state: answer() })
      })
      if (role === 'stage') post({ note: 'ask' })
      else void locks.request(LOCK, { mode: 'exclusive' }, () => begin(post))
    },
  }
}

/** Never ends: the browser gives the lock back with the page. */
function begin(post: (note: Note) => void): Promise<void> {
  post({ note: 'trainer' })
  post({ note: 'ask' })
  return new Promise(() => undefined)
}
