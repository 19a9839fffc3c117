import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const forwardedWriteAnsweredEarly: PlantedBug = {
  name: 'forwarded write acknowledged before the owner did it',
  file: 'src-main/core/controller/volumes/served-volume.ts',
  find: 'this.#parts.forwarder.forward(this.volumeId, io, (outcome) => {\n',
  replace: `let early = io.operation === 'write'
    if (early) this.#finish(io, { ok: true, value: [] })
    this.#parts.forwarder.forward(this.volumeId, io, (outcome) => {
      if (early) {
        early = false
        return
      }
`,
  why: 'The write is lost with the owner, or read before it arrives there.',
  checkers: ['blocks-linearizable', 'ledger'],
}
