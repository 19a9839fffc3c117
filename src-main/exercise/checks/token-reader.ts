import { LIMITS } from '../../contract/limits'
import { tellToken, type Problem, type Token } from './tokens'

/** Ends the reading of an expression. Never leaves this folder: `readExpression` makes a result of it. */
export class ReadingProblem extends Error {
  override readonly name = 'ReadingProblem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/** Goes through the tokens of an expression, and counts how deep its parts are within each other. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get token(): Token {
    return this.#tokens[this.#next] ?? { type: 'end', at: 0 }
  }

  get at(): number {
    return this.token.at
  }

  /** The one after this one. */
  get following(): Token | undefined {
    return this.#tokens[this.#next + 1]
  }

  take(): Token {
    const { token } = this
    if (token.type !== 'end') this.#next++
    return token
  }

  isWord(...words: readonly string[]): boolean {
    const { token } = this
    return token.type === 'word' && words.includes(token.text)
  }

  isSign(...signs: readonly string[]): boolean {
    const { token } = this
    return token.type === 'sign' && signs.includes(token.text)
  }

  takeWord(...words: readonly string[]): boolean {
    const is = this.isWord(...words)
    if (is) this.take()
    return is
  }

  takeSign(sign: string): boolean {
    const is = this.isSign(sign)
    if (is) this.take()
    return is
  }

  expectSign(sign: string, where: string): void {
    if (!this.takeSign(sign)) this.fail(`${tellToken(this.token)} cannot stand here: a "${sign}" is missing ${where}.`)
  }

  expectWord(word: string, where: string): void {
    if (!this.takeWord(word)) this.fail(`${tellToken(this.token)} cannot stand here: the word "${word}" is missing ${where}.`)
  }

  /** Runs a part that is one level deeper. */
  deeper<T>(read: () => T): T {
    if (++this.#depth > LIMITS.checkDepth)
      this.fail(`This is nested more than ${LIMITS.checkDepth} levels deep: make several checks of it.`)
    const part = read()
    this.#depth--
    return part
  }

  fail(message: string, at = this.at): never {
    throw new ReadingProblem({ at, message })
  }
}
