import type { PlantedBug } from './planted-bug'

export const unmirroredBeforeClaim: PlantedBug = {
  name: 'acknowledged without the mirror before the claim',
  file: 'src-main/core/nvram/write-cache.ts',
  find: "if (this.#mode === 'mirrored') this.#mode = 'suspended'",
  replace: "if (this.#mode === 'mirrored') {\n      this.#mode = 'alone'\n      this.#settleAll()\n    }",
  why: 'The mirror that was left behind still counts, and is replayed over what was acknowledged without it.',
  checkers: ['blocks-linearizable'],
}
