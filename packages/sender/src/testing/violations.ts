import assert from 'node:assert/strict'

/** What a sender did wrong while it called: thrown into its own call it would end the process, not the test. */
export class Violations {
  readonly #found: string[] = []

  check(isRight: boolean, message: string): void {
    if (!isRight) this.#found.push(message)
  }

  /** Fails the test that runs. */
  tell(): void {
    assert.equal(this.#found.join('\n'), '')
  }
}
