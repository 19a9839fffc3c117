import { createPinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { joinPresentation, type PresenterMeans, type PresenterRole } from '../../../src-renderer/bridge/presenter-link'
import { usePresenterStore } from '../../../src-renderer/stores/presenter'

/** The windows of one browser: what one posts, the others get; the lock goes from one to the next. */
class Room {
  readonly #listeners = new Map<object, (event: MessageEvent<unknown>) => void>()
  readonly #waiting: (() => void)[] = []
  #end: (() => void) | undefined
  readonly said: (string | undefined)[] = []

  means(): PresenterMeans {
    const own = {}
    return {
      channel: {
        postMessage: (data) => this.post(data, own),
        addEventListener: (_type: string, listener: unknown) =>
          void this.#listeners.set(own, listener as (event: MessageEvent<unknown>) => void),
      },
      locks: {
        request: async (_name, { mode }, held) => {
          if (mode === 'exclusive') this.#end = () => this.#waiting.splice(0).forEach((go) => go())
          else if (this.#end !== undefined) await new Promise<void>((go) => this.#waiting.push(go))
          await held()
        },
      },
    }
  }

  post(data: unknown, from: object = {}): void {
    this.said.push((data as { note?: string } | null)?.note)
    for (const [window, listener] of this.#listeners) if (window !== from) listener({ data } as MessageEvent<unknown>)
  }

  closeTrainer(): void {
    this.#end?.()
    this.#end = undefined
  }

  window(role: PresenterRole) {
    const store = usePresenterStore(createPinia())
    store.join(joinPresentation(role, this.means()))
    return store
  }
}

async function settle(): Promise<void> {
  await nextTick()
  await new Promise((done) => setTimeout(done, 0))
}

describe('the windows of a presentation', () => {
  it('each present for themselves while there is no trainer’s window', async () => {
    const room = new Room()
    const [one, other] = [room.window('stage'), room.window('stage')]
    one.enter()
    await settle()
    expect(other.isOn).toBe(false)
    expect(one.hasTrainer).toBe(false)
  })

  it('follow each other while there is one, which begins where the stage is', async () => {
    const room = new Room()
    const stage = room.window('stage')
    stage.enter()
    stage.next = 3
    await settle()
    const trainer = room.window('trainer')
    expect({ isOn: trainer.isOn, next: trainer.next, told: stage.hasTrainer }).toEqual({ isOn: true, next: 3, told: true })
    trainer.isBlank = true
    trainer.next = 4
    await settle()
    expect({ isBlank: stage.isBlank, next: stage.next }).toEqual({ isBlank: true, next: 4 })
    stage.leave()
    await settle()
    expect(trainer.isOn).toBe(false)
  })

  it('do not say again what they were told', async () => {
    const room = new Room()
    const stage = room.window('stage')
    const trainer = room.window('trainer')
    await settle()
    trainer.next = 1
    await nextTick()
    // Said before what the stage has to say to it is heard.
    trainer.next = 2
    await settle()
    expect([trainer.next, stage.next, room.said.filter((note) => note === 'state')]).toEqual([2, 2, ['state', 'state', 'state']])
  })

  it('a stage that is loaded again is where the trainer is', async () => {
    const room = new Room()
    const trainer = room.window('trainer')
    trainer.enter()
    trainer.next = 2
    await settle()
    const stage = room.window('stage')
    expect({ isOn: stage.isOn, next: stage.next, told: stage.hasTrainer }).toEqual({ isOn: true, next: 2, told: true })
  })

  it('the stage learns that the trainer’s window has gone, however it went', async () => {
    const room = new Room()
    const stage = room.window('stage')
    const trainer = room.window('trainer')
    expect(stage.hasTrainer).toBe(true)
    room.closeTrainer()
    await settle()
    expect(stage.hasTrainer).toBe(false)
    trainer.enter()
    await settle()
    expect(stage.isOn).toBe(false)
  })

  it('take nothing for a note that is none', () => {
    const room = new Room()
    const stage = room.window('stage')
    room.window('trainer')
    for (const data of [null, 'ask', { note: 'state' }, { note: 'state', state: { isOn: 1, isBlank: false, next: 0 } }]) room.post(data)
    room.post({ note: 'state', state: { isOn: true, isBlank: false, next: -1 } })
    expect(stage.isOn).toBe(false)
    room.post({ note: 'state', state: { isOn: true, isBlank: false, next: 1 } })
    expect({ isOn: stage.isOn, next: stage.next }).toEqual({ isOn: true, next: 1 })
  })
})
